import { Client } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import type { Logger } from 'pino';
import type { Configuration } from '../config/load.ts';
import { composeActivities } from './activities.ts';
import { bundleWorkflows } from './bundle.ts';
import { ensureSearchAttributes } from './searchAttributes.ts';
import { installRuntime } from './temporalLogger.ts';
import { startWorker, type RunningWorker } from './worker.ts';

/** A connection must outlive its worker. */
async function closeAfter(run: Promise<void>, connection: NativeConnection): Promise<void> {
  try {
    await run;
  } finally {
    await connection.close();
  }
}

/**
 * Runs the worker of a configuration: what `steward worker` and `npm start` call. Returns once it takes work.
 * @throws where Temporal cannot be reached, or a search attribute exists with another type: whoever supervises the
 * process starts it again.
 */
export async function runWorkerProcess(configuration: Configuration, logger: Logger): Promise<RunningWorker> {
  installRuntime(logger);
  const { connectionOptions, namespace } = configuration.temporal;
  const connection = await NativeConnection.connect(connectionOptions);
  try {
    const missing = await ensureSearchAttributes(connection, namespace);
    if (missing.length > 0) logger.error({ missing }, 'search attributes have to be registered by an administrator');
    const activities = composeActivities(configuration, new Client({ connection, namespace }), logger);
    const workflowBundle = await bundleWorkflows(logger);
    const worker = await startWorker({ connection, namespace, workflowBundle, activities });
    logger.info({ namespace }, 'the worker takes work');
    const run = closeAfter(worker.run, connection);
    return {
      run,
      async close() {
        await worker.close();
        await run;
      },
    };
  } catch (error) {
    await connection.close();
    throw error;
  }
}
