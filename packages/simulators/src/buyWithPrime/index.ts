import { createRandomSource } from '../marketplaceCatalog/random.ts';
import { Announcer } from './announcer.ts';
import { addControlRoutes, type BuyWithPrimeControl, emit } from './control.ts';
import type { EventSettings } from './events.ts';
import { Waits } from './hostile.ts';
import { filtered, type LogEntry } from './log.ts';
import { Pace } from './pace.ts';
import { type HttpAnswer, ItemPlans } from './plans.ts';
import { createServer } from './server.ts';
import { type SimulatedClient, TokenDesk } from './tokens.ts';

interface BuyWithPrimeSimulatorOptions {
  /** A free one when it is left out. */
  readonly port?: number;
  /** Tokens, ids of events and what befalls events are drawn from it. */
  readonly seed: number;
  readonly clients: readonly SimulatedClient[];
  /** How long a token is good for, in milliseconds; the vendor's 15 minutes when it is left out. */
  readonly tokenLifetimeMs?: number;
  /** Token requests of one client within a minute; 10 when it is left out (the vendor publishes no number). */
  readonly tokenRequestsPerMinute?: number;
  /** Queries of one client within a minute; any number when it is left out (the vendor publishes none). */
  readonly queriesPerMinute?: number;
  /** The header that names the merchant; the documented `x-api-target-id` when it is left out. */
  readonly targetHeader?: string;
  /** Where events are posted, and how they travel; nowhere when it is left out. */
  readonly events?: EventSettings;
}

interface BuyWithPrimeSimulator {
  /** Address without a path, for instance `http://127.0.0.1:40001`. */
  readonly url: string;
  readonly control: BuyWithPrimeControl;
  close(): Promise<void>;
}

const TOKEN_LIFETIME_MS = 900_000;
const TOKEN_REQUESTS_PER_MINUTE = 10;
const TARGET_HEADER = 'x-api-target-id';

interface SimulatorParts {
  readonly plans: ItemPlans;
  readonly tokens: TokenDesk;
  readonly tokenPace: Pace;
  readonly queryPace: Pace;
  /** Answers of the next token requests. */
  readonly tokenAnswers: HttpAnswer[];
  readonly announcer: Announcer;
  readonly entries: readonly LogEntry[];
}

function createControl(parts: SimulatorParts): BuyWithPrimeControl {
  const { plans, tokens, tokenPace, queryPace, tokenAnswers, announcer, entries } = parts;
  return {
    planItem: (plan) => plans.set(plan),
    tokens: ({ expireAll, answers }) => {
      if (expireAll === true) tokens.expireAll();
      tokenAnswers.push(...(answers ?? []));
    },
    setLimits: ({ tokenLifetimeMs, tokenRequestsPerMinute, queriesPerMinute }) => {
      if (tokenLifetimeMs !== undefined) tokens.lifetimeMs = tokenLifetimeMs;
      if (tokenRequestsPerMinute !== undefined) tokenPace.perMinute = tokenRequestsPerMinute ?? Infinity;
      if (queriesPerMinute !== undefined) queryPace.perMinute = queriesPerMinute ?? Infinity;
    },
    setEvents: (settings) => announcer.configure(settings),
    announce: (announcement) => announcer.announce(announcement),
    emit,
    log: (filter = {}) => filtered(entries, filter),
  };
}

/**
 * Starts Buy with Prime's token endpoint and product query on 127.0.0.1, with control calls and a log
 * (docs/simulators-buy-with-prime.md). Rejects where the port is taken.
 */
export async function startBuyWithPrimeSimulator(
  options: BuyWithPrimeSimulatorOptions,
): Promise<BuyWithPrimeSimulator> {
  const { seed, clients } = options;
  const entries: LogEntry[] = [];
  const waits = new Waits();
  const tokenPace = new Pace(TOKEN_REQUESTS_PER_MINUTE);
  const parts = {
    plans: new ItemPlans(),
    tokens: new TokenDesk({ seed, clients, pace: tokenPace }, TOKEN_LIFETIME_MS),
    tokenPace,
    queryPace: new Pace(Infinity),
    tokenAnswers: [],
    announcer: new Announcer(createRandomSource(seed), (entry) => entries.push(entry)),
    entries,
  };
  const control = createControl(parts);
  control.setLimits(options);
  await control.setEvents(options.events ?? {});
  const server = createServer({
    ...parts,
    targetHeader: (options.targetHeader ?? TARGET_HEADER).toLowerCase(),
    waits,
    record: (entry) => entries.push({ at: new Date().toISOString(), ...entry }),
  });
  addControlRoutes(server, control);
  const url = await server.listen({ host: '127.0.0.1', port: options.port ?? 0 });
  const close = async (): Promise<void> => {
    parts.announcer.stop();
    waits.releaseAll();
    await server.close();
  };
  return { url, control, close };
}
