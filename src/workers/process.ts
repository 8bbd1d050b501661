import type { Client } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import type { Logger } from 'pino';
import { defined } from '../defined.ts';
import { followConfiguration } from '../config/live.ts';
import type { Configuration } from '../config/load.ts';
import { catalogOf, composeActivities } from './activities.ts';
import { bundleWorkflows } from './bundle.ts';
import { newWorkerIdentity, openCatalogRateLimiters } from '../quotas/catalogRateLimiters.ts';
import { clientOf } from '../delivery/connect.ts';
import { startHeldWaker } from '../delivery/heldWaker.ts';
import { startScheduleKeeper } from '../delivery/scheduleKeeper.ts';
import { reportMissing } from '../delivery/searchAttributeCommands.ts';
import { ensureSearchAttributes } from '../delivery/searchAttributes.ts';
import { installRuntime } from './temporalLogger.ts';
import { startWorker, type RunningWorker } from './worker.ts';

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
  const held = startHeldWaker(client, logger);
  return {
    take(configuration: Configuration): void {
      schedules.keep(snapshotOf(configuration));
      held.keep(Object.keys(configuration.accounts));
    },
    async close(): Promise<void> {
      await Promise.all([schedules.close(), held.close()]);
    },
  };
}

/**
 * Runs the worker of a configuration, which it follows: what `steward worker` and `npm start` call. Returns once it takes
 * work.
 * @throws where Temporal cannot be reached, or a search attribute exists with another type: anyone who supervises the
 * process starts it again.
 */
export async function runWorkerProcess(configuration: Configuration, logger: Logger): Promise<RunningWorker> {
  installRuntime(logger, configuration.metrics.prometheusAddress);
  const { connectionOptions, namespace } = configuration.temporal;
  const connection = await NativeConnection.connect(connectionOptions);
  const { encryption } = configuration;
  const client = clientOf(connection, namespace, defined({ encryption }));
  const kept = keepUp(client, logger);
  const followed = followConfiguration(configuration, { logger, onChange: (changed) => kept.take(changed) });
  const identity = newWorkerIdentity();
  const limiters = openCatalogRateLimiters(followed.configuration, { client, namespace, identity }, logger);
  const users = {
    async close(): Promise<void> {
      await Promise.all([limiters.close(), kept.close()]);
    },
  };
  try {
    const missing = await ensureSearchAttributes(connection, namespace);
    reportMissing(configuration.temporal, missing, logger);
    const catalog = catalogOf(followed.configuration, limiters, logger);
    const activities = composeActivities(followed.configuration, client, logger, { catalog });
    const workflowBundle = await bundleWorkflows(logger);
    const worker = await startWorker({
      connection,
      namespace,
      identity,
      workflowBundle,
      activities,
      logger,
      ...defined({ encryption }),
    });
    logger.info({ namespace, identity }, 'the worker takes work');
    kept.take(followed.configuration);
    const run = closeAfter(worker.run, users, connection);
    return {
      run,
      async close() {
        followed.close();
        await Promise.all([limiters.close(), worker.close()]);
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
