/**
 * A worker whose parent asks for the processor time and the memory it has used: `node process.ts steward|bare|empty CONFIGURATION`.
 * `steward` is what `steward worker` runs. The others have the same settings, and workflows that do nothing but the steps of
 * ours: `bare` those of a whole remediation, `empty` those until its submit.
 */
import { fileURLToPath } from 'node:url';
import { Client } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { bundleWorkflowCode, NativeConnection } from '@temporalio/worker';
import { pino } from 'pino';
import type { Logger } from 'pino';
import { loadConfiguration } from '../../src/config/load.ts';
import type { Configuration } from '../../src/config/load.ts';
import { createBareActivities } from '../resubmit/bareActivities.ts';
import { compacted } from '../../src/workers/compactBundle.ts';
import { runWorkerProcess } from '../../src/workers/process.ts';
import { installRuntime, temporalLogger } from '../../src/workers/temporalLogger.ts';
import { startWorkers } from '../../src/workers/worker.ts';
import type { RunningWorker } from '../../src/workers/worker.ts';
import type { LaterOutcome } from './bareWorkflows.ts';

/** A worker of other workflows and activities than the steward's. */
async function startOther(
  { temporal, worker: settings }: Configuration,
  logger: Logger,
  { workflows, activities }: { readonly workflows: string; readonly activities: (client: Client) => object },
): Promise<RunningWorker> {
  installRuntime(logger);
  const [connection, workflowBundle] = await Promise.all([
    NativeConnection.connect(temporal.connectionOptions),
    bundleWorkflowCode({
      workflowsPath: fileURLToPath(new URL(workflows, import.meta.url)),
      logger: temporalLogger(logger),
    }),
  ]);
  const { namespace } = temporal;
  const none = () => ({});
  return startWorkers({
    ...settings,
    queues: ['workflows'],
    connection,
    namespace,
    identity: workflows,
    workflowBundle: { code: compacted(workflowBundle.code, fileURLToPath(new URL('../../', import.meta.url))) },
    activities: {
      workflows: () => activities(new Client({ connection, namespace })),
      aws: none,
      buyWithPrime: none,
      notices: none,
    },
    logger,
  });
}

/** As the steward's first attempt: it asks nothing yet. */
const later: LaterOutcome = {
  async bareAwaitOutcome() {
    throw ApplicationFailure.create({ message: 'asked later', nextRetryDelay: '1 minute' });
  },
};

const starts: Readonly<Record<string, (configuration: Configuration, logger: Logger) => Promise<RunningWorker>>> = {
  steward: runWorkerProcess,
  bare: (given, log) =>
    startOther(given, log, {
      workflows: './bareWorkflows.ts',
      activities: (client) => ({ ...createBareActivities(client, given.endpoints.marketplaceCatalog), ...later }),
    }),
  empty: (given, log) =>
    startOther(given, log, {
      workflows: './floors.ts',
      activities: (client) => createBareActivities(client, given.endpoints.marketplaceCatalog),
    }),
};

const [kind, file] = process.argv.slice(2);
const logger = pino({ name: kind ?? 'worker' }, pino.destination(2));
const configuration = loadConfiguration(process.env, file, ['merchants', 'accounts', 'notices']);
const start = starts[kind ?? ''];
if (start === undefined) throw new TypeError(`the first argument must be one of ${Object.keys(starts).join(', ')}`);
const worker = await start(configuration, logger);
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
