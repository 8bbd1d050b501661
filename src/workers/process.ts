import type { Client } from '@temporalio/client';
import type { WorkerDeploymentVersion } from '@temporalio/common';
import type { NativeConnection } from '@temporalio/worker';
import type { Logger } from 'pino';
import { defined } from '../defined.ts';
import { followConfiguration } from '../config/live.ts';
import type { Configuration } from '../config/load.ts';
import { catalogOf, composeActivities } from './activities.ts';
import { bundleWorkflows } from './bundle.ts';
import {
  newWorkerIdentity,
  openCatalogRateLimiters,
  type OpenCatalogRateLimiters,
} from '../quotas/catalogRateLimiters.ts';
import { clientOf } from '../delivery/connect.ts';
import { startHeldWaker } from '../delivery/heldWaker.ts';
import { startVersionMover } from '../delivery/versionMover.ts';
import { startMorningKeeper } from '../delivery/morningSchedules.ts';
import { startScheduleKeeper } from '../delivery/scheduleKeeper.ts';
import { reportMissing } from '../delivery/searchAttributeCommands.ts';
import type { MarketplaceCatalog } from '../vendors/marketplaceCatalog/port.ts';
import { queueNames, type QueueName } from '../workflows/shared/taskQueues.ts';
import { tracingOf } from '../tracing/index.ts';
import { keepMemoryGauge } from './memoryGauge.ts';
import { reachTemporal } from './reach.ts';
import { installRuntime } from './temporalLogger.ts';
import { buildIdOf } from './version.ts';
import { startWorkers, type RunningWorker } from './worker.ts';

/** How a worker process is started, beside its configuration. */
export interface WorkerProcessOptions {
  /** The queues that it serves; all where they are left out. The process of the workflows also keeps the schedules. */
  readonly queues?: readonly QueueName[];
  /** The Worker Deployment whose version it is; of none where it is left out. */
  readonly deployment?: string;
  /** Ends the waiting for a Temporal that does not answer; a worker that works is closed by `close`. */
  readonly signal?: AbortSignal;
}

/** A worker process that works. */
export interface RunningWorkerProcess extends RunningWorker {
  /** Of its workflow bundle; absent where it has none. */
  readonly buildId?: string;
}

/** A connection must outlive its worker, and everything else that uses it. */
async function closeAfter(run: Promise<void>, users: { close(): Promise<void> }, connection: NativeConnection) {
  try {
    await run;
  } finally {
    await users.close();
    await connection.close();
  }
}

/** A copy of what the keeper compares with the next configuration: the one in use changes. */
function snapshotOf({ accounts, policies }: Configuration): Pick<Configuration, 'accounts' | 'policies'> {
  return { accounts, policies };
}

/** What has to follow the configuration beside the activities, which read it at each use. */
function keepUp(client: Client, logger: Logger) {
  const schedules = startScheduleKeeper(client, logger);
  const mornings = startMorningKeeper(client, logger);
  const held = startHeldWaker(client, logger);
  const versions = startVersionMover(client, logger);
  return {
    take(configuration: Configuration): void {
      schedules.keep(snapshotOf(configuration));
      mornings.keep(configuration.morningDigests);
      held.keep(Object.keys(configuration.accounts));
    },
    move: (version: WorkerDeploymentVersion) => versions.keep(version),
    async close(): Promise<void> {
      await Promise.all([schedules.close(), mornings.close(), held.close(), versions.close()]);
    },
  };
}

/** The catalog, with rate limiters that are opened when it is first asked for: their shares go by who calls AWS. */
function openCatalog(
  configuration: Configuration,
  worker: Parameters<typeof openCatalogRateLimiters>[1],
  logger: Logger,
) {
  let limiters: OpenCatalogRateLimiters | undefined;
  return {
    catalog(): MarketplaceCatalog {
      limiters ??= openCatalogRateLimiters(configuration, worker, logger);
      return catalogOf(configuration, limiters, logger);
    },
    async close(): Promise<void> {
      await limiters?.close();
    },
  };
}

/** The bundle where the process needs it: to run workflows, and to know the build id of its version. */
async function neededBundle(
  { queues = queueNames, deployment }: WorkerProcessOptions,
  logger: Logger,
  traced: boolean,
) {
  const isNeeded = deployment !== undefined || queues.includes('workflows');
  return isNeeded ? bundleWorkflows(logger, { traced }) : undefined;
}

/**
 * Runs the worker of a configuration, which it follows: what `steward worker` and `npm start` call. Returns once it takes
 * work: while Temporal is away, it waits.
 * @throws where the settings of the connection are wrong, the namespace is unknown, or a search attribute exists with
 * another type: anyone who supervises the process starts it again.
 */
export async function runWorkerProcess(
  configuration: Configuration,
  logger: Logger,
  options: WorkerProcessOptions = {},
): Promise<RunningWorkerProcess> {
  const { queues = queueNames, deployment, signal } = options;
  installRuntime(logger, configuration.metrics.prometheusAddress);
  const { namespace } = configuration.temporal;
  const { connection, missing } = await reachTemporal(configuration.temporal, { logger, ...defined({ signal }) });
  const { encryption } = configuration;
  const tracing = await tracingOf(configuration, logger);
  const client = clientOf(connection, namespace, defined({ encryption, interceptors: tracing?.client }));
  const kept = keepUp(client, logger);
  const take = (changed: Configuration): void => {
    if (queues.includes('workflows')) kept.take(changed);
  };
  const followed = followConfiguration(configuration, { logger, onChange: take });
  const identity = newWorkerIdentity();
  const opened = openCatalog(followed.configuration, { client, namespace, identity }, logger);
  const memory = keepMemoryGauge();
  const users = {
    async close(): Promise<void> {
      memory.close();
      await Promise.all([opened.close(), kept.close(), tracing?.close()]);
    },
  };
  try {
    reportMissing(configuration.temporal, missing, logger);
    const workflowBundle = await neededBundle(options, logger, tracing !== undefined);
    const buildId = workflowBundle && buildIdOf(workflowBundle);
    const version =
      deployment === undefined || buildId === undefined ? undefined : { deploymentName: deployment, buildId };
    const worker = await startWorkers({
      connection,
      namespace,
      identity,
      queues,
      logger,
      ...configuration.worker,
      ...defined({ encryption, workflowBundle, version, tracing }),
      activities: composeActivities(followed.configuration, client, logger, () => opened.catalog()),
    });
    logger.info({ namespace, identity, queues, ...defined({ deployment, buildId }) }, 'the worker takes work');
    take(followed.configuration);
    if (version !== undefined && queues.includes('workflows')) kept.move(version);
    const run = closeAfter(worker.run, users, connection);
    return {
      run,
      ...defined({ buildId }),
      async close() {
        followed.close();
        await Promise.all([opened.close(), worker.close()]);
        await run;
      },
    };
  } catch (error) {
    followed.close();
    await users.close();
    await connection.close();
    throw error;
  }
}
