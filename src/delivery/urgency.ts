import { attentionAttribute, dueAtAttribute, stateAttribute } from '../workflows/shared/searchAttributes.ts';
import { dayMs } from '../workflows/shared/durations.ts';
import { hasTaskProblem, lacksTaskProblem } from './taskProblems.ts';

/** How soon a matter needs somebody, the most urgent first. */
export const urgencies = ['overdue', 'dueToday', 'needsDecision', 'waiting', 'informational'] as const;

/** One of {@link urgencies}. */
export type Urgency = (typeof urgencies)[number];

/** Those that are lost on nobody: a limit cuts what comes after them. */
export const urgent: ReadonlySet<Urgency> = new Set<Urgency>(['overdue', 'dueToday', 'needsDecision']);

/** What the urgency of a workflow that runs follows from. Nothing of it changes with time. */
export interface Matter {
  /** Whether an operator is asked. */
  readonly attention?: boolean;
  /** Whether its workflow task fails: it stands still until somebody mends that. */
  readonly fails?: boolean;
  /** Milliseconds since the epoch. */
  readonly dueAtMs?: number;
  readonly state?: string;
  /** Milliseconds since the epoch. */
  readonly startedAtMs: number;
}

/** States in which the steward itself acts, or waits for what will come. */
const underWay: ReadonlySet<string> = new Set([
  'abandoning',
  'awaitingAccess',
  'awaitingBlocker',
  'awaitingConfiguration',
  'awaitingOutcome',
  'checking',
  'delivering',
  'diagnosing',
  'discarding',
  'finding',
  'gathering',
  'paused',
  'querying',
  'replaying',
  'retrying',
  'stopping',
  'watching',
]);

/** The day that counts as today is the next 24 hours: it is the same one in every time zone. */
const todayMs = dayMs;

/** How soon a matter needs somebody, by the clock of the reader: time alone moves it up. */
export function urgencyOf({ attention, fails, dueAtMs, state }: Matter, nowMs: number): Urgency {
  if (dueAtMs !== undefined && dueAtMs <= nowMs) return 'overdue';
  if (dueAtMs !== undefined && dueAtMs <= nowMs + todayMs) return 'dueToday';
  if (attention === true || fails === true) return 'needsDecision';
  return dueAtMs !== undefined || (state !== undefined && underWay.has(state)) ? 'waiting' : 'informational';
}

/** The order within an urgency: what is due first, then what has waited longest. */
export function orderWithin(
  one: Pick<Matter, 'dueAtMs' | 'startedAtMs'>,
  other: Pick<Matter, 'dueAtMs' | 'startedAtMs'>,
): number {
  const { dueAtMs: dueMs = Number.MAX_VALUE } = one;
  const { dueAtMs: otherDueMs = Number.MAX_VALUE } = other;
  return dueMs - otherDueMs || one.startedAtMs - other.startedAtMs;
}

/** Rows of one urgency that one attribute orders: SQL visibility refuses ORDER BY. */
export interface UrgencyPart {
  readonly urgency: Urgency;
  /** The condition of a visibility query. */
  readonly condition: string;
  readonly orderedBy: 'due' | 'started';
}

const due = dueAtAttribute.name;
const needs = `(${attentionAttribute.name}=true OR ${hasTaskProblem})`;
const needsNobody = `(${attentionAttribute.name}=false OR ${attentionAttribute.name} IS NULL) AND ${lacksTaskProblem}`;
const states = `(${[...underWay].map((state) => `"${state}"`).join(', ')})`;
const isUnderWay = `${stateAttribute.name} IN ${states}`;
const isAtRest = `(${stateAttribute.name} IS NULL OR ${stateAttribute.name} NOT IN ${states})`;

/** Every workflow that runs is in exactly one of these; in the order of lists. */
export function urgencyParts(nowMs: number): readonly UrgencyPart[] {
  const [now, soon] = [nowMs, nowMs + todayMs].map((ms) => `"${new Date(ms).toISOString()}"`);
  const later = `${due} > ${soon}`;
  const undated = `${due} IS NULL`;
  return [
    { urgency: 'overdue', condition: `${due} <= ${now}`, orderedBy: 'due' },
    { urgency: 'dueToday', condition: `${due} > ${now} AND ${due} <= ${soon}`, orderedBy: 'due' },
    { urgency: 'needsDecision', condition: `${later} AND ${needs}`, orderedBy: 'due' },
    { urgency: 'needsDecision', condition: `${undated} AND ${needs}`, orderedBy: 'started' },
    { urgency: 'waiting', condition: `${later} AND ${needsNobody}`, orderedBy: 'due' },
    { urgency: 'waiting', condition: `${undated} AND ${needsNobody} AND ${isUnderWay}`, orderedBy: 'started' },
    { urgency: 'informational', condition: `${undated} AND ${needsNobody} AND ${isAtRest}`, orderedBy: 'started' },
  ];
}
