import type { Client, WorkflowExecutionDescription, WorkflowExecutionInfo } from '@temporalio/client';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { optionalTsToDate, tsToMs } from '@temporalio/common/lib/time.js';
import { defined } from '../defined.ts';
import { failureMessage } from './encryption/failures.ts';
import { vendorText } from '../workflows/shared/markdown.ts';
import { stewardTaskQueue } from '../workflows/shared/taskQueues.ts';

/**
 * What the server reports of a workflow whose task has failed several times in a row (five by default), until one
 * completes: `category=…` and `cause=…`. It is the server's own, present in every namespace.
 */
const reportedProblemsAttribute = defineSearchAttributeKey(
  'TemporalReportedProblems',
  SearchAttributeType.KEYWORD_LIST,
);

/** The condition of a visibility query for workflows whose task fails. */
export const hasTaskProblem = `${reportedProblemsAttribute.name} IS NOT NULL`;

/** The condition for all others. */
export const lacksTaskProblem = `${reportedProblemsAttribute.name} IS NULL`;

/** Why a workflow stands still: its task fails, and the server repeats it. */
export interface TaskProblem {
  /** The server's name, for instance WorkflowWorkerUnhandledFailure, NonDeterministicError or TimedOut. */
  readonly cause: string;
  /** Attempts of the task up to now. */
  readonly attempt: number;
  /** What the worker said, short and without addresses. */
  readonly message?: string;
  /** ISO 8601: when the task failed first. */
  readonly since?: string;
}

/** In characters. */
const longest = { message: 400, cause: 60 };
/** Events that are read from the end of the history: what came after the failure are signals. */
const eventsRead = 100;

/** The cause of what the server reports in a row of a list; undefined where it reports nothing. */
export function reportedCause({
  typedSearchAttributes: attributes,
}: Pick<WorkflowExecutionInfo, 'typedSearchAttributes'>): string | undefined {
  const reported = attributes.get(reportedProblemsAttribute);
  if (reported === undefined || reported.length === 0) return undefined;
  const valueOf = (name: string): string | undefined =>
    reported.find((entry) => entry.startsWith(`${name}=`))?.slice(name.length + 1);
  const cause =
    valueOf('cause')?.replace(/^WorkflowTask(Failed|TimedOut)Cause/, '') ?? valueOf('category') ?? 'unknown';
  return vendorText(cause, longest.cause);
}

/** The cause of a failed task as the server reports it (`ResetWorkflow`); the protocol has `…_CAUSE_RESET_WORKFLOW`. */
function causeOf(failed: object): string {
  // As JSON an enumeration has its names; the protocol's own module has no exports that Node finds by name.
  const { cause } = JSON.parse(JSON.stringify(failed)) as { readonly cause?: unknown };
  return String(cause)
    .replace(/^WORKFLOW_TASK_FAILED_CAUSE_/, '')
    .toLowerCase()
    .replace(/(^|_)(\w)/g, (_all, _line, letter: string) => letter.toUpperCase());
}

/** How tasks fail while all is well: a signal came in between, a worker left. */
const ordinary: ReadonlySet<string> = new Set(['UnhandledCommand', 'ResetStickyTaskQueue', 'ForceCloseCommand']);

/** The newest failed or timed-out task of a run, from the end of its history. */
async function lastFailedTask(
  client: Client,
  { workflowId, runId }: Pick<WorkflowExecutionDescription, 'workflowId' | 'runId'>,
): Promise<Omit<TaskProblem, 'attempt'> | undefined> {
  const { namespace } = client.options;
  const { history } = await client.workflowService.getWorkflowExecutionHistoryReverse({
    namespace,
    execution: { workflowId, runId },
    maximumPageSize: eventsRead,
  });
  for (const event of history?.events ?? []) {
    if (event.workflowTaskCompletedEventAttributes) return undefined;
    const since = optionalTsToDate(event.eventTime)?.toISOString();
    if (event.workflowTaskTimedOutEventAttributes) return defined({ cause: 'TimedOut', since });
    const failed = event.workflowTaskFailedEventAttributes;
    if (!failed) continue;
    const cause = causeOf(failed);
    if (ordinary.has(cause)) return undefined;
    const message = vendorText((await failureMessage(client, failed.failure)) ?? '', longest.message);
    return defined({ cause, since, message: message === '' ? undefined : message });
  }
  return undefined;
}

/**
 * Why a workflow's task fails; undefined where it does not. One failure is enough, long before the server reports it: a
 * deploy that broke the workflow shows at once.
 */
export async function taskProblemOf(
  client: Client,
  description: WorkflowExecutionDescription,
): Promise<TaskProblem | undefined> {
  const { raw, status } = description;
  const attempt = raw.pendingWorkflowTask?.attempt ?? 0;
  const cause = reportedCause(description);
  if (status.name !== 'RUNNING' || (attempt < 2 && cause === undefined)) return undefined;
  const failed = await lastFailedTask(client, description);
  if (failed === undefined && cause === undefined) return undefined;
  return { ...failed, cause: failed?.cause ?? cause ?? 'unknown', attempt: Math.max(attempt, 1) };
}

/** TASK_QUEUE_TYPE_WORKFLOW and TASK_QUEUE_TYPE_ACTIVITY: a worker polls both. */
const queueTypes = [1, 2];
/** How long after its last request for work a worker still counts as one, in milliseconds: a request lasts a minute. */
const pollsWithinMs = 90_000;

/**
 * When a worker last asked a task queue for work, in milliseconds ago; undefined where none has for a minute and a half. A worker that
 * was killed a moment ago still shows.
 */
export async function lastPollMsAgo(client: Client, queue: string = stewardTaskQueue): Promise<number | undefined> {
  // Of a queue with several partitions the server lists those who poll at one of them: two kinds of polls show more.
  const listed = await Promise.all(
    queueTypes.map((taskQueueType) =>
      client.workflowService.describeTaskQueue({
        namespace: client.options.namespace,
        taskQueue: { name: queue },
        taskQueueType,
      }),
    ),
  );
  const agoMs = listed.flatMap(({ pollers }) =>
    (pollers ?? []).flatMap(({ lastAccessTime }) =>
      lastAccessTime ? [Math.max(0, Date.now() - tsToMs(lastAccessTime))] : [],
    ),
  );
  const newest = Math.min(...agoMs);
  return newest <= pollsWithinMs ? newest : undefined;
}
