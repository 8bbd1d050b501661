import { setTimeout as wait } from 'node:timers/promises';
import { isGrpcServiceError, type Client, type WorkflowExecutionInfo } from '@temporalio/client';
import type { WorkerDeploymentVersion } from '@temporalio/common';
import { optionalTsToMs } from '@temporalio/common/lib/time.js';
import type { Logger } from 'pino';
import { contracts } from '../workflows/contracts.ts';
import { moveToCurrentVersionSignal } from '../workflows/shared/versionSignal.ts';
import { stewardTaskQueue } from '../workflows/shared/taskQueues.ts';
import { startKeeper, type Keeper } from './keeper.ts';
import { quoted } from './workflows.ts';

/** Between two checks of what is on another version, in milliseconds. */
const everyMs = 60_000;
/** A run that is older would keep its version in use for long, in milliseconds; most end within that. */
const olderThanMs = 24 * 60 * 60_000;
/** Until every task queue knows a new current version, in milliseconds: a run that was asked before that would not move. */
const settlesMs = 30_000;
/** A run that has not moved is asked again after this, in milliseconds. */
const askAgainMs = 60 * 60_000;
/** Signals a second: the others have the rest of the server. */
const signalsPerSecond = 10;
/** Runs that one check moves. */
const mostRuns = 1_000;

/** What of the mover's pace a test sets otherwise. */
export interface MoverSettings {
  readonly everyMs: number;
  readonly olderThanMs: number;
  readonly settlesMs: number;
  readonly askAgainMs: number;
}

const defaults: MoverSettings = { everyMs, olderThanMs, settlesMs, askAgainMs };

/** The condition of a visibility query for open runs that are on another version and would stay there for long. */
function queryOf({ deploymentName, buildId }: WorkerDeploymentVersion, startedBefore: Date): string {
  const staying = contracts.filter(({ stays }) => stays === true).map(({ type }) => quoted(type));
  const version = quoted(`${deploymentName}:${buildId}`);
  return [
    `TaskQueue=${quoted(stewardTaskQueue)}`,
    'ExecutionStatus="Running"',
    `TemporalWorkerDeployment=${quoted(deploymentName)}`,
    `TemporalWorkerDeploymentVersion!=${version}`,
    `(WorkflowType IN (${staying.join(', ')}) OR StartTime<${quoted(startedBefore.toISOString())})`,
  ].join(' AND ');
}

/** gRPC's NOT_FOUND: the server knows a deployment only a moment after its first worker has asked for work. */
const notFound = 5;

/** True where the version has been the current one for some time. */
async function isCurrent(
  client: Client,
  { deploymentName, buildId }: WorkerDeploymentVersion,
  settledMs: number,
): Promise<boolean> {
  const request = { namespace: client.options.namespace, deploymentName };
  try {
    const { workerDeploymentInfo } = await client.workflowService.describeWorkerDeployment(request);
    const { currentDeploymentVersion, currentVersionChangedTime } = workerDeploymentInfo?.routingConfig ?? {};
    const sinceMs = optionalTsToMs(currentVersionChangedTime) ?? 0;
    return currentDeploymentVersion?.buildId === buildId && Date.now() - sinceMs >= settledMs;
  } catch (error) {
    if (isGrpcServiceError(error) && Number(error.code) === notFound) return false;
    throw error;
  }
}

/** Asks a run to move: the server takes a request id of one run only once, from however many workers. */
async function ask(client: Client, { workflowId, runId }: WorkflowExecutionInfo, requestId: string): Promise<void> {
  await client.workflowService.signalWorkflowExecution({
    namespace: client.options.namespace,
    workflowExecution: { workflowId, runId },
    signalName: moveToCurrentVersionSignal.name,
    requestId,
    identity: client.options.identity,
  });
}

/**
 * Moves the runs over that would keep another version of the Worker Deployment in use for long: idle ones, who notice a new
 * version only with their next task, and those that are open for a day. A worker does so while its version is current, so
 * it also brings them back after a rollback. A check costs no action, and each run that is moved two.
 */
export function startVersionMover(
  client: Client,
  logger: Pick<Logger, 'info' | 'error'>,
  settings: MoverSettings = defaults,
): Keeper<WorkerDeploymentVersion> {
  const retry = { firstMs: settings.everyMs, longestMs: settings.everyMs };

  async function move(version: WorkerDeploymentVersion, signal: AbortSignal): Promise<number> {
    if (!(await isCurrent(client, version, settings.settlesMs))) return 0;
    const query = queryOf(version, new Date(Date.now() - settings.olderThanMs));
    const requestId = `move:${version.buildId}:${Math.floor(Date.now() / settings.askAgainMs)}`;
    let asked = 0;
    for await (const run of client.workflow.list({ query, pageSize: 100 })) {
      if (signal.aborted || asked >= mostRuns) break;
      await ask(client, run, requestId);
      asked += 1;
      await wait(1_000 / signalsPerSecond);
    }
    return asked;
  }

  return startKeeper(async (version, signal) => {
    try {
      const asked = await move(version, signal);
      if (asked > 0) logger.info({ ...version, asked }, 'asked runs on another version to move to the current one');
    } catch (error) {
      const { message } = error instanceof Error ? error : new Error(String(error));
      if (!signal.aborted) logger.error({ error: message }, 'failed to move runs to the current version; retrying');
    }
    // Never done: another version may be current at any time.
    return false;
  }, retry);
}
