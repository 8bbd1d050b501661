import { defined } from '../../defined.ts';
import { lengthName, remindersAhead, rescheduled, type Reminder } from '../shared/reminders.ts';
import type { Transition, TransitionContext } from '../shared/transition.ts';
import type { OfferPolicy } from './policyValues.ts';
import type {
  OfferAgreementMessage,
  OfferEnd,
  OfferFinding,
  OfferReleasedMessage,
  OfferStateName,
} from './contract.ts';
import { goodUntilMs, remindFromMs } from './transitions/ends.ts';
import { expiryOf, isOfferSet } from './transitions/release.ts';

/** The end that a watch waits for, and what it reminds of before it. */
export interface Awaited {
  /** ISO 8601 in UTC with milliseconds; it names the reminders. */
  readonly expiresAt: string;
  /** A later time at which AWS shows the same end in another form: the watch does not end before it. */
  readonly closesAt?: string;
  /** The reminders that lie ahead, earliest first. */
  readonly schedule: readonly Reminder[];
  /** When AWS is asked in between, in milliseconds since the epoch; absent where something else is due before. */
  readonly checkAtMs?: number;
}

/** What the watch does now. */
export type OfferPhase =
  | ({ readonly name: 'watching' } & Awaited)
  /** A reminder or the end is due: first AWS is asked whether the end is still the same. */
  | ({
      readonly name: 'checking';
      /** Since when AWS is asked, in milliseconds since the epoch: an answer says nothing about an end that came after it. */
      readonly askedAtMs: number;
    } & Awaited)
  /**
   * Until this time in milliseconds since the epoch: to recognise duplicates, and where every buyer has accepted until the
   * offer's end, so that later releases find what is known.
   */
  | { readonly name: 'lingering'; readonly end: Exclude<OfferEnd, 'abandoned'>; readonly untilMs: number }
  | { readonly name: 'ended'; readonly end: OfferEnd };

/** What a check found; unanswered where AWS could not be asked in time. */
export type CheckFinding = OfferFinding | { readonly found: 'unanswered'; readonly sentence: string };

/** Whether the account can read the offer, as far as the newest check shows it. */
export function canFollow(finding: CheckFinding | undefined): boolean {
  return finding?.found !== 'notAllowed' && finding?.found !== 'notFound';
}

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
  /** Agreements whose event named no buyer, of an offer that was targeted at a single one then: that buyer's. */
  readonly presumed: ReadonlyArray<{ readonly agreementId: string; readonly buyer: string }>;
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
  /** `followed` where the watch goes by another policy from now on. */
  | { readonly type: 'checked'; readonly finding: CheckFinding; readonly followed?: true }
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
    presumed: [],
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
  return Math.max(goodUntilMs(expiresAt), goodUntilMs(closesAt));
}

/**
 * Whether it is worth an action to ask for the end between reminders: UpdateAvailability moves the end of a private offer only
 * (AWS Marketplace Catalog API reference), and an answer is to be expected.
 */
function mayHaveMoved({ release, checked }: Pick<OfferCase, 'release' | 'checked'>): boolean {
  const isPrivate = release !== undefined && (release.targetedBuyerCount > 0 || isOfferSet(release));
  return isPrivate && canFollow(checked?.finding);
}

/** Waits for the next reminder or the end, and asks AWS in between where that is further away than the policy has it. */
export function waiting(
  { expiresAt, closesAt, schedule }: Awaited,
  known: Pick<OfferCase, 'release' | 'checked'>,
  { checkEveryMs, mostChecks }: OfferPolicy,
  nowMs: number,
): Extract<OfferPhase, { readonly name: 'watching' }> {
  const wait = { name: 'watching', expiresAt, schedule, ...defined({ closesAt }) } as const;
  // Of an end years ahead, a check a week would cost more than it finds.
  const checkAtMs = nowMs + Math.max(checkEveryMs, Math.floor((closesAtMs(wait) - nowMs) / mostChecks));
  return mayHaveMoved(known) && checkAtMs < wakeAtMs(wait) ? { ...wait, checkAtMs } : wait;
}

/** What the watch does from now on, by the date on which the offer ends. */
export function phaseFor(
  expiresAt: string | undefined,
  known: Pick<OfferCase, 'release' | 'checked' | 'lingerUntilMs'>,
  policy: OfferPolicy,
  nowMs: number,
): OfferPhase {
  const { lingerUntilMs } = known;
  if (expiresAt === undefined) return { name: 'lingering', end: 'noEndDate', untilMs: lingerUntilMs };
  // A release that comes late: its end may have moved since.
  if (goodUntilMs(expiresAt) <= nowMs) return { name: 'checking', askedAtMs: nowMs, expiresAt, schedule: [] };
  const schedule = remindersAhead(remindersBefore(expiresAt, policy), nowMs);
  return waiting({ expiresAt, schedule }, known, policy, nowMs);
}

/** Every reminder before an end, earliest first. */
function remindersBefore(expiresAt: string, { beforeEndMs }: OfferPolicy): readonly Reminder[] {
  const fromMs = remindFromMs(expiresAt);
  return beforeEndMs
    .toSorted((one, other) => other - one)
    .map((ms) => ({ reminder: `before-${lengthName(ms)}`, atMs: fromMs - ms }));
}

/**
 * The reminders that another policy makes for the same end: none that was sent, and the last one now where the change has
 * moved it into the past while others lay ahead.
 */
export function scheduleBy(
  policy: OfferPolicy,
  wait: Awaited,
  { sent }: Pick<OfferCase, 'sent'>,
  nowMs: number,
): readonly Reminder[] {
  const planned = remindersBefore(wait.expiresAt, policy);
  const isSent = (reminder: Reminder): boolean => sent.includes(reminderKey(wait, reminder));
  const before = wait.schedule.filter((reminder) => !isSent(reminder));
  return rescheduled(planned, before, isSent, nowMs, (past, ahead) => {
    const isLast = past === planned.at(-1);
    return isLast || ahead.reminder === past.reminder;
  });
}

/** When the next reminder goes out, or the watch ends with the offer, in milliseconds since the epoch. */
export function dueAtMs(wait: Awaited): number {
  return wait.schedule[0]?.atMs ?? closesAtMs(wait);
}

/** When the watch has to be checked next, in milliseconds since the epoch. */
export function wakeAtMs(phase: Extract<OfferPhase, { name: 'watching' | 'lingering' }>): number {
  switch (phase.name) {
    case 'watching':
      return Math.min(phase.checkAtMs ?? Number.POSITIVE_INFINITY, dueAtMs(phase));
    case 'lingering':
      return phase.untilMs;
  }
}

/** The name of the state, and the result of a closed run. */
export function stateName(phase: OfferPhase): OfferStateName {
  return phase.name === 'watching' || phase.name === 'checking' ? 'watching' : phase.end;
}
