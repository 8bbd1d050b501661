import { lengthName, remindersAhead, type Reminder } from '../shared/reminders.ts';
import type { Transition, TransitionContext } from '../shared/transition.ts';
import type { OfferPolicy } from './defaults.ts';
import type {
  OfferAgreementMessage,
  OfferEnd,
  OfferFinding,
  OfferReleasedMessage,
  OfferStateName,
} from './contract.ts';
import { expiryOf } from './transitions/release.ts';

/** The end that a watch waits for, and what it reminds of before it. */
export interface Awaited {
  /** ISO 8601 in UTC with milliseconds; it names the reminders. */
  readonly expiresAt: string;
  /** A later time at which AWS shows the same end in another form: the watch does not end before it. */
  readonly closesAt?: string;
  /** The reminders that lie ahead, earliest first. */
  readonly schedule: readonly Reminder[];
}

/** What the watch does now. */
export type OfferPhase =
  | ({ readonly name: 'watching' } & Awaited)
  /** A reminder or the end is due: first AWS is asked whether the end is still the same. */
  | ({ readonly name: 'checking' } & Awaited)
  /**
   * Until this time in milliseconds since the epoch: to recognise duplicates, and where every buyer has accepted until the
   * offer's end, so that later releases find what is known.
   */
  | { readonly name: 'lingering'; readonly end: Exclude<OfferEnd, 'abandoned'>; readonly untilMs: number }
  | { readonly name: 'ended'; readonly end: OfferEnd };

/** What a check found; unanswered where AWS could not be asked in time. */
export type CheckFinding = OfferFinding | { readonly found: 'unanswered'; readonly sentence: string };

/** All that one watch is: plain JSON, carried through continue-as-new. */
export interface OfferCase {
  readonly version: 1;
  readonly account: string;
  readonly offerId: string;
  readonly phase: OfferPhase;
  /** The newest one; absent until one has reached the watch. */
  readonly release?: OfferReleasedMessage;
  /** The end that AWS showed, where it is another than the release's. */
  readonly shownEnd?: string;
  /** How often AWS showed another end than the one known until then: no two notices of it share an identity. */
  readonly moves: number;
  /** The newest check. */
  readonly checked?: { readonly at: string; readonly finding: CheckFinding };
  /** How many agreements buyers have made, and the ids of the newest of them. */
  readonly agreementCount: number;
  readonly agreementIds: readonly string[];
  /** The accounts that have accepted, each once. */
  readonly acceptors: readonly string[];
  /** No end comes before this time, in milliseconds since the epoch: duplicates of the release are recognised till then. */
  readonly lingerUntilMs: number;
  /** `{expiration date}:{reminder}` of every reminder that was sent. */
  readonly sent: readonly string[];
  readonly seen: readonly string[];
  readonly notes: readonly string[];
}

/** What can happen to a watch: releases, agreements, a timer's end, what AWS shows, a cancellation. */
export type OfferMessage =
  | { readonly type: 'released'; readonly release: OfferReleasedMessage }
  | { readonly type: 'accepted'; readonly agreement: OfferAgreementMessage }
  | { readonly type: 'checked'; readonly finding: CheckFinding }
  | { readonly type: 'woken' }
  | { readonly type: 'cancelled' };

/** The state after a message, and the notices that it decides upon. */
export type OfferTransition = Transition<OfferCase>;
/** What the transitions may know beside the state. */
export type OfferContext = TransitionContext<OfferPolicy>;

/** The watch over an offer of which no release has come yet. */
export function newWatch(
  { account, offerId }: { account: string; offerId: string },
  { lingerMs }: OfferPolicy,
  nowMs: number,
): OfferCase {
  const untilMs = nowMs + lingerMs;
  return {
    version: 1,
    account,
    offerId,
    phase: { name: 'lingering', end: 'noEndDate', untilMs },
    lingerUntilMs: untilMs,
    moves: 0,
    agreementCount: 0,
    agreementIds: [],
    acceptors: [],
    sent: [],
    seen: [],
    notes: [],
  };
}

/** When the offer ends, as far as it is known: as AWS showed it last, else as the newest release has it. */
export function endOf({ shownEnd, release }: Pick<OfferCase, 'shownEnd' | 'release'>): string | undefined {
  return shownEnd ?? (release === undefined ? undefined : expiryOf(release));
}

/** The identity of a reminder within its watch. */
export function reminderKey({ expiresAt }: Awaited, { reminder }: Reminder): string {
  return `${expiresAt}:${reminder}`;
}

/** When the wait for an end is over, in milliseconds since the epoch. */
export function closesAtMs({ expiresAt, closesAt = expiresAt }: Awaited): number {
  return Math.max(Date.parse(expiresAt), Date.parse(closesAt));
}

/** What the watch does from now on, by the date on which the offer ends. */
export function phaseFor(
  expiresAt: string | undefined,
  lingerUntilMs: number,
  { beforeEndMs }: OfferPolicy,
  nowMs: number,
): OfferPhase {
  if (expiresAt === undefined) return { name: 'lingering', end: 'noEndDate', untilMs: lingerUntilMs };
  const endMs = Date.parse(expiresAt);
  // A release that comes late: its end may have moved since.
  if (endMs <= nowMs) return { name: 'checking', expiresAt, schedule: [] };
  const reminders = beforeEndMs.map((ms) => ({ reminder: `before-${lengthName(ms)}`, atMs: endMs - ms }));
  return { name: 'watching', expiresAt, schedule: remindersAhead(reminders, nowMs) };
}

/** When the watch has to be checked next, in milliseconds since the epoch. */
export function wakeAtMs(phase: Extract<OfferPhase, { name: 'watching' | 'lingering' }>): number {
  switch (phase.name) {
    case 'watching':
      return phase.schedule[0]?.atMs ?? closesAtMs(phase);
    case 'lingering':
      return phase.untilMs;
  }
}

/** The name of the state, and the result of a closed run. */
export function stateName(phase: OfferPhase): OfferStateName {
  return phase.name === 'watching' || phase.name === 'checking' ? 'watching' : phase.end;
}
