import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { defined } from '../defined.ts';
import { deadLetterQueueType } from '../workflows/deadLetterQueue/contract.ts';
import { heldEventsType, type HeldEventsStateName } from '../workflows/heldEvents/contract.ts';
import type { DoneFacts, LostFacts } from '../workflows/morningDigest/contract.ts';
import { quarantinedEventType } from '../workflows/quarantinedEvent/contract.ts';
import { reconcileChangeSetsType } from '../workflows/reconcileChangeSets/contract.ts';
import { resultsIn } from '../workflows/reconcileChangeSets/window.ts';
import { dayMs } from '../workflows/shared/durations.ts';
import { accountAttribute, dueAtAttribute, stateAttribute } from '../workflows/shared/searchAttributes.ts';
import { queueNames, stewardTaskQueue, taskQueues, type QueueName } from '../workflows/shared/taskQueues.ts';
import { hasTaskProblem, lastPollMsAgo, reportedCause } from './taskProblems.ts';
import { countOf, listFirst } from './firstRows.ts';
import { countReplaced, cutShort } from './replacedRuns.ts';
import type { Urgency } from './urgency.ts';
import { listUrgentFirst, type UrgentFirst } from './urgentFirst.ts';
import {
  describeWorkflow,
  listQuery,
  listWorkflows,
  pendingActivities,
  quoted,
  resultOfRun,
  type PendingActivity,
} from './workflows.ts';

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
  /** The rounds are those since yesterday. */
  readonly lost: LostFacts;
  /** What ended since yesterday. */
  readonly done: DoneFacts & { readonly sinceMs: number };
  /** When workers last asked each queue for work, in milliseconds ago; absent where none does. */
  readonly workers: Readonly<Partial<Record<QueueName, number>>>;
  readonly failingTasks: { readonly total: number; readonly causes: readonly string[] };
}

/** The days that are ahead on the screen. */
export const dueDays = 7;
/** Retrying workflows that are described one by one, at most. */
const mostDescribed = 5;
const mostCauses = 20;
/** Rounds of the reconciliation whose results are read, at most; there are 96 a day, and few find anything. */
const mostRounds = 200;
const resultWithinMs = 5_000;
const repeating = `${stateAttribute.name} IN ("retrying", "awaitingAccess", "awaitingBlocker")`;
/** Ends that have a count of their own. */
const countedEnds = ['succeeded', 'remediated', 'resolvedElsewhere', 'superseded', 'abandoned', 'completed', 'clear'];

/** What has no state is about no matter: rounds of the reconciliation that found nothing, morning digests. */
const isMatter = `(${stateAttribute.name} IS NOT NULL OR ${cutShort})`;

const iso = (ms: number): string => `"${new Date(ms).toISOString()}"`;

/** Due within the days of the screen, but not within one: these are urgent. */
function dueThisWeek(nowMs: number): string {
  const due = dueAtAttribute.name;
  const [soon, week] = [nowMs + dayMs, nowMs + dueDays * dayMs].map(iso);
  return `${due} > ${soon} AND ${due} <= ${week}`;
}

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

/** The condition of a visibility query for accounts and merchants; nothing where all are meant. */
function conditionOf(accounts: readonly string[] | undefined): { readonly query?: string } {
  return accounts === undefined ? {} : { query: ofAccounts(accounts) };
}

/** The condition itself. */
export function ofAccounts(accounts: readonly string[]): string {
  return `${accountAttribute.name} IN (${accounts.map(quoted).join(', ')})`;
}

/** What a digest leaves out of a shift's answers. */
type Narrowed = Partial<Pick<MorningQuestions, 'accounts' | 'untilMs'>>;

/** The condition that something ended before a time; nothing without one. */
const before = (untilMs: number | undefined): string =>
  untilMs === undefined ? '' : ` AND CloseTime < ${iso(untilMs)}`;

/** How many rounds found lost events, of these accounts where some are named: a round is of all, and its result has each. */
async function roundsWithLost(client: Client, sinceMs: number, { accounts, untilMs }: Narrowed) {
  const since = new Date(sinceMs).toISOString();
  const query = `${listQuery({ type: reconcileChangeSetsType, state: 'missedFound', closed: true, since })}${before(untilMs)}`;
  if (accounts === undefined) return countOf(client, query);
  let found = 0;
  let read = 0;
  for await (const { workflowId, runId } of listWorkflows(client, query, mostRounds)) {
    const results = resultsIn(await resultOfRun(client, { workflowId, runId }, resultWithinMs));
    if (accounts.some((account) => (results[account]?.missed ?? 0) > 0)) found += 1;
    if ((read += 1) >= mostRounds) break;
  }
  return found;
}

/** What is lost or cannot be read; rounds of the reconciliation since a time, in milliseconds since the epoch. */
async function lostOf(client: Client, sinceMs: number, narrowed: Narrowed = {}): Promise<LostFacts> {
  const whose = conditionOf(narrowed.accounts);
  const ofType = (type: string): Promise<number> => countOf(client, listQuery({ type, ...whose }));
  const [rounds, quarantined, headings, recorded, deadLetterQueues] = await Promise.all([
    roundsWithLost(client, sinceMs, narrowed),
    // Held bytes can be read: one workflow asks for all of them, and is counted beside these.
    countOf(client, `${listQuery({ type: quarantinedEventType, ...whose })} AND ${stateAttribute.name} != "held"`),
    ofType(heldEventsType),
    countOf(client, listQuery({ type: heldEventsType, state: 'recorded' satisfies HeldEventsStateName, ...whose })),
    ofType(deadLetterQueueType),
  ]);
  return { roundsWithLost: rounds, quarantined, held: Math.max(0, headings - recorded), recorded, deadLetterQueues };
}

/** What ended since a time, and before another where that is given, in milliseconds since the epoch. */
async function doneOf(
  client: Client,
  sinceMs: number,
  { accounts, untilMs }: Narrowed = {},
): Promise<ShiftFacts['done']> {
  const since = new Date(sinceMs).toISOString();
  const closed = `${listQuery({ closed: true, since, ...conditionOf(accounts) })}${before(untilMs)}`;
  const ended = `${closed} AND ExecutionStatus != "ContinuedAsNew" AND ${isMatter}`;
  const [all, allFailed, ...counts] = await Promise.all([
    countOf(client, ended),
    countOf(client, `${ended} AND ${cutShort}`),
    ...countedEnds.map((state) =>
      countOf(client, `${ended} AND ExecutionStatus = "Completed" AND ${stateAttribute.name} = ${quoted(state)}`),
    ),
  ]);
  // Of a workflow that was reset the newest run counts.
  const replaced = allFailed === 0 ? 0 : await countReplaced(client, ended);
  const total = Math.max(0, all - replaced);
  const failed = Math.max(0, allFailed - replaced);
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
 * The facts of a namespace in which no worker and no ingress ever ran: its visibility has none of the search attributes,
 * and refuses to be asked about them.
 * @returns undefined where there are workflows of the steward: then something is missing, and “nothing” would be wrong.
 */
export async function freshFacts(client: Client, nowMs: number): Promise<ShiftFacts | undefined> {
  if ((await countOf(client, `TaskQueue=${quoted(stewardTaskQueue)}`)) > 0) return undefined;
  const nothing = { total: 0, rows: [] };
  return {
    nowMs,
    running: {
      rows: [],
      totals: { overdue: 0, dueToday: 0, needsDecision: 0, waiting: 0, informational: 0 },
      nowMs,
    },
    due: nothing,
    retrying: nothing,
    lost: { roundsWithLost: 0, quarantined: 0, held: 0, recorded: 0, deadLetterQueues: 0 },
    done: { sinceMs: sinceYesterdayMs(nowMs), total: 0, states: [], others: 0, failed: 0 },
    workers: await workersOf(client),
    failingTasks: { total: 0, causes: [] },
  };
}

/** 00:00 UTC of yesterday. */
function sinceYesterdayMs(nowMs: number): number {
  return Math.floor(nowMs / dayMs) * dayMs - dayMs;
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
  const yesterdayMs = sinceYesterdayMs(nowMs);
  const [running, dueRows, retrying, lost, done, workers, failingTasks] = await Promise.all([
    listUrgentFirst(client, everything, { most: wanted, whole }, nowMs),
    listFirst(client, `${everything} AND ${dueThisWeek(nowMs)}`, 'due', wanted),
    retryingOf(client, `${everything} AND ${repeating}`, wanted),
    lostOf(client, yesterdayMs),
    doneOf(client, yesterdayMs),
    workersOf(client),
    failingOf(client),
  ]);
  return { nowMs, running, due: dueRows, retrying, lost, done, workers, failingTasks };
}

/** Which questions a morning digest asks. */
interface MorningQuestions {
  /** All where it is absent. */
  readonly accounts?: readonly string[];
  /** Since when what ended counts, in milliseconds since the epoch. */
  readonly sinceMs: number;
  /** Before when: what ends meanwhile is the next digest's. */
  readonly untilMs: number;
  /** Rows of each part, at most. */
  readonly wanted: number;
  readonly nowMs: number;
}

/** The questions of a morning digest, which are some of those of a shift. */
export async function morningAnswers(
  client: Client,
  { sinceMs, wanted, nowMs, ...asked }: MorningQuestions,
): Promise<Pick<ShiftFacts, 'running' | 'due' | 'lost' | 'done'>> {
  const { accounts } = asked;
  const everything = listQuery(conditionOf(accounts));
  const [running, due, lost, done] = await Promise.all([
    listUrgentFirst(client, everything, { most: wanted, whole: new Set() }, nowMs),
    listFirst(client, `${everything} AND ${dueThisWeek(nowMs)}`, 'due', wanted),
    lostOf(client, sinceMs, asked),
    doneOf(client, sinceMs, asked),
  ]);
  return { running, due, lost, done };
}
