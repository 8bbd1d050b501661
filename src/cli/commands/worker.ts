import type { Command } from 'commander';
import { stewardTaskQueue } from '../../workflows/shared/taskQueues.ts';
import type { CommandContext } from '../context.ts';
import { addService } from '../service.ts';

const help = `
It ends on SIGTERM or SIGINT, once the activities under way have ended. Accounts and policies follow the
configuration file; SIGHUP has it read at once.

Examples:
  npx steward worker --config steward.yaml
  STEWARD_CONFIG=steward.yaml TEMPORAL_ADDRESS=temporal.example.com:7233 npx steward worker`;

/** Adds `steward worker`. */
export function addWorker(program: Command, context: CommandContext): void {
  addService(program, context, {
    name: 'worker',
    description: 'run the worker: workflows, and the calls to the vendors that they make',
    help,
    secrets: ['merchants', 'accounts', 'notices'],
    start: async (configuration, logger) => {
      const { runWorkerProcess } = await import('../../workers/process.ts');
      return runWorkerProcess(configuration, logger);
    },
    ready: (_running, { temporal: { namespace } }) => ({
      text: `The worker serves the task queue ${stewardTaskQueue} (namespace ${namespace}).`,
      document: { ready: true, taskQueue: stewardTaskQueue, namespace },
    }),
  });
}
