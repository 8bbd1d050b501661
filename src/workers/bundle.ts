import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import type { Logger } from '@temporalio/common';
import type { Logger as Pino } from 'pino';
import { temporalLogger } from './temporalLogger.ts';

/** Bundles the code of all workflows, once for all workers of a process. Takes a few seconds of one core. */
export function bundleWorkflows(logger: Pino): Promise<WorkflowBundleWithSourceMap> {
  const quiet: Logger = temporalLogger(logger);
  return bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('../workflows/index.ts', import.meta.url)),
    logger: quiet,
  });
}
