import { defined } from '../../../defined.ts';
import { remindersAhead, takeDue } from '../../shared/reminders.ts';
import { remember } from '../../shared/seen.ts';
import { stay } from '../../shared/transition.ts';
import type { OfferReleasedMessage } from '../contract.ts';
import { reminderNotice, shownEndNotice } from '../notices.ts';
import {
  closesAtMs,
  phaseFor,
  reminderKey,
  scheduleBy,
  waiting,
  type Awaited,
  type OfferCase,
  type OfferContext,
  type OfferMessage,
  type OfferPhase,
  type OfferTransition,
} from '../state.ts';
import { goodUntilMs, isSameEnd } from './ends.ts';

/** Lingers while duplicates of the newest release may come, then ends. */
function over(watch: OfferCase, end: 'expired' | 'withdrawn', nowMs: number): OfferPhase {
  return /* guard: false */ nowMs < watch.lingerUntilMs
    ? { name: 'lingering', end, untilMs: watch.lingerUntilMs }
    : { name: 'ended', end };
}

/** Asks AWS from now on. */
function asking({ expiresAt, closesAt, schedule }: Awaited, nowMs: number): OfferPhase {
  return { name: 'checking', askedAtMs: nowMs, expiresAt, schedule, ...defined({ closesAt }) };
}

/** A timer has ended: what is due now waits for what AWS shows of the offer. */
export function onWoken(watch: OfferCase, { nowMs }: OfferContext): OfferTransition {
  const { phase } = watch;
  if (phase.name === 'lingering') {
    return stay(nowMs < phase.untilMs ? watch : { ...watch, phase: { name: 'ended', end: phase.end } });
  }
  if (phase.name !== 'watching') return stay(watch);
  const isDue =
    nowMs >= closesAtMs(phase) ||
    (phase.checkAtMs !== undefined && nowMs >= phase.checkAtMs) ||
    phase.schedule.some((each) => each.atMs <= nowMs && !watch.sent.includes(reminderKey(phase, each)));
  return stay({
    ...watch,
    phase: isDue ? asking(phase, nowMs) : { ...phase, schedule: remindersAhead(phase.schedule, nowMs) },
  });
}

/** The wait for an end, and since when AWS was asked about it. */
type Asked = Awaited & Pick<Extract<OfferPhase, { name: 'checking' }>, 'askedAtMs'>;

/**
 * AWS shows another end: the watch follows it, and reminds of nothing that it has reminded of for that end before. One that
 * has come since AWS was asked may have moved again: AWS is asked once more.
 */
function onOtherEnd(
  before: OfferCase,
  release: OfferReleasedMessage,
  wait: Asked,
  endsAt: string,
  { policy, nowMs }: OfferContext,
): OfferTransition {
  const moved: OfferCase = { ...before, shownEnd: endsAt, moves: before.moves + 1 };
  const liesAhead = /* guard */ goodUntilMs(endsAt) > wait.askedAtMs;
  const phase = liesAhead ? phaseFor(endsAt, moved, policy, nowMs) : over(before, 'withdrawn', nowMs);
  const watch: OfferCase = { ...moved, phase };
  return { state: watch, notices: [shownEndNotice(watch, release, wait.expiresAt, nowMs)] };
}

/**
 * The end is as it was, or nothing else is known of it: what was due happens, or the watch is over. An answer that AWS gave
 * before the end, and that the watch takes after it (no worker ran meanwhile, or the run was reset), does not end it.
 */
function onSameEnd(
  watch: OfferCase,
  release: OfferReleasedMessage,
  wait: Asked,
  { policy, nowMs }: OfferContext,
): OfferTransition {
  if (nowMs >= closesAtMs(wait)) {
    const isStale = /* guard: false */ wait.askedAtMs < closesAtMs(wait);
    return stay({ ...watch, phase: isStale ? asking(wait, nowMs) : over(watch, 'expired', nowMs) });
  }
  const { due, ahead } = takeDue(wait.schedule, nowMs, () => true);
  const advanced: OfferCase = { ...watch, phase: waiting({ ...wait, schedule: ahead }, watch, policy, nowMs) };
  // Between the end as it names the reminders and the same end in another form there is nothing to remind of.
  if (due === undefined || /* guard */ nowMs >= Date.parse(wait.expiresAt)) return stay(advanced);
  const key = reminderKey(wait, due);
  const sent = remember(watch.sent, key);
  if (sent === undefined) return stay(advanced);
  return { state: { ...advanced, sent }, notices: [reminderNotice(advanced, release, key, nowMs)] };
}

/**
 * What AWS shows of the offer, or that it shows nothing. Without another end nothing is guessed: neither an offer that the
 * account may not read nor one that AWS does not find counts as withdrawn.
 */
export function onChecked(
  before: OfferCase,
  { finding, followed }: Extract<OfferMessage, { type: 'checked' }>,
  context: OfferContext,
): OfferTransition {
  const { phase, release } = before;
  if (release === undefined || /* guard */ phase.name !== 'checking') return stay(before);
  const watch: OfferCase = { ...before, checked: { at: new Date(context.nowMs).toISOString(), finding } };
  const endsAt = finding.found === 'offer' ? finding.endsAt : undefined;
  if (endsAt !== undefined && /* guard */ !isSameEnd(endsAt, phase.expiresAt)) {
    return onOtherEnd(watch, release, phase, endsAt, context);
  }
  const { expiresAt, askedAtMs } = phase;
  const { policy, nowMs } = context;
  const schedule = followed === true ? scheduleBy(policy, phase, watch, nowMs) : phase.schedule;
  const wait: Asked = { expiresAt, schedule, askedAtMs, ...defined({ closesAt: endsAt ?? phase.closesAt }) };
  return onSameEnd(watch, release, wait, context);
}
