import { getHeapStatistics } from 'node:v8';
import type { Logger } from 'pino';
import { Worker, type NativeConnection, type WorkerDeploymentOptions, type WorkflowBundle } from '@temporalio/worker';
import { endBugs } from './bugs.ts';
import type { Encryption } from '../config/encryption.ts';
import { dataConverterOf } from '../delivery/dataConverter.ts';
import { reportOnce, unreadableText } from '../delivery/encryption/payloadCodec.ts';
import { encodesFailures } from '../workflows/shared/failureConverter.ts';
import { defined } from '../defined.ts';
import { keptWorkflows, type HeapSettings } from './heap.ts';
import { stewardTaskQueue } from '../workflows/shared/taskQueues.ts';

/** What a worker needs. The connection stays its owner's: close it after `run` has ended. */
export interface WorkerOptions {
  readonly connection: NativeConnection;
  readonly namespace: string;
  /** The name under which the server lists it; the SDK's own, which two containers may share, where it is left out. */
  readonly identity?: string;
  readonly workflowBundle: WorkflowBundle;
  /** Absent where nothing is encrypted. */
  readonly encryption?: Encryption;
  readonly activities: object;
  /** The version of a deployment that it is of (Worker Versioning); of none where it is left out. */
  readonly workerDeploymentOptions?: WorkerDeploymentOptions;
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
 * Activities at once: most of them only wait, for an answer or for a permit of a rate limiter. An account with more to ask
 * than its quota lets through has some dozens waiting, and must leave places to the others.
 */
const activitiesAtOnce = 500;

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

/** Starts the worker of all workflows and activities. */
export async function startWorker({ logger, encryption, ...options }: WorkerOptions): Promise<RunningWorker> {
  const { workflowBundle } = options;
  const report = reportOnce((unreadable) => logger.error(defined({ ...unreadable }), unreadableText(unreadable)));
  const worker = await Worker.create({
    ...options,
    workflowBundle: bundleFor(encryption, workflowBundle),
    dataConverter: dataConverterOf(encryption, report),
    interceptors: { activity: [endBugs(logger)] },
    taskQueue: stewardTaskQueue,
    maxCachedWorkflows: keptWorkflows(heapOfProcess()),
    maxConcurrentActivityTaskExecutions: activitiesAtOnce,
    shutdownGraceTime: shutdownGraceMs,
    shutdownForceTime: shutdownForceMs,
  });
  const run = worker.run();
  return {
    run,
    async close() {
      if (worker.getState() === 'RUNNING') worker.shutdown();
      await run;
    },
  };
}
