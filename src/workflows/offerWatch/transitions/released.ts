import type { Notice } from '../../shared/notices.ts';
import { remember } from '../../shared/seen.ts';
import { stay } from '../../shared/transition.ts';
import type { OfferReleasedMessage } from '../contract.ts';
import { acceptedNotice, movedNotice, openingNotice } from '../notices.ts';
import {
  closesAtMs,
  endOf,
  phaseFor,
  type Awaited,
  type OfferCase,
  type OfferContext,
  type OfferPhase,
  type OfferTransition,
} from '../state.ts';
import { acceptedPhase, isAccepted } from './accepted.ts';
import { isAcceptedByAll } from './agreements.ts';
import { areSameEnd, goodUntilMs, isSameEnd } from './ends.ts';
import { expiryOf } from './release.ts';

/**
 * The first release opens the watch; a later one sends a notice only where it moves the end, or where it is for a buyer who
 * has not accepted, so that reminders begin again.
 */
function noticesOf(
  before: OfferCase,
  watch: OfferCase,
  release: OfferReleasedMessage,
  nowMs: number,
): readonly Notice[] {
  const accepted =
    isAccepted(watch) && /* guard */ !isAccepted(before) ? [acceptedNotice(watch, release, release.eventId)] : [];
  if (before.release === undefined) return [openingNotice(watch, release, nowMs), ...accepted];
  if (isAccepted(watch)) return accepted;
  if (/* guard */ isAccepted(before)) return [openingNotice(watch, release, nowMs)];
  const was = endOf(before);
  return areSameEnd(was, endOf(watch)) ? [] : [movedNotice(watch, release, was, nowMs)];
}

/** A release that came after a newer one: nothing of it counts, but its repeats have to be recognised as well. */
function onOlder(before: OfferCase, seen: readonly string[], lingerUntilMs: number): OfferTransition {
  const { phase } = before;
  return stay({
    ...before,
    seen,
    lingerUntilMs,
    phase:
      phase.name === 'lingering' ? { ...phase, untilMs: Math.max(/* guard: 0 */ phase.untilMs, lingerUntilMs) } : phase,
  });
}

/**
 * Whether the end that AWS showed stays: a release that has the end of the one before it, or the one that AWS showed, says
 * nothing else.
 */
function keepsShownEnd({ release: newest, shownEnd }: OfferCase, release: OfferReleasedMessage): boolean {
  if (newest === undefined || shownEnd === undefined) return false;
  const [before, now] = [expiryOf(newest), expiryOf(release)];
  return areSameEnd(before, now) || (now !== undefined && isSameEnd(now, shownEnd));
}

/** The wait for an end that a release has in another form: it lasts until the later of the two. */
function inBothForms<Wait extends Awaited>(wait: Wait, end: string | undefined): Wait {
  return end === undefined || goodUntilMs(end) <= closesAtMs(wait) ? wait : { ...wait, closesAt: end };
}

function phaseAfter(before: OfferCase, watch: OfferCase, { policy, nowMs }: OfferContext): OfferPhase {
  const { phase } = before;
  const { lingerUntilMs } = watch;
  if (isAcceptedByAll(watch)) return acceptedPhase(watch);
  const end = endOf(watch);
  const stays = before.release !== undefined && areSameEnd(endOf(before), end);
  if (stays && (phase.name === 'watching' || phase.name === 'checking')) return inBothForms(phase, end);
  // What was withdrawn stays so, until a release has another end than the one that was withdrawn.
  if (stays && 'end' in phase && /* guard */ phase.end === 'withdrawn') {
    return { name: 'lingering', end: 'withdrawn', untilMs: lingerUntilMs };
  }
  return phaseFor(end, watch, policy, nowMs);
}

/** A release that the vendor published: of several the newest counts, by the time of its event. */
export function onReleased(before: OfferCase, release: OfferReleasedMessage, context: OfferContext): OfferTransition {
  const seen = remember(before.seen, release.eventId);
  if (seen === undefined) return stay(before);
  const { policy, nowMs } = context;
  const lingerUntilMs = nowMs + policy.lingerMs;
  const newest = before.release;
  // Of two releases of one instant the one that came last counts.
  if (newest !== undefined && Date.parse(release.releasedAt) < Date.parse(newest.releasedAt)) {
    return onOlder(before, seen, lingerUntilMs);
  }
  const { shownEnd, ...rest } = before;
  const known: OfferCase = {
    ...rest,
    ...(shownEnd !== undefined && keepsShownEnd(before, release) && { shownEnd }),
    seen,
    release,
    lingerUntilMs,
  };
  const watch: OfferCase = { ...known, phase: phaseAfter(before, known, context) };
  return { state: watch, notices: noticesOf(before, watch, release, nowMs) };
}
