import { Journal } from '../journal.ts';
import type { KnownSessions } from '../sessions.ts';
import { Events } from './events.ts';
import type { EventTarget } from './eventDelivery.ts';
import { Faults } from './faults.ts';
import { Lifecycle } from './lifecycle.ts';
import { SimulatorLog } from './log.ts';
import { Plans } from './plans.ts';
import type { QuotaSettings } from './quotas.ts';
import { CallRates } from './quotas.ts';
import type { RandomSource } from './random.ts';
import { createRandomSource } from './random.ts';
import { isTerminal, Store } from './store.ts';
import { defined } from '../defined.ts';

/** The parts of one simulated service. */
export interface Simulation {
  readonly journal: Journal;
  readonly account: string;
  readonly sessions?: KnownSessions;
  readonly random: RandomSource;
  readonly store: Store;
  readonly plans: Plans;
  readonly faults: Faults;
  readonly rates: CallRates;
  readonly lifecycle: Lifecycle;
  readonly events: Events;
  readonly log: SimulatorLog;
}

/** What a simulation starts with. */
export interface SimulationSettings {
  readonly seed: number;
  readonly account: string;
  readonly sessions?: KnownSessions;
  readonly defaultDurationMs: number;
  readonly quotas: QuotaSettings;
  readonly eventTarget?: EventTarget;
  /** Where the state is kept; in memory where missing. */
  readonly stateFile?: string;
}

/** Puts the parts together, with the state of the file where there is one; no timer runs yet. */
export function createSimulation(settings: SimulationSettings): Simulation {
  const journal = new Journal('marketplaceCatalog', settings.stateFile);
  const random = createRandomSource(settings.seed, journal.table('random'));
  const store = new Store(journal);
  const log = new SimulatorLog(journal);
  const events = new Events(random, log, journal, settings.eventTarget);
  const lifecycle = new Lifecycle({
    journal,
    store,
    random,
    defaultDurationMs: settings.defaultDurationMs,
    finished: (set, outcome) => {
      if (isTerminal(set.progress)) events.announce(set, set.progress, outcome);
    },
  });
  const rates = new CallRates(settings.quotas, journal);
  return {
    journal,
    account: settings.account,
    ...defined({ sessions: settings.sessions }),
    random,
    store,
    plans: new Plans(journal),
    faults: new Faults(journal),
    rates,
    lifecycle,
    events,
    log,
  };
}
