import { dayMs } from '../shared/durations.ts';
import { instant } from '../shared/reminders.ts';
import type { ReconcilePolicy } from './defaults.ts';
import type { ReconcileInput } from './contract.ts';

/** How long AWS lists a change set (AWS Marketplace Catalog API, ListChangeSets: 60 days). */
export const historyMs = 60 * dayMs;

/** What a run without a beginning checks, in milliseconds. */
const unboundedMs = dayMs;

/** Which ends of change sets a run checks; empty where it begins after its end. Milliseconds since the epoch. */
export interface Window {
  readonly fromMs: number;
  readonly untilMs: number;
  /** Sentences for an operator who asked for more than the run checks. */
  readonly notes: readonly string[];
}

/** What decides on a window. */
export interface WindowQuestion {
  readonly input: Pick<ReconcileInput, 'since' | 'from' | 'to'>;
  /** The result of the schedule's last run that completed, as Temporal gives it; anything where there is none. */
  readonly lastResult: unknown;
  readonly policy: Pick<ReconcilePolicy, 'overlapMs' | 'settlingMs'>;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
}

function instantMs(text: unknown): number | undefined {
  const iso = instant(text);
  return iso === undefined ? undefined : Date.parse(iso);
}

/** Up to where the last completed run checked. */
function checkedUntilMs(result: unknown): number | undefined {
  if (typeof result !== 'object' || result === null || !('checkedUntil' in result)) return undefined;
  return instantMs(result.checkedUntil);
}

function wantedFromMs({ input, lastResult, policy, nowMs }: WindowQuestion): number {
  const byHandMs = instantMs(input.from);
  if (byHandMs !== undefined) return byHandMs;
  const sinceMs = instantMs(input.since);
  const lastMs = checkedUntilMs(lastResult);
  if (lastMs === undefined) return sinceMs ?? nowMs - unboundedMs;
  return Math.max(lastMs - policy.overlapMs, sinceMs ?? 0);
}

/**
 * The window of a run. It begins where the last completed run ended, an overlap earlier, so that the next run after an
 * outage covers all of it; never before the schedule was made, and never further back than AWS keeps. Its end leaves
 * events the time that they may take.
 */
export function windowOf(question: WindowQuestion): Window {
  const { input, policy, nowMs } = question;
  const settledMs = nowMs - policy.settlingMs;
  const keptMs = nowMs - historyMs;
  const wantedMs = wantedFromMs(question);
  const toMs = instantMs(input.to);
  const notes = [
    ...(wantedMs < keptMs
      ? [`AWS lists 60 days: the run checks nothing before ${new Date(keptMs).toISOString()}.`]
      : []),
    ...(toMs !== undefined && toMs > settledMs
      ? ['The run leaves out the last minutes: events of change sets that failed just now may still arrive.']
      : []),
  ];
  return {
    fromMs: Math.max(wantedMs, keptMs),
    untilMs: Math.min(toMs ?? settledMs, settledMs),
    notes,
  };
}
