import { defined } from '../../../defined.ts';
import { recorded, stateRefusal, type CommandInput } from '../../shared/operatorCommands.ts';
import { noted, stay, type Transition, type TransitionContext } from '../../shared/transition.ts';
import {
  heldEventsCommands,
  type EventsRefused,
  type EventsSeen,
  type Lacking,
  type SettleResult,
} from '../contract.ts';
import { expiryMs, expiryCheckMs, reminderMs } from '../dates.ts';
import type { HeldEventsPolicy } from '../policyValues.ts';
import { accountConfiguredNotice, endingNotice, events, expiryNotice, firstNotice, fullNotice } from '../notices.ts';
import {
  kindText,
  newHeldEvents,
  stampOf,
  stateName,
  type HeldEvent,
  type HeldEventsCase,
  type HeldEventsMessage,
} from '../state.ts';

type Context = TransitionContext<HeldEventsPolicy>;
type Result = Transition<HeldEventsCase>;

/** More than the ingress lets in; signals typed by hand must not grow the state without a bound. */
const mostHeld = 5_000;

/** Kinds that a heading of several names, and the characters of each. */
const mostKinds = 20;
const longestKind = 200;

/** What one workflow asks for at most; the vendor has three catalogs. */
const mostCatalogs = 10;

/**
 * Whose question it is. A route can name an account only once it is configured; an account that is taken out of the
 * configuration keeps the question that it has.
 */
function askedAsOf({ heading, lacking, askedAs }: HeldEventsCase): string {
  return heading.by === 'account' && lacking?.account === false ? heading.account : askedAs;
}

/**
 * Back to where it waits. The first time, operators get the one notice. Where the account has been configured since, without
 * a catalog that events wait for, that question ends, and the account's own begins.
 */
function wait(before: HeldEventsCase, nowMs: number): Result {
  const { heading, notified, askedAs } = before;
  const name = heading.by === 'account' ? 'awaitingConfiguration' : 'recorded';
  const held = before.held.map((event) => ({ ...event, isDecided: false, isDoomed: false }));
  const state: HeldEventsCase = {
    ...before,
    held,
    phase: { name },
    notified: true,
    askedAs: askedAsOf(before),
    checkedAtMs: nowMs,
  };
  if (!notified) return { state, notices: [firstNotice(state)] };
  if (state.askedAs === askedAs) return stay(state);
  return { state, notices: [accountConfiguredNotice({ ...state, askedAs }), firstNotice(state)] };
}

function finish(before: HeldEventsCase, discarding: boolean): Result {
  const { expired, replayed } = before.became;
  const end = discarding ? 'discarded' : expired > 0 && replayed === 0 ? 'expired' : 'replayed';
  const state: HeldEventsCase = { ...before, phase: { name: 'ended', end } };
  // What was a question has an answer; what was a report has none.
  return { state, notices: before.notified && before.heading.by === 'account' ? [endingNotice(state, end)] : [] };
}

function withBytes(before: HeldEventsCase, message: EventsSeen, sha256: string, nowMs: number): HeldEventsCase {
  const known = before.held.find((event) => event.sha256 === sha256);
  if (known !== undefined) {
    const again: HeldEvent = { ...known, arrivals: known.arrivals + 1, isDecided: false };
    return { ...before, held: before.held.map((event) => (event === known ? again : event)) };
  }
  const counted = { ...before, count: before.count + message.count };
  if (before.held.length >= mostHeld) {
    return noted(counted, `More is held than this list has: replay quarantine:${sha256} on its own.`);
  }
  const { catalog, keepMs } = message;
  // What arrived after the refusal was let in: there is room again.
  const { full, ...roomy } = counted;
  const isRoomy = full !== undefined && Date.parse(message.receivedAt) > full.sinceMs;
  const event = {
    sha256,
    arrivals: 1,
    isDecided: false,
    isDoomed: false,
    sinceMs: nowMs,
    ...defined({ catalog, keepMs }),
  };
  return { ...(isRoomy ? roomy : counted), held: [...before.held, event] };
}

function withKind(kinds: readonly string[], kind: string | undefined): readonly string[] {
  if (kind === undefined || kinds.includes(kindText(kind)) || kinds.length >= mostKinds) return kinds;
  return [...kinds, kindText(kind).slice(0, longestKind)];
}

function withCatalog(lacking: Lacking | undefined, catalog: string | undefined): Lacking | undefined {
  if (lacking === undefined || catalog === undefined || lacking.catalogs.includes(catalog)) return lacking;
  if (lacking.catalogs.length >= mostCatalogs) return lacking;
  return { ...lacking, catalogs: [...lacking.catalogs, catalog] };
}

function onRefused(before: HeldEventsCase, { count, most, refusedAt }: EventsRefused): HeldEventsCase {
  if (before.phase.name === 'ended') return before;
  const full = { sinceMs: before.full?.sinceMs ?? Date.parse(refusedAt), most };
  return { ...before, refused: before.refused + count, full };
}

/** Where no more may be held while operators are asked, one notice says so, once in a day at most. */
function withFullNotice({ state, notices }: Result, { policy, nowMs }: Context): Result {
  const { full, fullNoticeAtMs } = state;
  const isReported = fullNoticeAtMs !== undefined && nowMs < fullNoticeAtMs + policy.fullNoticeEveryMs;
  if (full === undefined || isReported || state.phase.name !== 'awaitingConfiguration') return { state, notices };
  return { state: { ...state, fullNoticeAtMs: nowMs }, notices: [...notices, fullNotice(state, full)] };
}

function onSeen(before: HeldEventsCase, message: EventsSeen, { nowMs }: Context): Result {
  const { heading, phase } = before;
  // A kind that was discarded is not reported again. An account's event in the moment of closing is a matter of its own.
  if (phase.name === 'ended' && heading.by === 'kind') return stay(before);
  const open: HeldEventsCase =
    phase.name === 'ended' ? { ...newHeldEvents({ version: 1, heading }, nowMs), audit: before.audit } : before;
  const first = open.count === 0;
  const seen: HeldEventsCase = {
    ...open,
    reason: message.reason,
    kinds: withKind(open.kinds, message.kind),
    ...(first && { firstSeenAt: message.receivedAt }),
  };
  const { sha256 } = message;
  const counted =
    sha256 === undefined ? { ...seen, count: seen.count + message.count } : withBytes(seen, message, sha256, nowMs);
  const { lacking } = counted;
  const lacks = withCatalog(lacking, message.catalog);
  const state: HeldEventsCase = lacks === undefined ? counted : { ...counted, lacking: lacks };
  // An ingress that lags behind the workers' configuration holds what they can handle.
  const isUnchecked = lacking?.account === false && lacks !== lacking;
  const isWhole = lacking?.account === false && message.catalog === undefined;
  if (state.phase.name === 'awaitingConfiguration' && (isUnchecked || isWhole)) return stay(replay(state));
  return heading.by === 'kind' && !state.notified ? wait(state, nowMs) : stay(state);
}

function replay(before: HeldEventsCase): HeldEventsCase {
  return { ...before, phase: { name: 'replaying', pass: 0, pauseUntilMs: 0 } };
}

function discard(before: HeldEventsCase): HeldEventsCase {
  const held = before.held.map((event) => ({ ...event, isDoomed: true }));
  return { ...before, held, phase: { name: 'discarding', pass: 0, pauseUntilMs: 0 } };
}

/** The state without what a pass has settled; bytes that came back meanwhile are held again. */
function withoutSettled(given: HeldEventsCase, { settled, decided, lacking }: SettleResult): HeldEventsCase {
  const { full, ...rest } = given;
  const arrivals = new Map(given.held.map((event) => [event.sha256, event.arrivals]));
  const gone = new Map(
    settled.filter((each) => arrivals.get(each.sha256) === each.arrivals).map((each) => [each.sha256, each.became]),
  );
  const became = { ...given.became };
  for (const end of gone.values()) became[end] += 1;
  const decidedDigests = new Set(decided);
  const held = given.held
    .filter(({ sha256 }) => !gone.has(sha256))
    .map((event) => (decidedDigests.has(event.sha256) ? { ...event, isDecided: true } : event));
  const isFull = full !== undefined && (gone.size === 0 || held.length >= full.most);
  return { ...rest, held, became, ...defined({ lacking: lacking ?? given.lacking, full: isFull ? full : undefined }) };
}

function onSettled(
  before: HeldEventsCase,
  result: SettleResult,
  stamp: number,
  { policy: { pausesMs, passesByKind }, nowMs }: Context,
): Result {
  const { phase, heading } = before;
  if (phase.name !== 'replaying' && phase.name !== 'discarding') return stay(before);
  const state = withoutSettled(before, result);
  const { decided, isCut } = result;
  if (state.held.length === 0) return finish(state, phase.name === 'discarding');
  const missedSome = phase.name === 'replaying' && stamp !== stampOf(before);
  if (isCut || missedSome) return stay({ ...state, phase: { ...phase, pauseUntilMs: 0 } });
  if (decided.length === 0) return wait(state, nowMs);
  const passes = heading.by === 'kind' ? Math.min(passesByKind, pausesMs.length) : pausesMs.length;
  const pauseMs = phase.pass < passes ? pausesMs[phase.pass] : undefined;
  if (pauseMs !== undefined) {
    const pauseUntilMs = nowMs + pauseMs;
    return stay({ ...state, phase: { ...phase, pass: phase.pass + 1, pauseUntilMs } });
  }
  return wait(noted(state, `${events(decided.length)} did not come to an end in time. Try again.`), nowMs);
}

function onDateDue(before: HeldEventsCase, { policy, nowMs }: Context): Result {
  if (before.phase.name !== 'awaitingConfiguration') return stay(before);
  const checkDueMs = expiryCheckMs(before, policy);
  if (checkDueMs !== undefined && nowMs >= checkDueMs) return stay(replay(before));
  const reminder = reminderMs(before, policy);
  const expiry = expiryMs(before, policy);
  if (reminder === undefined || expiry === undefined || nowMs < reminder) return stay(before);
  return { state: { ...before, warnedAtMs: nowMs }, notices: [expiryNotice(before, expiry, nowMs)] };
}

function onCancel(before: HeldEventsCase, command: CommandInput, nowMs: number): Result {
  if (before.phase.name === 'ended' || before.phase.name === 'discarding') return stay(before);
  return stay(discard(recorded(before, 'discard', command, nowMs)));
}

function onConfigurationTaken(before: HeldEventsCase): HeldEventsCase {
  const state: HeldEventsCase = { ...before, configurations: before.configurations + 1 };
  return before.phase.name === 'awaitingConfiguration' ? replay(state) : state;
}

/**
 * The state machine of the events of a heading: pure and total. A message that makes no sense in the present phase changes
 * nothing.
 * @returns the state after the message, and the notices that it makes the workflow send.
 */
export function next(before: HeldEventsCase, message: HeldEventsMessage, context: Context): Result {
  return withFullNotice(decide(before, message, context), context);
}

function decide(before: HeldEventsCase, message: HeldEventsMessage, context: Context): Result {
  switch (message.type) {
    case 'seen':
      return onSeen(before, message.message, context);
    case 'refused':
      return stay(onRefused(before, message.message));
    case 'configurationTaken':
      return stay(onConfigurationTaken(before));
    case 'replay':
    case 'discard': {
      if (stateRefusal(heldEventsCommands, message.type, stateName(before)) !== undefined) return stay(before);
      const state = recorded(before, message.type, message.command, context.nowMs);
      return stay(message.type === 'replay' ? replay(state) : discard(state));
    }
    case 'settled':
      return onSettled(before, message.result, message.stamp, context);
    case 'notSettled':
      return before.phase.name === 'replaying' || before.phase.name === 'discarding'
        ? wait(noted(before, message.sentence), context.nowMs)
        : stay(before);
    case 'dateDue':
      return onDateDue(before, context);
    case 'cancel':
      return onCancel(before, message.command, context.nowMs);
  }
}
