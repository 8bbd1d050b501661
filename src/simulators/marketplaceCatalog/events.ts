import type { z } from 'zod';
import type { eventPolicySchema, eventSettingsSchema } from './controlSchemas.ts';
import { Deliverer } from './eventDelivery.ts';
import type { SimulatorLog } from './log.ts';
import type { Outcome } from './plans.ts';
import type { RandomSource } from './random.ts';
import type { StoredChangeSet, TerminalProgress } from './store.ts';
import { catalogArn } from './store.ts';
import { serviceTime } from './times.ts';

/** How events travel: see `eventPolicySchema`. */
export type EventPolicy = z.output<typeof eventPolicySchema>;
/** An event's body. */
export type EventBody = Readonly<Record<string, unknown>>;
/** Where events are posted, with the headers that let them in. */
export interface EventTarget {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

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

interface HeldEvent {
  readonly event: EventBody;
  readonly changeSetId: string;
}

/** Sends the events of outcomes as the policy, or the outcome's own word, has it. */
export class Events {
  readonly #random: RandomSource;
  readonly #log: SimulatorLog;
  readonly #deliverer: Deliverer;
  readonly #timers = new Set<NodeJS.Timeout>();
  #policy: EventPolicy = { kind: 'deliver' };
  #held: HeldEvent[] = [];

  constructor(random: RandomSource, log: SimulatorLog, target: EventTarget | undefined) {
    this.#random = random;
    this.#log = log;
    this.#deliverer = new Deliverer(log, target);
  }

  /** Sets target, policy or both. A change of policy posts what a shuffled batch still holds. */
  configure(settings: z.output<typeof eventSettingsSchema>): void {
    if (settings.target !== undefined) this.#deliverer.target = settings.target ?? undefined;
    if (settings.policy === undefined) return;
    this.#policy = settings.policy;
    this.#release();
  }

  /** The event of a set that has just ended. */
  announce(set: StoredChangeSet, end: TerminalProgress, outcome: Outcome): void {
    const event = changeSetEvent(set, end, this.#random.uuid(), Date.now());
    const policy = policyOf(outcome, this.#policy);
    switch (policy.kind) {
      case 'deliver':
        return this.#post(event, set.id);
      case 'doubled':
        this.#post(event, set.id);
        return this.#post(event, set.id);
      case 'late':
        return this.#later(policy.lateMs, () => this.#post(event, set.id));
      case 'lost':
        if (this.#random.fraction() >= policy.share) return this.#post(event, set.id);
        return this.#log.add({
          kind: 'event',
          at: new Date().toISOString(),
          changeSetId: set.id,
          event,
          result: 'lost',
          tries: 0,
        });
      case 'shuffled':
        return this.#hold({ event, changeSetId: set.id }, policy.batch, policy.withinMs);
    }
  }

  /** Posts an event whatever the policy says; resolves when its last try is over. */
  emit(event: EventBody, changeSetId?: string): ReturnType<Deliverer['deliver']> {
    return this.#deliverer.deliver(event, changeSetId);
  }

  /** Breaks off what is held, late or being posted, and goes back to posting each event at once; the target stays. */
  stop(): void {
    this.#policy = { kind: 'deliver' };
    this.#held = [];
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#deliverer.stop();
  }

  #post(event: EventBody, changeSetId: string): void {
    void this.#deliverer.deliver(event, changeSetId);
  }

  #later(delayMs: number, step: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      step();
    }, delayMs).unref();
    this.#timers.add(timer);
  }

  #hold(held: HeldEvent, batch: number, withinMs: number): void {
    this.#held.push(held);
    if (this.#held.length >= batch) this.#release();
    else if (this.#held.length === 1) this.#later(withinMs, () => this.#release());
  }

  #release(): void {
    const shuffled = this.#random.shuffle(this.#held);
    this.#held = [];
    void this.#inTurn(shuffled);
  }

  async #inTurn(held: readonly HeldEvent[]): Promise<void> {
    for (const { event, changeSetId } of held) await this.#deliverer.deliver(event, changeSetId);
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
