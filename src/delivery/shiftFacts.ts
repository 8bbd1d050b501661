import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { defined } from '../defined.ts';
import { deadLetterQueueType } from '../workflows/deadLetterQueue/contract.ts';
import { heldEventsType, type HeldEventsStateName } from '../workflows/heldEvents/contract.ts';
import { quarantinedEventType } from '../workflows/quarantinedEvent/contract.ts';
import { reconcileChangeSetsType } from '../workflows/reconcileChangeSets/contract.ts';
import { dayMs } from '../workflows/shared/durations.ts';
import { dueAtAttribute, stateAttribute } from '../workflows/shared/searchAttributes.ts';
import { queueNames, taskQueues, type QueueName } from '../workflows/shared/taskQueues.ts';
import { hasTaskProblem, lastPollMsAgo, reportedCause } from './taskProblems.ts';
import { countOf, listFirst } from './firstRows.ts';
import type { Urgency } from './urgency.ts';
import { listUrgentFirst, type UrgentFirst } from './urgentFirst.ts';
import { describeWorkflow, listQuery, pendingActivities, quoted, type PendingActivity } from './workflows.ts';

/** The first rows of a query, and how many there are. */
interface Counted<Row = WorkflowExecutionInfo> {
  readonly total: number;
  readonly rows: readonly Row[];
}

/** A workflow that repeats something, and the activity that it waits for; absent between two. */
export interface Retrying {
  readonly workflow: WorkflowExecutionInfo;
  readonly pending?: PendingActivity;
}

/** What an operator has to know at the beginning of a shift. Times are milliseconds since the epoch. */
export interface ShiftFacts {
  readonly nowMs: number;
  /** Everything that runs; of its rows the most urgent. */
  readonly running: UrgentFirst;
  /** Due within a week, but not within a day, the soonest first. */
  readonly due: Counted;
  readonly retrying: Counted<Retrying>;
  readonly lost: {
    /** Rounds of the reconciliation since yesterday that found events that never arrived. */
    readonly roundsWithLost: number;
    readonly quarantined: number;
    /** Questions about events that nobody may act on yet. */
    readonly held: number;
    /** Kinds of events that no document names: of them nobody has to decide anything. */
    readonly recorded: number;
    /** Dead-letter queues with messages. */
    readonly deadLetterQueues: number;
  };
  /** What ended since yesterday, by state; `others` have a state that has no count of its own. */
  readonly done: {
    readonly sinceMs: number;
    readonly total: number;
    readonly states: ReadonlyArray<readonly [state: string, count: number]>;
    readonly others: number;
    /** Failed, terminated or timed out. */
    readonly failed: number;
  };
  /** When workers last asked each queue for work, in milliseconds ago; absent where none does. */
  readonly workers: Readonly<Partial<Record<QueueName, number>>>;
  readonly failingTasks: { readonly total: number; readonly causes: readonly string[] };
}

/** The days that are ahead on the screen. */
export const dueDays = 7;
/** Retrying workflows that are described one by one, at most. */
const mostDescribed = 5;
const mostCauses = 20;
const repeating = `${stateAttribute.name} IN ("retrying", "awaitingAccess", "awaitingBlocker")`;
/** Ends that have a count of their own. */
const countedEnds = ['succeeded', 'remediated', 'resolvedElsewhere', 'superseded', 'abandoned', 'completed', 'clear'];
const failedEnds = 'ExecutionStatus IN ("Failed", "Terminated", "TimedOut")';

const iso = (ms: number): string => `"${new Date(ms).toISOString()}"`;

async function retryingOf(client: Client, query: string, wanted: number): Promise<Counted<Retrying>> {
  const { total, rows } = await listFirst(client, query, 'started', wanted);
  const described = rows.slice(0, mostDescribed).map(async (workflow) => {
    const description = await describeWorkflow(client, workflow.workflowId);
    const pending = description === undefined ? [] : await pendingActivities(client, description);
    const [next] = pending
      .filter(({ nextAttemptAt }) => nextAttemptAt !== undefined)
      .toSorted((one, other) => Date.parse(one.nextAttemptAt ?? '') - Date.parse(other.nextAttemptAt ?? ''));
    return { workflow, ...defined({ pending: next ?? pending[0] }) };
  });
  const others = rows.slice(mostDescribed).map((workflow) => ({ workflow }));
  return { total, rows: [...(await Promise.all(described)), ...others] };
}

async function lostOf(client: Client, sinceMs: number): Promise<ShiftFacts['lost']> {
  const ofType = (type: string): Promise<number> => countOf(client, listQuery({ type }));
  const missed = { type: reconcileChangeSetsType, state: 'missedFound', closed: true } as const;
  const [roundsWithLost, quarantined, headings, recorded, deadLetterQueues] = await Promise.all([
    countOf(client, listQuery({ ...missed, since: new Date(sinceMs).toISOString() })),
    // Held bytes can be read: one workflow asks for all of them, and is counted beside these.
    countOf(client, `${listQuery({ type: quarantinedEventType })} AND ${stateAttribute.name} != "held"`),
    ofType(heldEventsType),
    countOf(client, listQuery({ type: heldEventsType, state: 'recorded' satisfies HeldEventsStateName })),
    ofType(deadLetterQueueType),
  ]);
  return { roundsWithLost, quarantined, held: Math.max(0, headings - recorded), recorded, deadLetterQueues };
}

async function doneOf(client: Client, sinceMs: number): Promise<ShiftFacts['done']> {
  const ended = `${listQuery({ closed: true, since: new Date(sinceMs).toISOString() })} AND ExecutionStatus != "ContinuedAsNew"`;
  const [total, failed, ...counts] = await Promise.all([
    countOf(client, ended),
    countOf(client, `${ended} AND ${failedEnds}`),
    ...countedEnds.map((state) =>
      countOf(client, `${ended} AND ExecutionStatus = "Completed" AND ${stateAttribute.name} = ${quoted(state)}`),
    ),
  ]);
  const states = countedEnds
    .map((state, index) => [state, counts[index] ?? 0] as const)
    .filter(([, count]) => count > 0);
  const named = states.reduce((sum, [, count]) => sum + count, failed);
  return { sinceMs, total, states, others: Math.max(0, total - named), failed };
}

async function workersOf(client: Client): Promise<ShiftFacts['workers']> {
  const asked = await Promise.all(
    queueNames.map(async (queue) => [queue, await lastPollMsAgo(client, taskQueues[queue])] as const),
  );
  return Object.fromEntries(asked.filter(([, agoMs]) => agoMs !== undefined));
}

async function failingOf(client: Client): Promise<ShiftFacts['failingTasks']> {
  const { total, rows } = await listFirst(client, `${listQuery({})} AND ${hasTaskProblem}`, 'started', mostCauses);
  return { total, causes: [...new Set(rows.flatMap((row) => reportedCause(row) ?? []))] };
}

/**
 * Asks the server what a shift has to know: counts, and the first rows of each part. No workflow is queried; of those that
 * retry, five at most are described.
 * @param wanted rows of each part, at most.
 * @param whole the urgencies of which every row is wanted nevertheless.
 */
export async function shiftFacts(
  client: Client,
  wanted: number,
  nowMs: number,
  whole: ReadonlySet<Urgency> = new Set(),
): Promise<ShiftFacts> {
  const everything = listQuery({});
  const due = dueAtAttribute.name;
  const [soon, week] = [nowMs + dayMs, nowMs + dueDays * dayMs].map(iso);
  const yesterdayMs = Math.floor(nowMs / dayMs) * dayMs - dayMs;
  const [running, dueRows, retrying, lost, done, workers, failingTasks] = await Promise.all([
    listUrgentFirst(client, everything, { most: wanted, whole }, nowMs),
    listFirst(client, `${everything} AND ${due} > ${soon} AND ${due} <= ${week}`, 'due', wanted),
    retryingOf(client, `${everything} AND ${repeating}`, wanted),
    lostOf(client, yesterdayMs),
    doneOf(client, yesterdayMs),
    workersOf(client),
    failingOf(client),
  ]);
  return { nowMs, running, due: dueRows, retrying, lost, done, workers, failingTasks };
}
