import { dayMs, secondMs } from '../shared/durations.ts';
import type { LaterReason, ListedSubmit, PermitAnswer, PermitRequest, PermitReturn } from './contract.ts';
import type { SubmitPermitsPolicy } from './policyValues.ts';

/** What is known of one token. */
export interface Permit {
  /** Days of UTC in which it counts, by earlier grants that may have been used; empty for an operator's. */
  readonly days: readonly number[];
  readonly inFlight: boolean;
  /** The newest grant. */
  readonly open?: {
    readonly grant: number;
    /** Until then nobody else gets a permit of this token. */
    readonly untilMs: number;
    readonly days: readonly number[];
    readonly wasInFlight: boolean;
  };
}

/** The state, as it is carried through renewal: with every token, since Temporal deduplicates within a run only. */
export interface Permits {
  readonly version: 1;
  /** False until a run without a carried state has counted what was submitted. */
  readonly counted: boolean;
  readonly permits: Readonly<Record<string, Permit>>;
  readonly grants: number;
  /** When the pace lets the next submit go. */
  readonly nextStartMs: number;
  /** When the next one that has to come back does: one after the other, as the pace would have them submit. */
  readonly nextReturnMs: number;
  /** The tokens that a recount which is under way is about. */
  readonly recount?: readonly string[];
  readonly recountWanted: boolean;
}

/** The state of a run that nothing was carried to. */
export const noPermits: Permits = {
  version: 1,
  counted: false,
  permits: {},
  grants: 0,
  nextStartMs: 0,
  nextReturnMs: 0,
  recountWanted: false,
};

const dayOf = (ms: number): number => Math.floor(ms / dayMs);

/** Every day of UTC in which a submit can land that is sent between these times. */
function daysBetween(fromMs: number, toMs: number, { clockMarginMs }: SubmitPermitsPolicy): readonly number[] {
  const [first, last] = [dayOf(fromMs - clockMarginMs), dayOf(toMs + clockMarginMs)];
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

function counts({ days, open }: Permit, day: number): boolean {
  return days.includes(day) || open?.days.includes(day) === true;
}

/** How many submits by policy count in a day. */
function countOf({ permits }: Permits, day: number): number {
  return Object.values(permits).filter((permit) => counts(permit, day)).length;
}

/** How many submits count in the day of a time, and how many are in flight. */
export function numbersOf(state: Permits, nowMs: number): { today: number; inFlight: number } {
  return {
    today: countOf(state, dayOf(nowMs)),
    inFlight: Object.values(state.permits).filter(({ inFlight }) => inFlight).length,
  };
}

const none: Permit = { days: [], inFlight: false };

function permitOf({ permits }: Permits, token: string): Permit {
  return (Object.hasOwn(permits, token) ? permits[token] : undefined) ?? none;
}

/** The days of a permit, with those of a grant that was not returned. */
function used({ days, open }: Permit): readonly number[] {
  return [...new Set([...days, ...(open?.days ?? [])])];
}

/**
 * Answers a request at a time. One activity attempt at a time holds the permit of a token, until AWS lists what it may have
 * submitted (model/once.pml); each token counts once in each day that it can land in (model/permits.pml).
 */
export function request(
  before: Permits,
  asked: PermitRequest,
  nowMs: number,
  policy: SubmitPermitsPolicy,
): { state: Permits; answer: PermitAnswer } {
  const { mostInFlight, recountFrom, paceWithinMs, inFlightRetryMs, latestMs, soonestMs, usedPart } = policy;
  const { token, authority, dailyCap, startsPerSecond, usedWithinMs, settleMs, used: ended = [] } = asked;
  const state = ended.reduce((all, one) => giveBack(all, { ...one, fate: 'unknown', settleMs }, nowMs), before);
  const permit = permitOf(state, token);
  const paceMs = secondMs / (startsPerSecond * usedPart);
  const later = (retryAfterMs: number, because: LaterReason): PermitAnswer => ({
    outcome: 'later',
    retryAfterMs: Math.max(soonestMs, Math.ceil(retryAfterMs)),
    because,
  });
  const refuse = (answer: PermitAnswer): { state: Permits; answer: PermitAnswer } => ({ state, answer });
  /** One after the other, so that those who wait do not all come back at the same moment. */
  const inTurn = (
    earliestMs: number,
    because: 'inFlight' | 'pace' | 'counting',
    recountWanted: boolean,
  ): ReturnType<typeof refuse> => {
    const atMs = Math.min(Math.max(state.nextReturnMs, earliestMs), nowMs + latestMs);
    return { state: { ...state, nextReturnMs: atMs + paceMs, recountWanted }, answer: later(atMs - nowMs, because) };
  };
  // Each request is in the history of a run that is renewed only after the count: hundreds of lineages may wait for it.
  if (/* guard */ !state.counted) return inTurn(nowMs + 2 * secondMs, 'counting', state.recountWanted);
  if (/* guard */ permit.open !== undefined && nowMs < permit.open.untilMs) {
    return refuse(later(permit.open.untilMs - nowMs, 'held'));
  }
  const counted = used(permit);
  const days = authority === 'policy' ? daysBetween(nowMs, nowMs + usedWithinMs, policy) : [];
  const isFull = days.some((day) => /* guard */ !counted.includes(day) && countOf(state, day) >= dailyCap);
  if (isFull) return refuse({ outcome: 'capReached' });
  const { inFlight } = numbersOf(state, nowMs);
  const wanted = state.recountWanted || inFlight >= recountFrom;
  if (/* guard */ !permit.inFlight && inFlight >= mostInFlight)
    return inTurn(nowMs + inFlightRetryMs, 'inFlight', wanted);
  const startMs = Math.max(state.nextStartMs, nowMs);
  if (/* guard */ startMs - nowMs > paceWithinMs) return inTurn(startMs - paceWithinMs / 2, 'pace', wanted);

  const grant = state.grants + 1;
  const open = { grant, untilMs: nowMs + usedWithinMs + settleMs, days, wasInFlight: permit.inFlight };
  const { recount, ...rest } = state;
  return {
    answer: { outcome: 'granted', grant },
    state: {
      ...rest,
      // What is granted while a recount lists may run when it is applied.
      ...(recount === undefined ? {} : { recount: recount.filter((other) => /* guard */ other !== token) }),
      permits: { ...withoutPast(state.permits, nowMs, policy), [token]: { days: counted, inFlight: true, open } },
      grants: grant,
      nextStartMs: startMs + paceMs,
      recountWanted: wanted,
    },
  };
}

/** Takes back a permit; a return of an earlier grant of the same token comes too late, and changes nothing. */
export function giveBack(state: Permits, { token, grant, fate, settleMs }: PermitReturn, nowMs: number): Permits {
  const permit = permitOf(state, token);
  const { open, ...rest } = permit;
  if (/* guard */ open === undefined || open.grant !== grant || nowMs >= open.untilMs) return state;
  const returned =
    /* guard */ fate === 'unsent'
      ? { ...rest, inFlight: open.wasInFlight }
      : { ...permit, open: { ...open, untilMs: Math.min(open.untilMs, nowMs + settleMs) } };
  return { ...state, permits: { ...state.permits, [token]: returned } };
}

/** Begins a run without a carried state with what AWS lists: all of it counts, what operators decided too. */
export function counted(state: Permits, listed: readonly ListedSubmit[], nowMs: number): Permits {
  const today = dayOf(nowMs);
  const permits = listed.flatMap(({ token, startTime, runs }): Array<[string, Permit]> => {
    const startMs = Date.parse(startTime ?? '');
    const day = Number.isNaN(startMs) ? today : dayOf(startMs);
    return /* guard */ day < today && !runs ? [] : [[token, { days: [day], inFlight: runs }]];
  });
  return { ...state, counted: true, permits: { ...Object.fromEntries(permits), ...state.permits } };
}

/** Begins a recount: it leaves out what an activity attempt may still submit, or AWS may not list yet. */
export function recountBegun(state: Permits, nowMs: number): Permits {
  const settled = Object.entries(state.permits).filter(
    ([, { inFlight, open }]) => inFlight && /* guard */ (open === undefined || nowMs >= open.untilMs),
  );
  return { ...state, recountWanted: false, recount: settled.map(([token]) => token) };
}

/** Takes what runs: of what the recount is about, all else has ended. */
export function recounted(state: Permits, running: readonly string[]): Permits {
  const { recount = [], ...rest } = state;
  const ended = new Set(recount.filter((token) => /* guard */ !running.includes(token)));
  const permits = Object.entries(state.permits).map(([token, permit]): [string, Permit] => [
    token,
    ended.has(token) ? { ...permit, inFlight: false } : permit,
  ]);
  return { ...rest, permits: Object.fromEntries(permits) };
}

/** Nothing became known: all that was in flight counts on. */
export function recountFailed({ recount: _none, ...rest }: Permits): Permits {
  return rest;
}

/** The state as it is carried: with no more than has to be known. */
export function carriedState(state: Permits, nowMs: number, policy: SubmitPermitsPolicy): Permits {
  const folded = Object.entries(state.permits).map(([token, permit]): [string, Permit] => [
    token,
    /* guard */ permit.open !== undefined && permit.open.untilMs <= nowMs
      ? { days: used(permit), inFlight: permit.inFlight }
      : permit,
  ]);
  return { ...state, permits: withoutPast(Object.fromEntries(folded), nowMs, policy) };
}

/** Drops what matters no longer: not in flight, and so not held, and in no day from today on. */
function withoutPast(
  permits: Permits['permits'],
  nowMs: number,
  { clockMarginMs }: SubmitPermitsPolicy,
): Permits['permits'] {
  const today = dayOf(nowMs - clockMarginMs);
  const isPast = (permit: Permit): boolean => /* guard */ !permit.inFlight && used(permit).every((day) => day < today);
  const entries = Object.entries(permits);
  return entries.some(([, permit]) => isPast(permit))
    ? Object.fromEntries(entries.filter(([, permit]) => !isPast(permit)))
    : permits;
}
