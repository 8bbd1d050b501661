import { defined } from '../../defined.ts';
import { dayMs } from '../shared/durations.ts';
import { isObject } from '../shared/input.ts';
import { instant } from '../shared/reminders.ts';
import type { MorningCollected, MorningDigestInput, MorningRequest, MorningStateName } from './contract.ts';

/** What the workflow does now. */
type MorningPhase =
  { readonly name: 'collecting' } | { readonly name: 'ended'; readonly end: Exclude<MorningStateName, 'collecting'> };

/** What the digests before this one have reported. */
export interface ReportedBefore {
  readonly sentDay?: string;
  readonly reportedUntil?: string;
}

/** All that one digest is: plain JSON. */
export interface MorningCase extends Pick<MorningDigestInput, 'digestId' | 'at' | 'timeZone' | 'lateAfterMs'> {
  readonly version: 1;
  readonly workflowId: string;
  /** Of the first run: what somebody asks for by hand is told apart by it. */
  readonly firstRunId: string;
  readonly accounts?: readonly string[];
  /** When it was to come, ISO 8601. */
  readonly plannedAt: string;
  /** What has ended since then is reported, ISO 8601. */
  readonly since: string;
  readonly before: ReportedBefore;
  readonly phase: MorningPhase;
  /** What was said. */
  readonly said?: { readonly title: string; readonly lines: readonly string[] };
  readonly notes: readonly string[];
}

/** What can happen to a digest. */
export type MorningMessage =
  | { readonly type: 'collected'; readonly collected: MorningCollected }
  | { readonly type: 'failed'; readonly sentence: string }
  | { readonly type: 'cancelled' };

/** One digest reports no more than that of the time before it. */
const longestBack = 7 * dayMs;

/** What the run before has left, as Temporal gives it: anything where there is none. */
export function reportedBefore(lastResult: unknown): ReportedBefore {
  const { sentDay, reportedUntil } = isObject(lastResult) ? lastResult : {};
  const isDay = typeof sentDay === 'string' && /^\d{4}-\d\d-\d\d$/.test(sentDay);
  return defined({ sentDay: isDay ? sentDay : undefined, reportedUntil: instant(reportedUntil) });
}

/** From when on a digest reports: where the one before ended, within a week; else a day before its time. */
function sinceOf({ reportedUntil }: ReportedBefore, plannedMs: number): number {
  const untilMs = Date.parse(reportedUntil ?? '');
  return untilMs <= plannedMs && untilMs > plannedMs - longestBack ? untilMs : plannedMs - dayMs;
}

/**
 * A digest that begins. One whose time is long past ends at once.
 * @param beginning when it was to come, and when it begins, in milliseconds since the epoch.
 */
export function newMorning(
  { digestId, accounts, at, timeZone, lateAfterMs, skipAfterMs }: MorningDigestInput,
  beginning: Pick<MorningCase, 'workflowId' | 'firstRunId'> & { readonly plannedMs: number; readonly nowMs: number },
  before: ReportedBefore,
): MorningCase {
  const { workflowId, firstRunId, plannedMs, nowMs } = beginning;
  const isTooLate = nowMs > plannedMs + skipAfterMs;
  return {
    version: 1,
    workflowId,
    firstRunId,
    digestId,
    ...defined({ accounts }),
    at,
    timeZone,
    lateAfterMs,
    plannedAt: new Date(plannedMs).toISOString(),
    since: new Date(sinceOf(before, plannedMs)).toISOString(),
    before,
    phase: isTooLate ? { name: 'ended', end: 'tooLate' } : { name: 'collecting' },
    notes: [],
  };
}

/** What the activity is asked for. */
export function requestOf({ digestId, accounts, at, timeZone, plannedAt, since, before }: MorningCase): MorningRequest {
  const { sentDay } = before;
  return { digestId, at, timeZone, plannedAt, since, ...defined({ accounts, sentDay }) };
}

/** The state as operators see it. */
export function stateName({ phase }: Pick<MorningCase, 'phase'>): MorningStateName {
  return phase.name === 'ended' ? phase.end : phase.name;
}
