import {
  WorkflowFailedError,
  type Client,
  type HistoryAndWorkflowId,
  type WorkflowExecutionDescription,
  type WorkflowExecutionInfo,
} from '@temporalio/client';
import { ApplicationFailure, WorkflowNotFoundError } from '@temporalio/common';
import { optionalTsToDate } from '@temporalio/common/lib/time.js';
import { defined } from '../defined.ts';
import { failure } from '../failures.ts';
import type { CommandAnswer, CommandInput } from '../workflows/shared/operatorCommands.ts';
import {
  accountAttribute,
  attentionAttribute,
  changeSetsAttribute,
  dueAtAttribute,
  stateAttribute,
} from '../workflows/shared/searchAttributes.ts';
import { submitPermitsType } from '../workflows/submitPermits/contract.ts';
import { stewardTaskQueue } from '../workflows/shared/taskQueues.ts';
import { deliverWithinMs } from './deliver.ts';
import { failureMessage } from './encryption/failures.ts';
import { hasTaskProblem } from './taskProblems.ts';
import { queueOfWaiting, unservedQueues } from './unservedQueues.ts';

/** Which run of which workflow. */
export type WorkflowRun = Pick<WorkflowExecutionDescription, 'workflowId' | 'runId'>;

/** Which workflows are wanted; what is absent does not narrow. */
export interface ListFilter {
  readonly state?: string;
  readonly account?: string;
  /** Those that need an operator: for a decision, or because their task fails. */
  readonly attention?: true;
  readonly type?: string;
  /** Ended workflows instead of running ones. */
  readonly closed?: true;
  /** ISO 8601: those that started then or later, or ended then or later where they have ended. */
  readonly since?: string;
  /** ISO 8601: those that are due then or earlier. */
  readonly due?: string;
  /** One more condition in the language of visibility queries, whose parentheses and quotes are closed. */
  readonly query?: string;
}

/** An activity that has not ended: what it waits for. Times are ISO 8601. */
export interface PendingActivity {
  readonly type: string;
  readonly attempt: number;
  readonly nextAttemptAt?: string;
  readonly lastFailure?: string;
  /** The last failure says only that what is polled for is not there yet. */
  readonly isPoll?: true;
  /** The task queue that it waits on, where it could run now and no worker takes it. */
  readonly unservedQueue?: string;
}

/** Why a run failed, was terminated or timed out. */
export interface RunFailure {
  /** The failure's type, where workflow or activity gave it one, for instance InvalidInput. */
  readonly type?: string;
  readonly message: string;
}

const orderlyEnds: ReadonlySet<string> = new Set(['RUNNING', 'COMPLETED', 'CONTINUED_AS_NEW', 'PAUSED']);

/** A value in a visibility query; its parser takes backslash escapes as MySQL does. */
export function quoted(value: string): string {
  return `"${value.replace(/[\\"]/g, (character) => `\\${character}`)}"`;
}

const needsDecision = `${attentionAttribute.name}=true`;

/** The visibility query of a filter: values are quoted, so that none can change its meaning. */
export function listQuery({ state, account, attention, type, closed, since, due, query }: ListFilter): string {
  const conditions = [
    `TaskQueue=${quoted(stewardTaskQueue)}`,
    closed === true ? 'ExecutionStatus!="Running"' : 'ExecutionStatus="Running"',
    ...(type === undefined ? [] : [`WorkflowType=${quoted(type)}`]),
    // The permits of submits are about no matter; where an operator is needed, a task of theirs that fails shows too.
    ...(type === undefined && attention === undefined ? [`WorkflowType!=${quoted(submitPermitsType)}`] : []),
    ...(state === undefined ? [] : [`${stateAttribute.name}=${quoted(state)}`]),
    ...(account === undefined ? [] : [`${accountAttribute.name}=${quoted(account)}`]),
    ...(attention === undefined ? [] : [closed === true ? needsDecision : `(${needsDecision} OR ${hasTaskProblem})`]),
    ...(since === undefined ? [] : [`${closed === true ? 'CloseTime' : 'StartTime'} >= ${quoted(since)}`]),
    ...(due === undefined ? [] : [`${dueAtAttribute.name} <= ${quoted(due)}`]),
    ...(query === undefined ? [] : [`(${query})`]),
  ];
  return conditions.join(' AND ');
}

/** The workflows of a visibility query, in pages of so many. */
export function listWorkflows(client: Client, query: string, pageSize: number): AsyncIterable<WorkflowExecutionInfo> {
  return client.workflow.list({ query, pageSize });
}

/** The visibility query of every open workflow of the steward. */
export const openQuery = `TaskQueue=${quoted(stewardTaskQueue)} AND ExecutionStatus="Running"`;

/** The histories of a visibility query's runs, of which so many are fetched at once. */
export function historiesOf(client: Client, query: string, concurrency: number): AsyncIterable<HistoryAndWorkflowId> {
  return client.workflow.list({ query }).intoHistories({ concurrency });
}

/** The newest run of a workflow; undefined where there is no such workflow. It costs no action. */
export async function describeWorkflow(
  client: Client,
  workflowId: string,
): Promise<WorkflowExecutionDescription | undefined> {
  try {
    return await client.workflow.getHandle(workflowId).describe();
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

/**
 * The same for an activity.
 * @throws a failure of type Unreachable where Temporal does not answer in time.
 */
export async function describeOrThrow(
  client: Client,
  workflowId: string,
): Promise<WorkflowExecutionDescription | undefined> {
  try {
    return await client.withDeadline(Date.now() + deliverWithinMs, () => describeWorkflow(client, workflowId));
  } catch (error) {
    throw failure('Unreachable', `Temporal did not say whether ${workflowId} exists`, { cause: error });
  }
}

/** The lineage that counts a change set among its members: a running one comes before one that has ended. */
export async function describeLineageOf(
  client: Client,
  changeSetId: string,
): Promise<WorkflowExecutionDescription | undefined> {
  const member = `${changeSetsAttribute.name}=${quoted(changeSetId)}`;
  for (const query of [`${member} AND ExecutionStatus="Running"`, member]) {
    for await (const { workflowId } of listWorkflows(client, query, 1)) return describeWorkflow(client, workflowId);
  }
  return undefined;
}

/** A query's answer, which may be of any form. */
export function queryWorkflow(
  client: Client,
  { workflowId, runId }: WorkflowRun,
  name: string,
  withinMs: number,
): Promise<unknown> {
  const ask = (): Promise<unknown> => client.workflow.getHandle(workflowId, runId).query<unknown>(name);
  return client.withDeadline(Date.now() + withinMs, ask);
}

/** What a run that has ended left as its result, which may be of any form. */
export function resultOfRun(client: Client, { workflowId, runId }: WorkflowRun, withinMs: number): Promise<unknown> {
  return client.withDeadline(Date.now() + withinMs, () => client.workflow.getHandle(workflowId, runId).result());
}

/** Sends an operator's command and waits for the workflow's answer. */
export function sendCommand(
  client: Client,
  workflowId: string,
  { name, input, updateId }: { readonly name: string; readonly input: CommandInput; readonly updateId: string },
  withinMs: number,
): Promise<CommandAnswer> {
  const handle = client.workflow.getHandle(workflowId);
  return client.withDeadline(Date.now() + withinMs, () =>
    handle.executeUpdate<CommandAnswer, [CommandInput]>(name, { args: [input], updateId }),
  );
}

/** Why a run failed, was terminated or timed out; undefined for one that goes on or came to its end. */
export async function failureOfRun(
  client: Client,
  { workflowId, runId, status }: WorkflowRun & Pick<WorkflowExecutionDescription, 'status'>,
): Promise<RunFailure | undefined> {
  if (orderlyEnds.has(status.name)) return undefined;
  try {
    await client.workflow.getHandle(workflowId, runId).result();
    return undefined;
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    return innermost(error.cause ?? error);
  }
}

/** The innermost failure: an activity's own, and not that an activity failed. */
function innermost(error: Error): RunFailure {
  if (error.cause instanceof Error) return innermost(error.cause);
  const type = error instanceof ApplicationFailure ? (error.type ?? undefined) : undefined;
  return { message: error.message, ...defined({ type }) };
}

/** The activities that a workflow has under way. */
export async function pendingActivities(
  client: Client,
  { raw }: Pick<WorkflowExecutionDescription, 'raw'>,
): Promise<readonly PendingActivity[]> {
  const pending = raw.pendingActivities ?? [];
  const unserved = await unservedQueues(
    client,
    pending.flatMap((one) => queueOfWaiting(one) ?? []),
  );
  const read = pending.map(async (one) => {
    const { activityType, attempt, nextAttemptScheduleTime, lastFailure } = one;
    const queue = queueOfWaiting(one);
    return {
      type: activityType?.name ?? 'unknown',
      attempt: attempt ?? 0,
      ...defined({
        nextAttemptAt: optionalTsToDate(nextAttemptScheduleTime)?.toISOString(),
        lastFailure: await failureMessage(client, lastFailure),
        isPoll: lastFailure?.applicationFailureInfo?.type === 'NotYet' ? true : undefined,
        unservedQueue: queue !== undefined && unserved.has(queue) ? queue : undefined,
      }),
    };
  });
  return Promise.all(read);
}
