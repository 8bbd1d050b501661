import type { z } from 'zod';
import type { EventPolicy, eventSettingsSchema } from './controlSchemas.ts';
import { Courier } from '../courier.ts';
import { Deliverer, type EventBody, type EventTarget } from './eventDelivery.ts';
import type { SimulatorLog } from './log.ts';
import type { Outcome } from './plans.ts';
import type { RandomSource } from './random.ts';
import type { StoredChangeSet, TerminalProgress } from './store.ts';
import { catalogArn } from './store.ts';
import { serviceTime } from './times.ts';

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

/** Sends the events of outcomes as the policy, or the outcome itself, says. */
export class Events {
  readonly #random: RandomSource;
  readonly #deliverer: Deliverer;
  readonly #courier: Courier<TravellingEvent>;
  #policy: EventPolicy = { kind: 'deliver' };

  constructor(random: RandomSource, log: SimulatorLog, target: EventTarget | undefined) {
    this.#random = random;
    this.#deliverer = new Deliverer(log, target);
    this.#courier = new Courier(random, {
      post: ({ event, changeSetId }) => this.#deliverer.deliver(event, changeSetId),
      lose: ({ event, changeSetId }) =>
        log.add({ kind: 'event', at: new Date().toISOString(), changeSetId, event, result: 'lost', attempts: 0 }),
    });
  }

  /** Sets target, policy or both. A change of policy posts what a shuffled batch still holds. */
  configure(settings: z.output<typeof eventSettingsSchema>): void {
    if (settings.target !== undefined) this.#deliverer.target = settings.target ?? undefined;
    if (settings.policy === undefined) return;
    this.#policy = settings.policy;
    void this.#courier.release();
  }

  /** The event of a set that has just ended. */
  announce(set: StoredChangeSet, end: TerminalProgress, outcome: Outcome): void {
    const event = changeSetEvent(set, end, this.#random.uuid(), Date.now());
    void this.#courier.send({ event, changeSetId: set.id }, policyOf(outcome, this.#policy));
  }

  /** Posts an event whatever the policy says; resolves after its last attempt. */
  emit(event: EventBody, changeSetId?: string): ReturnType<Deliverer['deliver']> {
    return this.#deliverer.deliver(event, changeSetId);
  }

  /** Breaks off what is held, late or being posted, and goes back to posting each event at once; the target stays. */
  stop(): void {
    this.#policy = { kind: 'deliver' };
    this.#courier.stop();
    this.#deliverer.stop();
  }
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
