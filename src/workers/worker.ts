import { getHeapStatistics } from 'node:v8';
import type { WorkerDeploymentVersion } from '@temporalio/common';
import type { Logger } from 'pino';
import {
  Worker,
  type NativeConnection,
  type WorkerOptions as SdkOptions,
  type WorkflowBundle,
} from '@temporalio/worker';
import type { ActivitiesByQueue } from './activities.ts';
import { endBugs } from './bugs.ts';
import { correlated } from './correlation.ts';
import type { Encryption } from '../config/encryption.ts';
import type { WorkerConfiguration } from '../config/workerSchema.ts';
import { dataConverterOf } from '../delivery/dataConverter.ts';
import { reportOnce, unreadableText } from '../delivery/encryption/payloadCodec.ts';
import { encodesFailures } from '../workflows/shared/failureConverter.ts';
import type { Tracing } from '../tracing/tracing.ts';
import { defined } from '../defined.ts';
import { keptWorkflows, type HeapSettings } from './heap.ts';
import { deploymentOptionsOf } from './version.ts';
import { taskQueues, type QueueName } from '../workflows/shared/taskQueues.ts';

/** What the workers of a process need. The connection stays its owner's: close it after `run` has ended. */
export interface WorkerOptions extends WorkerConfiguration {
  readonly connection: NativeConnection;
  readonly namespace: string;
  /** The name under which the server lists it; the SDK's own, which two containers may share, where it is left out. */
  readonly identity?: string;
  /** The queues that the process serves. */
  readonly queues: readonly QueueName[];
  /** Needed where the process serves workflows. */
  readonly workflowBundle?: WorkflowBundle;
  /** Absent where nothing is encrypted. */
  readonly encryption?: Encryption;
  /** Absent where nothing is traced. */
  readonly tracing?: Pick<Tracing, 'activity' | 'sinks'>;
  readonly activities: ActivitiesByQueue;
  /** The version of a Worker Deployment that the workers are of; of none where it is left out. */
  readonly version?: WorkerDeploymentVersion;
  readonly logger: Pick<Logger, 'error'>;
}

/** A worker that works. */
export interface RunningWorker {
  /** Settles once the worker has stopped: rejects where it could not go on. */
  readonly run: Promise<void>;
  /** Polls for no more work, finishes what is under way, and returns when all has stopped. Rejects as `run` does. */
  close(): Promise<void>;
}

/**
 * How long activities may go on after a request to shut down, in milliseconds: most calls of a vendor end in 10 s, and
 * orchestrators commonly kill after 30 s.
 */
const shutdownGraceMs = 12_000;
/** After this the worker abandons what has not ended; the server gives it to another worker after its timeout. */
const shutdownForceMs = 25_000;

/**
 * The bundle for a worker. Where the failures of workflows are to be encrypted, one statement stands before the bytes that
 * were tested, on their first line, so that every line keeps its number.
 */
export function bundleFor(encryption: Encryption | undefined, bundle: WorkflowBundle): WorkflowBundle {
  if (encryption?.encrypts !== true) return bundle;
  return { ...bundle, code: `globalThis.${encodesFailures} = true; ${bundle.code}` };
}

function heapOfProcess(): HeapSettings {
  const { heap_size_limit: limitBytes } = getHeapStatistics();
  return { execArgv: process.execArgv, ...defined({ nodeOptions: process.env['NODE_OPTIONS'] }), limitBytes };
}

/** What a worker of workflows has beside its activities. */
function workflowOptions(options: WorkerOptions): Pick<SdkOptions, 'maxCachedWorkflows'> {
  return {
    // Whatever is asked for: more than the heap has room for would end the worker in a burst.
    maxCachedWorkflows: Math.min(options.cachedWorkflows ?? Number.POSITIVE_INFINITY, keptWorkflows(heapOfProcess())),
  };
}

async function createWorker(queue: QueueName, options: WorkerOptions): Promise<Worker> {
  const { connection, namespace, identity, version, activities, logger, encryption, slots, tracing } = options;
  const report = reportOnce((unreadable) => logger.error(defined({ ...unreadable }), unreadableText(unreadable)));
  const { workflowBundle } = queue === 'workflows' ? options : {};
  const bundle = workflowBundle && { ...bundleFor(encryption, workflowBundle) };
  const worker = await Worker.create({
    connection,
    namespace,
    ...defined({ identity, workerDeploymentOptions: version && deploymentOptionsOf(version) }),
    dataConverter: dataConverterOf(encryption, report),
    interceptors: { activity: [...(tracing === undefined ? [] : [tracing.activity]), correlated, endBugs(logger)] },
    ...defined({ sinks: tracing?.sinks }),
    taskQueue: taskQueues[queue],
    ...(queue === 'workflows' ? workflowOptions(options) : {}),
    ...defined({ workflowBundle: bundle }),
    activities: activities[queue](),
    maxConcurrentActivityTaskExecutions: slots[queue],
    shutdownGraceTime: shutdownGraceMs,
    shutdownForceTime: shutdownForceMs,
  });
  // The workflows' thread has a copy of its own; the worker would keep this one, of four megabytes, as long as it lives.
  if (bundle !== undefined) bundle.code = '';
  return worker;
}

function shutDown(workers: readonly Worker[]): void {
  for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
}

/** Runs all until each has ended. @throws what the first ended with that could not go on; the others end with it. */
async function runAll(workers: readonly Worker[]): Promise<void> {
  const runs = workers.map((worker) =>
    worker.run().catch((error: unknown) => {
      shutDown(workers);
      throw error;
    }),
  );
  for (const ended of await Promise.allSettled(runs)) if (ended.status === 'rejected') throw ended.reason;
}

/** Makes them one after the other, that of the workflows first, since its bundle alone can be refused. */
async function createWorkers(options: WorkerOptions): Promise<Worker[]> {
  const workers: Worker[] = [];
  try {
    for (const queue of options.queues) workers.push(await createWorker(queue, options));
    return workers;
  } catch (error) {
    // A worker lets go of its connection only once it has run.
    const ended = runAll(workers).catch(() => undefined);
    shutDown(workers);
    await ended;
    throw error;
  }
}

/** Starts a worker for each queue that this process serves, with slots of its own. */
export async function startWorkers(options: WorkerOptions): Promise<RunningWorker> {
  const workers = await createWorkers(options);
  const run = runAll(workers);
  return {
    run,
    async close() {
      shutDown(workers);
      await run;
    },
  };
}
