import type { Notice } from '../../shared/notices.ts';
import { takeDue } from '../../shared/reminders.ts';
import { remember } from '../../shared/seen.ts';
import { stay, type Transition, type TransitionContext } from '../../shared/transition.ts';
import type { OfferPolicy } from '../defaults.ts';
import type { OfferReleasedMessage } from '../contract.ts';
import { movedNotice, openingNotice, reminderNotice } from '../notices.ts';
import { expiryOf } from './release.ts';
import { phaseFor, type OfferCase, type OfferMessage } from '../state.ts';

type OfferTransition = Transition<OfferCase>;
type OfferContext = TransitionContext<OfferPolicy>;

/** The first release opens the watch; a later one sends a notice only where it moves the end. */
function noticesOf(
  newest: OfferReleasedMessage | undefined,
  watch: OfferCase,
  release: OfferReleasedMessage,
  nowMs: number,
): readonly Notice[] {
  if (newest === undefined) return [openingNotice(watch, release, nowMs)];
  const before = expiryOf(newest);
  return before === expiryOf(release) ? [] : [movedNotice(watch, release, before, nowMs)];
}

/** A release that came after a newer one: nothing of it counts, but its repeats have to be recognised as well. */
function onOlder(before: OfferCase, seen: readonly string[], lingerUntilMs: number): OfferTransition {
  const { phase } = before;
  return stay({
    ...before,
    seen,
    lingerUntilMs,
    phase: phase.name === 'lingering' ? { ...phase, untilMs: lingerUntilMs } : phase,
  });
}

function onReleased(before: OfferCase, release: OfferReleasedMessage, context: OfferContext): OfferTransition {
  const seen = remember(before.seen, release.eventId);
  if (seen === undefined) return stay(before);
  const { policy, nowMs } = context;
  const lingerUntilMs = nowMs + policy.lingerMs;
  const newest = before.release;
  // Of two releases of one instant the one that came last counts.
  if (newest !== undefined && Date.parse(release.releasedAt) < Date.parse(newest.releasedAt)) {
    return onOlder(before, seen, lingerUntilMs);
  }
  const moved = newest === undefined || before.phase.name !== 'watching' || expiryOf(newest) !== expiryOf(release);
  const watch: OfferCase = {
    ...before,
    seen,
    release,
    lingerUntilMs,
    phase: moved ? phaseFor(expiryOf(release), lingerUntilMs, policy, nowMs) : before.phase,
  };
  return { state: watch, notices: noticesOf(newest, watch, release, nowMs) };
}

function onWoken(watch: OfferCase, { nowMs }: OfferContext): OfferTransition {
  const { phase, release } = watch;
  if (phase.name === 'lingering') {
    return stay(nowMs < phase.untilMs ? watch : { ...watch, phase: { name: 'ended', end: phase.end } });
  }
  if (phase.name === 'ended' || release === undefined) return stay(watch);
  if (nowMs >= Date.parse(phase.expiresAt)) {
    return stay({
      ...watch,
      phase:
        nowMs < watch.lingerUntilMs
          ? { name: 'lingering', end: 'expired', untilMs: watch.lingerUntilMs }
          : { name: 'ended', end: 'expired' },
    });
  }
  const { due, ahead } = takeDue(phase.schedule, nowMs, () => true);
  if (due === undefined) return stay(watch);
  const advanced: OfferCase = { ...watch, phase: { ...phase, schedule: ahead } };
  const key = `${phase.expiresAt}:${due.reminder}`;
  const sent = remember(watch.sent, key);
  if (sent === undefined) return stay(advanced);
  return { state: { ...advanced, sent }, notices: [reminderNotice(watch, release, key, nowMs)] };
}

/**
 * The state machine of a watch: pure and total. A message that makes no sense in the present phase changes nothing.
 * @returns the state after the message, and the notices that it decides upon.
 */
export function next(watch: OfferCase, message: OfferMessage, context: OfferContext): OfferTransition {
  switch (message.type) {
    case 'released':
      return onReleased(watch, message.release, context);
    case 'woken':
      return onWoken(watch, context);
    case 'cancelled':
      return stay({ ...watch, phase: { name: 'ended', end: 'abandoned' } });
  }
}
