import type { Logger } from 'pino';
import type { Configuration } from '../config/load.ts';
import { runIngressProcess } from '../ingress/process.ts';
import { defined } from '../defined.ts';
import { runWorkerProcess, type WorkerProcessOptions } from '../workers/process.ts';

/** A worker and an ingress in one process. */
export interface OneProcess {
  /** Where the ingress takes events. */
  readonly url: string;
  /** Of the worker's workflow bundle. */
  readonly buildId?: string;
  /** Rejects where the worker could not go on. */
  readonly run: Promise<void>;
  close(): Promise<void>;
}

const ofConfiguration = { ingress: runIngressProcess, worker: runWorkerProcess };

/**
 * Runs worker and ingress of a configuration in one process. Each has its own connection to Temporal and promises what it
 * promises alone: an event that was acknowledged is in Temporal, whatever becomes of the process. The ingress is there
 * first, so that senders are answered while the worker connects; and it is closed first, so that it takes no event that
 * would wait for the next start.
 * @param start how each starts.
 * @throws what the worker or the ingress throws where it cannot start; then neither runs.
 */
export async function runOneProcess(
  configuration: Configuration,
  logger: Logger,
  options: Pick<WorkerProcessOptions, 'deployment' | 'signal'> = {},
  start = ofConfiguration,
): Promise<OneProcess> {
  const ingress = await start.ingress(configuration, logger.child({ part: 'ingress' }));
  const working = start.worker(configuration, logger.child({ part: 'worker' }), options);
  const worker = await working.catch(async (error: unknown) => {
    await ingress.close();
    throw error;
  });
  return {
    url: ingress.url,
    ...defined({ buildId: worker.buildId }),
    run: worker.run,
    async close() {
      await ingress.close();
      await worker.close();
    },
  };
}
