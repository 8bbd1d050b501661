import type { z } from 'zod';
import type { EventPolicy, eventSettingsSchema } from './controlSchemas.ts';
import { Courier, type Travelling } from '../courier.ts';
import type { Journal } from '../journal.ts';
import { Deliverer, type EventBody, type EventTarget } from './eventDelivery.ts';
import type { EventEnd, EventEntry, SimulatorLog } from './log.ts';
import type { Outcome } from './plans.ts';
import type { RandomSource } from './random.ts';
import type { StoredChangeSet, TerminalProgress } from './store.ts';
import { catalogArn } from './store.ts';
import { serviceTime } from './times.ts';
import { defined } from '../defined.ts';

const DETAIL_TYPES = {
  SUCCEEDED: 'Change Set Succeeded',
  FAILED: 'Change Set Failed',
  CANCELLED: 'Change Set Cancelled',
} as const;

/** The EventBridge event of a change set's end, key for key as the vendor's samples have it. */
export function changeSetEvent(set: StoredChangeSet, end: TerminalProgress, id: string, nowMs: number): EventBody {
  return {
    version: '0',
    id,
    'detail-type': DETAIL_TYPES[end.status],
    source: 'aws.marketplacecatalog',
    account: set.account,
    time: serviceTime(nowMs),
    region: 'us-east-1',
    resources: [catalogArn(set.account, 'ChangeSet', set.id)],
    detail: {
      requestId: set.requestId,
      Catalog: 'AWSMarketplace',
      ChangeSetId: set.id,
      ChangeSetName: set.name,
      StartTime: set.startTime,
      EndTime: end.endTime,
      ...(end.status === 'FAILED' && end.failureCode !== undefined ? { FailureCode: end.failureCode } : {}),
    },
  };
}

interface TravellingEvent {
  readonly event: EventBody;
  readonly changeSetId: string;
}

interface Settings {
  /** Null: nowhere. */
  readonly target?: EventTarget | null;
  readonly policy?: EventPolicy;
}

const SETTINGS = 'now';

/** Sends the events of outcomes as the policy, or the outcome itself, says. */
export class Events {
  readonly #random: RandomSource;
  readonly #log: SimulatorLog;
  readonly #deliverer: Deliverer;
  readonly #courier: Courier<TravellingEvent>;
  /** What was set by control; it wins over the target of the start. */
  readonly #settings;

  constructor(random: RandomSource, log: SimulatorLog, journal: Journal, target: EventTarget | undefined) {
    this.#random = random;
    this.#log = log;
    this.#settings = journal.table<Settings>('eventSettings');
    const kept = this.#settings.get(SETTINGS)?.target;
    this.#deliverer = new Deliverer(kept === undefined ? target : (kept ?? undefined));
    this.#courier = new Courier(random, journal.table<Travelling<TravellingEvent>>('events'), {
      post: ({ event, changeSetId }, ended) =>
        this.#deliverer.deliver(event, (end) => {
          this.#note(event, changeSetId, end);
          ended();
        }),
      lose: ({ event, changeSetId }) => this.#note(event, changeSetId, { result: 'lost', attempts: 0 }),
    });
  }

  /** Sets target, policy or both. A change of policy posts what a shuffled batch still holds. */
  configure(settings: z.output<typeof eventSettingsSchema>): void {
    this.#settings.set(SETTINGS, { ...this.#settings.get(SETTINGS), ...defined(settings) });
    if (settings.target !== undefined) this.#deliverer.target = settings.target ?? undefined;
    if (settings.policy !== undefined) void this.#courier.release();
  }

  /** The event of a set that has just ended. */
  announce(set: StoredChangeSet, end: TerminalProgress, outcome: Outcome): void {
    const event = changeSetEvent(set, end, this.#random.uuid(), Date.now());
    void this.#courier.send({ event, changeSetId: set.id }, policyOf(outcome, this.#policy()));
  }

  /** Posts an event whatever the policy says; resolves after its last attempt. */
  async emit(event: EventBody, changeSetId?: string): Promise<EventEntry> {
    const end = await this.#deliverer.deliver(event, (result) => this.#note(event, changeSetId, result));
    return entryOf(event, changeSetId, end);
  }

  /** Goes on with the events that had not arrived when the process ended. */
  resume(): void {
    this.#courier.resume();
  }

  /** Breaks off what is held, late or being posted. */
  stop(): void {
    this.#courier.stop();
    this.#deliverer.stop();
  }

  /** Stops, forgets all events, and goes back to posting each at once; the target stays. */
  clear(): void {
    this.stop();
    this.#courier.clear();
    const { policy: _, ...settings } = this.#settings.get(SETTINGS) ?? {};
    this.#settings.set(SETTINGS, settings);
  }

  #policy(): EventPolicy {
    return this.#settings.get(SETTINGS)?.policy ?? { kind: 'deliver' };
  }

  #note(event: EventBody, changeSetId: string | undefined, end: EventEnd): void {
    this.#log.add(entryOf(event, changeSetId, end));
  }
}

function entryOf(event: EventBody, changeSetId: string | undefined, end: EventEnd): EventEntry {
  return { kind: 'event', at: new Date().toISOString(), ...defined({ changeSetId }), event, ...end };
}

const LATE_MS = 5000;

function policyOf(outcome: Outcome, policy: EventPolicy): EventPolicy {
  switch (outcome.event) {
    case undefined:
      return policy;
    case 'sent':
      return { kind: 'deliver' };
    case 'lost':
      return { kind: 'lost', share: 1 };
    case 'late':
      return { kind: 'late', lateMs: outcome.lateMs ?? LATE_MS };
    case 'doubled':
      return { kind: 'doubled' };
  }
}
