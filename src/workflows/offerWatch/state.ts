import { lengthName, remindersAhead, type Reminder } from '../shared/reminders.ts';
import type { OfferPolicy } from './defaults.ts';
import type { OfferEnd, OfferReleasedMessage, OfferStateName } from './contract.ts';

/** What the watch does now. */
export type OfferPhase =
  | {
      readonly name: 'watching';
      /** ISO 8601 in UTC with milliseconds. */
      readonly expiresAt: string;
      /** The reminders that lie ahead, earliest first. */
      readonly schedule: readonly Reminder[];
    }
  /** Stays for a while to recognise duplicates, until this time in milliseconds since the epoch. */
  | { readonly name: 'lingering'; readonly end: 'expired' | 'noEndDate'; readonly untilMs: number }
  | { readonly name: 'ended'; readonly end: OfferEnd };

/** All that one watch is: plain JSON, carried through continue-as-new. */
export interface OfferCase {
  readonly version: 1;
  readonly account: string;
  readonly offerId: string;
  readonly phase: OfferPhase;
  /** The newest one; absent until one has reached the watch. */
  readonly release?: OfferReleasedMessage;
  /** No end comes before this time, in milliseconds since the epoch: duplicates of the release are recognised till then. */
  readonly lingerUntilMs: number;
  /** `{expiration date}:{reminder}` of every reminder that was sent. */
  readonly sent: readonly string[];
  readonly seen: readonly string[];
  readonly notes: readonly string[];
}

/** What can happen to a watch: releases, a timer's end, a cancellation. */
export type OfferMessage =
  | { readonly type: 'released'; readonly release: OfferReleasedMessage }
  | { readonly type: 'woken' }
  | { readonly type: 'cancelled' };

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
    sent: [],
    seen: [],
    notes: [],
  };
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
  if (endMs <= nowMs) return { name: 'lingering', end: 'expired', untilMs: lingerUntilMs };
  const reminders = beforeEndMs.map((ms) => ({ reminder: `before-${lengthName(ms)}`, atMs: endMs - ms }));
  return { name: 'watching', expiresAt, schedule: remindersAhead(reminders, nowMs) };
}

/** When the watch has to be checked next, in milliseconds since the epoch. */
export function wakeAtMs(phase: Exclude<OfferPhase, { name: 'ended' }>): number {
  switch (phase.name) {
    case 'watching':
      return phase.schedule[0]?.atMs ?? Date.parse(phase.expiresAt);
    case 'lingering':
      return phase.untilMs;
  }
}

/** The name of the state, and the result of a closed run. */
export function stateName(phase: OfferPhase): OfferStateName {
  return phase.name === 'watching' ? phase.name : phase.end;
}
