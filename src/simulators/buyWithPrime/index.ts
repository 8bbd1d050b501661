import { addControlRoutes, type BuyWithPrimeControl, emit, type LogEntry } from './control.ts';
import { Waits } from './hostile.ts';
import { type HttpAnswer, ItemPlans } from './plans.ts';
import { createServer } from './server.ts';
import { type SimulatedClient, TokenDesk } from './tokens.ts';

interface BuyWithPrimeSimulatorOptions {
  /** A free one when it is left out. */
  readonly port?: number;
  /** Tokens are made from it: the same seed gives the same tokens. */
  readonly seed: number;
  readonly clients: readonly SimulatedClient[];
  /** How long a token is good for, in milliseconds; the vendor's 15 minutes when it is left out. */
  readonly tokenLifetimeMs?: number;
  /** Token requests of one client within a minute; 10 when it is left out (the vendor publishes no number). */
  readonly tokenRequestsPerMinute?: number;
}

interface BuyWithPrimeSimulator {
  /** Address without a path, for instance `http://127.0.0.1:40001`. */
  readonly url: string;
  readonly control: BuyWithPrimeControl;
  close(): Promise<void>;
}

const TOKEN_LIFETIME_MS = 900_000;
const TOKEN_REQUESTS_PER_MINUTE = 10;

/**
 * Starts Buy with Prime's token endpoint and product query on 127.0.0.1, with control calls and a log
 * (docs/simulators-buy-with-prime.md). Rejects where the port is taken.
 */
export async function startBuyWithPrimeSimulator(
  options: BuyWithPrimeSimulatorOptions,
): Promise<BuyWithPrimeSimulator> {
  const plans = new ItemPlans();
  const waits = new Waits();
  const tokenAnswers: HttpAnswer[] = [];
  const entries: LogEntry[] = [];
  const tokens = new TokenDesk({
    seed: options.seed,
    clients: options.clients,
    lifetimeMs: options.tokenLifetimeMs ?? TOKEN_LIFETIME_MS,
    requestsPerMinute: options.tokenRequestsPerMinute ?? TOKEN_REQUESTS_PER_MINUTE,
  });
  const control: BuyWithPrimeControl = {
    planItem: (plan) => plans.set(plan),
    tokens: ({ expireAll, answers }) => {
      if (expireAll === true) tokens.expireAll();
      tokenAnswers.push(...(answers ?? []));
    },
    emit,
    log: () => [...entries],
  };
  const record = (entry: Omit<LogEntry, 'at'>): void => {
    entries.push({ at: new Date().toISOString(), ...entry });
  };
  const server = createServer({ plans, tokens, tokenAnswers, waits, record });
  addControlRoutes(server, control);
  const url = await server.listen({ host: '127.0.0.1', port: options.port ?? 0 });
  const close = async (): Promise<void> => {
    waits.releaseAll();
    await server.close();
  };
  return { url, control, close };
}
