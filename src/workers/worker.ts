import { Worker, type NativeConnection, type WorkflowBundleOption } from '@temporalio/worker';
import { stewardTaskQueue } from '../workflows/shared/taskQueues.ts';

/** What a worker needs. The connection stays its owner's: close it after `run` has ended. */
export interface WorkerOptions {
  readonly connection: NativeConnection;
  readonly namespace: string;
  /** The name under which the server lists it; the SDK's own, which two containers may share, where it is left out. */
  readonly identity?: string;
  readonly workflowBundle: WorkflowBundleOption;
  readonly activities: object;
}

/** A worker that works. */
export interface RunningWorker {
  /** Settles once the worker has stopped: rejects where it could not go on. */
  readonly run: Promise<void>;
  /** Takes no more work, lets what is under way end, and returns when all has stopped. Rejects as `run` does. */
  close(): Promise<void>;
}

/**
 * How long activities may go on after a shutdown was asked for, in milliseconds: most calls of a vendor end in 10 s, and
 * orchestrators commonly kill after 30 s.
 */
const shutdownGraceMs = 12_000;
/** After this the worker gives up on what has not ended; the server hands it to another worker after its time-out. */
const shutdownForceMs = 25_000;

/**
 * Workflows that are kept ready in memory, at some hundred kilobytes each (docs/performance.md). The SDK would keep 600 for
 * each gigabyte of the heap's limit; most of ours wait for hours, and one that is no longer here is built again from a
 * short history.
 */
const cachedWorkflows = 500;

/**
 * Activities at once: most of them only wait, for an answer or for their permits under a quota. An account with more to ask
 * than its quota lets through has some dozens waiting, and must not leave the others without a place.
 */
const activitiesAtOnce = 500;

/** Starts the worker of all workflows and activities. */
export async function startWorker(options: WorkerOptions): Promise<RunningWorker> {
  const worker = await Worker.create({
    ...options,
    taskQueue: stewardTaskQueue,
    maxCachedWorkflows: cachedWorkflows,
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
