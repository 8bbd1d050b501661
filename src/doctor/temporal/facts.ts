import type { Client } from '@temporalio/client';
import { tsToMs } from '@temporalio/common/lib/time.js';
import { defined } from '../../defined.ts';
import { searchAttributeGaps, type SearchAttributeGaps } from '../../delivery/searchAttributes.ts';
import { hasTaskProblem, reportedCause } from '../../delivery/taskProblems.ts';
import { queueNames, stewardTaskQueue, taskQueues, type QueueName } from '../../workflows/shared/taskQueues.ts';
import { probe, valueOf, type Probed } from '../probe.ts';

/** A version of the workers that ask a task queue for work. */
export interface PollingVersion {
  /** Absent where the worker is of no Worker Deployment. */
  readonly deployment?: string;
  readonly buildId?: string;
  readonly workers: number;
}

/** Workflows whose task fails. */
export interface FailingTasksFact {
  readonly count: number;
  /** The server’s names of the causes of the first of them. */
  readonly causes: readonly string[];
}

/** What is found out about Temporal and its workers. */
export interface TemporalFacts {
  readonly namespace: Probed<{ readonly retentionMs?: number }>;
  readonly serverVersion?: string;
  readonly attributes: Probed<SearchAttributeGaps>;
  readonly queues: Readonly<Record<QueueName, Probed<readonly PollingVersion[]>>>;
  /** By name: the build id of the current version, where one is current. */
  readonly deployments: ReadonlyMap<string, Probed<{ readonly current?: string }>>;
  readonly failingTasks: Probed<FailingTasksFact>;
}

/**
 * TASK_QUEUE_TYPE_WORKFLOW and TASK_QUEUE_TYPE_ACTIVITY. Of a queue with several partitions the server lists those who poll
 * at one of them: two kinds of polls show more.
 */
const queueTypes = [1, 2];
/** A request for work lasts a minute: who asked last before that is gone. */
const pollsWithinMs = 90_000;
const shownRows = 20;
const mostDeployments = 5;

async function retentionOf(client: Client): Promise<{ readonly retentionMs?: number }> {
  const { namespace } = client.options;
  const { config } = await client.workflowService.describeNamespace({ namespace });
  const retention = config?.workflowExecutionRetentionTtl;
  return defined({ retentionMs: retention ? tsToMs(retention) : undefined });
}

/** The versions of those who poll a queue, by their identities. */
async function versionsOf(client: Client, queue: QueueName): Promise<readonly PollingVersion[]> {
  const { namespace } = client.options;
  const taskQueue = { name: taskQueues[queue] };
  const listed = await Promise.all(
    queueTypes.map((taskQueueType) =>
      client.workflowService.describeTaskQueue({ namespace, taskQueue, taskQueueType }),
    ),
  );
  const byVersion = new Map<string, { readonly version: Omit<PollingVersion, 'workers'>; readonly ids: Set<string> }>();
  for (const { identity, lastAccessTime, deploymentOptions } of listed.flatMap(({ pollers }) => pollers ?? [])) {
    if (!lastAccessTime || Date.now() - tsToMs(lastAccessTime) > pollsWithinMs) continue;
    const deployment = deploymentOptions?.deploymentName || undefined;
    const buildId = deployment === undefined ? undefined : deploymentOptions?.buildId || undefined;
    const key = JSON.stringify([deployment, buildId]);
    const known = byVersion.get(key) ?? { version: defined({ deployment, buildId }), ids: new Set() };
    known.ids.add(identity ?? '');
    byVersion.set(key, known);
  }
  return [...byVersion.values()].map(({ version, ids }) => ({ ...version, workers: ids.size }));
}

async function currentOf(client: Client, deploymentName: string): Promise<{ readonly current?: string }> {
  const { namespace } = client.options;
  const { workerDeploymentInfo } = await client.workflowService.describeWorkerDeployment({ namespace, deploymentName });
  return defined({ current: workerDeploymentInfo?.routingConfig?.currentDeploymentVersion?.buildId || undefined });
}

async function failingOf(client: Client): Promise<FailingTasksFact> {
  const query = `TaskQueue="${stewardTaskQueue}" AND ExecutionStatus="Running" AND ${hasTaskProblem}`;
  const { count } = await client.workflow.count(query);
  const causes = new Set<string>();
  if (count > 0) {
    let rows = 0;
    for await (const info of client.workflow.list({ query, pageSize: shownRows })) {
      causes.add(reportedCause(info) ?? 'unknown');
      rows += 1;
      if (rows === shownRows) break;
    }
  }
  return { count, causes: [...causes] };
}

/** Asks Temporal everything at the same time; each question has a bound on its time. */
export async function temporalFacts(client: Client): Promise<TemporalFacts> {
  const { namespace } = client.options;
  const asked = await Promise.all([
    probe(() => retentionOf(client)),
    probe(async () => (await client.workflowService.getSystemInfo({})).serverVersion || undefined),
    probe(() => searchAttributeGaps(client.connection, namespace)),
    probe(() => failingOf(client)),
    Promise.all(queueNames.map(async (queue) => [queue, await probe(() => versionsOf(client, queue))] as const)),
  ]);
  const [described, version, attributes, failingTasks, polled] = asked;
  const queues = Object.fromEntries(polled) as TemporalFacts['queues'];
  const names = polled.flatMap(([, found]) => (valueOf(found) ?? []).flatMap(({ deployment }) => deployment ?? []));
  const deployments = await Promise.all(
    [...new Set(names)]
      .slice(0, mostDeployments)
      .map(async (name) => [name, await probe(() => currentOf(client, name))] as const),
  );
  return {
    namespace: described,
    ...defined({ serverVersion: valueOf(version) }),
    attributes,
    queues,
    deployments: new Map(deployments),
    failingTasks,
  };
}
