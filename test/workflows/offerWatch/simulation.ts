import { readWatch } from '../../../src/workflows/offerWatch/carried.ts';
import { offerDefaults } from '../../../src/policies/defaults.ts';
import type { OfferPolicy } from '../../../src/workflows/offerWatch/policyValues.ts';
import type { OfferAgreementMessage, OfferReleasedMessage } from '../../../src/workflows/offerWatch/contract.ts';
import { next } from '../../../src/workflows/offerWatch/transitions/next.ts';
import {
  newWatch,
  wakeAtMs,
  type CheckFinding,
  type OfferCase,
  type OfferMessage,
} from '../../../src/workflows/offerWatch/state.ts';
import type { Notice } from '../../../src/workflows/shared/notices.ts';

export const dayMs = 86_400_000;
export const startMs = Date.parse('2026-03-02T12:00:00Z');
const account = '123456789012';
export const offerId = 'offer-1';
/** With which the identity of every notice of the watch begins. */
export const prefix = `offer:${account}:${offerId}`;

/** An instant in days from the simulation's start, in milliseconds and as ISO text. */
export const onDay = (days: number): number => startMs + days * dayMs;
export const day = (days: number): string => new Date(onDay(days)).toISOString();

/** A release of this identity, issued on a day of the simulation: an own private offer unless more says otherwise. */
export function release(
  eventId: string,
  releasedOnDay: number,
  expirationDate?: string,
  more: Partial<OfferReleasedMessage> = {},
): OfferReleasedMessage {
  return {
    eventId,
    releasedAt: day(releasedOnDay),
    role: 'ownOffer',
    offer: { id: offerId, name: 'Spring', ...(expirationDate === undefined ? {} : { expirationDate }) },
    associatedOffers: [],
    productTitle: 'Scanner',
    manufacturerName: 'Maker',
    sellerOfRecordName: 'Seller',
    targetedBuyerCount: 2,
    ...more,
  };
}

/** The state machine on a clock of its own, woken when the workflow's timer would wake it. */
export class Simulation {
  nowMs = startMs;
  watch: OfferCase;
  readonly sent: Array<{ readonly atMs: number; readonly notice: Notice }> = [];
  policy: OfferPolicy;
  /** What the configuration has by now: it comes with the next answer. */
  configured: OfferPolicy;
  /** What AWS answers; undefined: the end as the watch knows it. */
  shows: CheckFinding | undefined;
  /** When AWS was asked. */
  readonly asked: number[] = [];
  /** How long AWS takes to answer. */
  answersAfterMs = 0;
  /** Is called with what AWS answered to what was asked when, and the watch before it. */
  onAnswer: (finding: CheckFinding, askedMs: number, before: OfferCase, noticesBefore: number) => void = () =>
    undefined;

  constructor(policy: Partial<OfferPolicy> = {}) {
    this.policy = { ...offerDefaults, ...policy };
    this.configured = this.policy;
    this.watch = newWatch({ account, offerId }, this.policy, startMs);
  }

  apply(message: OfferMessage): void {
    const { state, notices } = next(this.watch, message, { policy: this.policy, nowMs: this.nowMs });
    // What is carried through continue-as-new is JSON.
    this.watch = readWatch(JSON.parse(JSON.stringify(state)));
    for (const notice of notices) this.sent.push({ atMs: this.nowMs, notice });
  }

  /** Where its end is past, AWS is asked at once. */
  hear(message: OfferReleasedMessage): void {
    const wasChecking = this.watch.phase.name === 'checking';
    this.apply({ type: 'released', release: message });
    if (!wasChecking) this.answer();
  }

  accept(agreement: OfferAgreementMessage): void {
    this.apply({ type: 'accepted', agreement });
  }

  private wake(): void {
    this.apply({ type: 'woken' });
    this.answer();
  }

  /** AWS answers, as often as it is asked. */
  answer(): void {
    for (let { phase } = this.watch; phase.name === 'checking'; { phase } = this.watch) {
      const askedMs = this.nowMs;
      this.asked.push(askedMs);
      this.nowMs += this.answersAfterMs;
      const [before, noticesBefore] = [this.watch, this.sent.length];
      const finding: CheckFinding = this.shows ?? { found: 'offer', endsAt: phase.expiresAt };
      const followed = this.policy !== this.configured;
      this.policy = this.configured;
      this.apply({ type: 'checked', finding, ...(followed && { followed: true }) });
      this.onAnswer(finding, askedMs, before, noticesBefore);
    }
  }

  private wakesAtMs(): number {
    const { phase } = this.watch;
    if (phase.name === 'checking') throw new Error('a check that nobody has answered');
    return phase.name === 'ended' ? Number.POSITIVE_INFINITY : wakeAtMs(phase);
  }

  /** As delivery does: what has ended is started again, and knows nothing of the run before. */
  take(message: OfferReleasedMessage): void {
    if (this.watch.phase.name === 'ended') this.watch = newWatch({ account, offerId }, this.policy, this.nowMs);
    this.apply({ type: 'released', release: message });
  }

  deliver(message: OfferReleasedMessage): void {
    this.take(message);
    this.answer();
  }

  /** Lets time pass with a worker that is there. */
  advanceTo(targetMs: number): void {
    for (let atMs = this.wakesAtMs(); atMs <= targetMs; atMs = this.wakesAtMs()) {
      this.nowMs = Math.max(this.nowMs, atMs);
      this.wake();
    }
    this.nowMs = Math.max(this.nowMs, targetMs);
  }

  /** Lets time pass without a worker: what the timer meant to do is done at the end. */
  sleepTo(targetMs: number): void {
    const wakesAtMs = this.wakesAtMs();
    this.nowMs = targetMs;
    if (wakesAtMs <= targetMs) this.wake();
  }

  /** The identities of all notices, in the order in which they were sent, without what all begin with. */
  names(): string[] {
    return this.sent.map(({ notice }) => notice.id.slice(prefix.length + 1));
  }
}
