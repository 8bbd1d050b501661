/**
 * A worker whose parent asks for the processor time and the memory it has used: `node process.ts steward|empty CONFIGURATION`.
 * `steward` is what `steward worker` runs; `empty` has the same settings, and workflows that do nothing but the steps of ours.
 */
import { fileURLToPath } from 'node:url';
import { Client } from '@temporalio/client';
import { bundleWorkflowCode, NativeConnection } from '@temporalio/worker';
import { pino } from 'pino';
import type { Logger } from 'pino';
import { loadConfiguration } from '../../src/config/load.ts';
import type { Configuration } from '../../src/config/load.ts';
import { createBareActivities } from '../resubmit/bareActivities.ts';
import { runWorkerProcess } from '../../src/workers/process.ts';
import { installRuntime, temporalLogger } from '../../src/workers/temporalLogger.ts';
import { startWorkers } from '../../src/workers/worker.ts';
import type { RunningWorker } from '../../src/workers/worker.ts';

async function startEmptyWorker(
  { temporal, endpoints, worker: settings }: Configuration,
  logger: Logger,
): Promise<RunningWorker> {
  installRuntime(logger);
  const [connection, workflowBundle] = await Promise.all([
    NativeConnection.connect(temporal.connectionOptions),
    bundleWorkflowCode({
      workflowsPath: fileURLToPath(new URL('./floors.ts', import.meta.url)),
      logger: temporalLogger(logger),
    }),
  ]);
  const client = new Client({ connection, namespace: temporal.namespace });
  const none = () => ({});
  return startWorkers({
    ...settings,
    queues: ['workflows'],
    connection,
    namespace: temporal.namespace,
    identity: 'empty',
    workflowBundle: () => Promise.resolve(workflowBundle),
    activities: {
      workflows: () => createBareActivities(client, endpoints.marketplaceCatalog),
      aws: none,
      buyWithPrime: none,
      notices: none,
    },
    logger,
  });
}

const [kind, file] = process.argv.slice(2);
const logger = pino({ name: kind ?? 'worker' }, pino.destination(2));
const configuration = loadConfiguration(process.env, file, ['merchants', 'accounts']);
const worker = await (kind === 'steward'
  ? runWorkerProcess(configuration, logger)
  : startEmptyWorker(configuration, logger));
process.once('SIGTERM', () => {
  void worker.close().finally(() => process.exit());
});
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  const { rss: rssBytes, heapUsed: heapBytes } = process.memoryUsage();
  const { maxRSS: peakKilobytes } = process.resourceUsage();
  process.send?.({ cpuMicroseconds: user + system, rssBytes, heapBytes, peakKilobytes });
});
process.send?.({ ready: true });
