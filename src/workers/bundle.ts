import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, type WorkflowBundle } from '@temporalio/worker';
import type { Logger as Pino } from 'pino';
import { keyOfSources, madeOnce } from './keptBundle.ts';
import { temporalLogger } from './temporalLogger.ts';

const placeOf = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/**
 * Bundles the code of all workflows, once for all workers of a process: it takes three seconds of one core. What one
 * process has made serves the next ones until that code, or a version of a package, changes.
 */
export async function bundleWorkflows(logger: Pino): Promise<WorkflowBundle> {
  const make = async (): Promise<string> => {
    const workflowsPath = placeOf('../workflows/index.ts');
    const { code } = await bundleWorkflowCode({ workflowsPath, logger: temporalLogger(logger) });
    return code;
  };
  const key = await keyOfSources(
    placeOf('../workflows'),
    placeOf('../defined.ts'),
    placeOf('../../package-lock.json'),
  ).catch(() => undefined);
  return { code: key === undefined ? await make() : await madeOnce(placeOf('../../.steward/bundles'), key, make) };
}
