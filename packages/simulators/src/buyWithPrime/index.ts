import { createRandomSource } from '../marketplaceCatalog/random.ts';
import { Journal, type Table } from '../journal.ts';
import { Announcer } from './announcer.ts';
import { addControlRoutes, type BuyWithPrimeControl, emit } from './control.ts';
import type { EventSettings } from './events.ts';
import { Waits } from './hostile.ts';
import { SimulatorLog } from './log.ts';
import { Pace } from './pace.ts';
import { ItemPlans, type Limits } from './plans.ts';
import { createServer } from './server.ts';
import { type SimulatedClient, TokenAnswers, TokenDesk } from './tokens.ts';
import { defined } from '../defined.ts';

/** How a simulator is started. */
export interface BuyWithPrimeSimulatorOptions {
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
  /** Where all state outlasts the process, SIGKILL included; in memory when it is left out. One process at a time may have it. */
  readonly stateFile?: string;
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
  readonly tokenAnswers: TokenAnswers;
  readonly announcer: Announcer;
  readonly log: SimulatorLog;
  /** What was set by control. */
  readonly limits: Table<Limits>;
}

function createControl(parts: SimulatorParts): BuyWithPrimeControl {
  const { plans, tokens, tokenPace, queryPace, tokenAnswers, announcer, log, limits } = parts;
  return {
    planItem: (plan) => plans.set(plan),
    tokens: ({ expireAll, answers }) => {
      if (expireAll === true) tokens.expireAll();
      tokenAnswers.add(answers ?? []);
    },
    setLimits: (changes) => {
      limits.set('now', { ...limits.get('now'), ...defined(changes) });
      const { tokenLifetimeMs, tokenRequestsPerMinute, queriesPerMinute } = changes;
      if (tokenLifetimeMs !== undefined) tokens.lifetimeMs = tokenLifetimeMs;
      if (tokenRequestsPerMinute !== undefined) tokenPace.perMinute = tokenRequestsPerMinute ?? Infinity;
      if (queriesPerMinute !== undefined) queryPace.perMinute = queriesPerMinute ?? Infinity;
    },
    setEvents: (settings) => announcer.configure(settings),
    announce: (announcement) => announcer.announce(announcement),
    emit,
    log: (filter = {}) => log.filtered(filter),
  };
}

/**
 * Starts Buy with Prime's token endpoint and product query on 127.0.0.1, with control calls and a log
 * (docs/simulators-buy-with-prime.md). Rejects where the port is taken, or the state file is another's.
 */
export async function startBuyWithPrimeSimulator(
  options: BuyWithPrimeSimulatorOptions,
): Promise<BuyWithPrimeSimulator> {
  const { seed, clients } = options;
  const journal = new Journal('buyWithPrime', options.stateFile);
  const log = new SimulatorLog(journal);
  const waits = new Waits();
  const tokenPace = new Pace(TOKEN_REQUESTS_PER_MINUTE);
  const parts = {
    journal,
    plans: new ItemPlans(journal),
    tokens: new TokenDesk({ seed, clients, pace: tokenPace }, TOKEN_LIFETIME_MS, journal),
    tokenPace,
    queryPace: new Pace(Infinity),
    tokenAnswers: new TokenAnswers(journal),
    announcer: new Announcer(createRandomSource(seed, journal.table('random')), journal, (entry) => log.add(entry)),
    log,
    limits: journal.table<Limits>('limits'),
  };
  const control = createControl(parts);
  // What control has set wins over what the start says.
  control.setLimits({ ...limitsOf(options), ...parts.limits.get('now') });
  if (!parts.announcer.isSet) await control.setEvents(options.events ?? {});
  const server = createServer({
    ...parts,
    targetHeader: (options.targetHeader ?? TARGET_HEADER).toLowerCase(),
    waits,
    record: (entry) => log.add({ at: new Date().toISOString(), ...entry }),
  });
  addControlRoutes(server, control);
  const url = await server.listen({ host: '127.0.0.1', port: options.port ?? 0 });
  parts.announcer.resume();
  const close = async (): Promise<void> => {
    parts.announcer.stop();
    waits.releaseAll();
    await server.close();
    journal.close();
  };
  return { url, control, close };
}

function limitsOf(options: BuyWithPrimeSimulatorOptions): Limits {
  const { tokenLifetimeMs, tokenRequestsPerMinute, queriesPerMinute } = options;
  return defined({ tokenLifetimeMs, tokenRequestsPerMinute, queriesPerMinute });
}
