import { setTimeout as pause } from 'node:timers/promises';
import pMap from 'p-map';
import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { underWay } from '../../../src/cli/outcome.ts';
import { benign, byTheClock, newestRuns, stateOf } from './survey.ts';

/** What has to be quiet. */
export interface SettleOptions {
  readonly client: Client;
  /** Copies and commands under way, and messages in the queue. */
  readonly pending: () => Promise<Readonly<Record<string, number>>>;
  readonly withinMs: number;
  readonly signal: AbortSignal;
  readonly onWait: (why: string) => void;
}

const checkEveryMs = 2_000;
/** So long nothing may have changed. */
const unchangedForMs = 6_000;
/** A reminder that is nearer is waited for. */
const soonMs = 20_000;
/** A longer pause before the next attempt is cut short. */
const longPauseMs = 15_000;
const atOnce = 12;
const open = 'ExecutionStatus="Running"';
/** Workflows that say when they act next. */
const withDates: readonly string[] = ['securityCase', 'offerWatch'];
const besides: readonly string[] = ['starting', 'replaying', 'finding', 'delivering'];

function isBusy(run: WorkflowExecutionInfo): boolean {
  const state = stateOf(run);
  return state !== undefined && ((underWay[run.type] ?? []).includes(state) || besides.includes(state));
}

/**
 * What failed several times waits for minutes until its next attempt: it is asked for at once, as an operator may do it
 * (`temporal activity reset`). What polls, or waits for a permit, keeps its pace.
 */
async function hurry(client: Client, { workflowId }: WorkflowExecutionInfo): Promise<void> {
  const { raw } = await client.workflow.getHandle(workflowId).describe();
  for (const { activityId, lastFailure, scheduledTime } of raw.pendingActivities ?? []) {
    const type = lastFailure?.applicationFailureInfo?.type;
    const aheadMs = Number(scheduledTime?.seconds ?? 0) * 1_000 - Date.now();
    if (!type || benign.includes(type) || aheadMs < longPauseMs || !activityId) continue;
    const { namespace } = client.options;
    await client.workflowService.resetActivity({ namespace, execution: { workflowId }, id: activityId });
  }
}

/** What a workflow still has to do soon that shows no work; undefined where there is nothing. */
async function workOf(client: Client, { workflowId, type }: WorkflowExecutionInfo): Promise<string | undefined> {
  const handle = client.workflow.getHandle(workflowId);
  const { raw } = await handle.describe();
  if (raw.pendingWorkflowTask) return `${workflowId} has a task`;
  const sending = (raw.pendingActivities ?? []).find(({ activityType }) =>
    activityType?.name?.startsWith('sendNotice'),
  );
  if (sending) return `${workflowId} sends a notice`;
  if (!withDates.includes(type)) return undefined;
  const status = JSON.stringify(await client.withDeadline(Date.now() + checkEveryMs * 2, () => handle.query('status')));
  const nowMs = Date.now();
  for (const [text] of status.matchAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g)) {
    const aheadMs = Date.parse(text) - nowMs;
    if (aheadMs > 0 && aheadMs < soonMs) return `${workflowId} acts at ${text}`;
  }
  return undefined;
}

/** Why it is not quiet yet; the fingerprint of everything where nothing is under way. */
async function checked({
  client,
  pending,
}: SettleOptions): Promise<{ readonly why: string } | { readonly print: string }> {
  for (const [what, count] of Object.entries(await pending())) if (count > 0) return { why: `${count} ${what}` };
  const runs = [...(await newestRuns(client, open)).values()].filter(({ type }) => !byTheClock.includes(type));
  const busy = runs.filter(isBusy);
  const [first] = busy;
  if (first !== undefined) await pMap(busy, (run) => hurry(client, run), { concurrency: atOnce });
  if (first !== undefined) return { why: `${busy.length} workflows at work, ${first.workflowId} among them` };
  const works = await pMap(runs, (run) => workOf(client, run), { concurrency: atOnce });
  const work = works.find((one) => one !== undefined);
  if (work !== undefined) return { why: work };
  const { count } = await client.workflow.count(byTheClock.map((type) => `WorkflowType!="${type}"`).join(' AND '));
  const print = runs.map((run) => [run.workflowId, run.runId, stateOf(run)].join(' ')).toSorted();
  return { print: JSON.stringify([count, print]) };
}

/**
 * Waits until nothing is under way and nothing has changed for a while.
 * @returns undefined once it is so; why it is not, where the time is over
 */
export async function settle(options: SettleOptions): Promise<string | undefined> {
  const endMs = performance.now() + options.withinMs;
  let print: string | undefined;
  let sinceMs = 0;
  for (;;) {
    options.signal.throwIfAborted();
    const found = await checked(options).catch((error: unknown) => ({ why: String(error).slice(0, 200) }));
    const nowMs = performance.now();
    if ('why' in found) {
      print = undefined;
      options.onWait(found.why);
      if (nowMs > endMs) return found.why;
    } else if (found.print !== print) [print, sinceMs] = [found.print, nowMs];
    else if (nowMs - sinceMs >= unchangedForMs) return undefined;
    if (nowMs > endMs) return 'workflows that begin and end again';
    await pause(checkEveryMs, undefined, { signal: options.signal });
  }
}
