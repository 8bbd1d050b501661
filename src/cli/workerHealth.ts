import { hostname } from 'node:os';
import { defined } from '../defined.ts';
import { hasTaskProblem } from '../delivery/taskProblems.ts';
import { lastTaskMsAgo, polledQueues } from '../delivery/workerPolls.ts';
import { openQuery } from '../delivery/workflows.ts';
import { queueNames } from '../workflows/shared/taskQueues.ts';
import { exitCodes, type CommandContext, type CommandResult } from './command.ts';
import type { TemporalFlags } from './options.ts';
import { withTemporal } from './temporal.ts';

const seconds = (ms: number): string => `${Math.round(ms / 1_000)} s ago`;

/**
 * `steward health --worker`: whether the worker of this host works, for the health check of a container. Failing tasks do
 * not count: no restart mends them, and the alarm reports them.
 */
export async function workerHealth(
  flags: TemporalFlags,
  context: CommandContext,
  host: string = hostname(),
): Promise<CommandResult> {
  return withTemporal(flags, context, async ({ client, flagsAgain }) => {
    const [polled, taskMsAgo, { count: failingTasks }] = await Promise.all([
      polledQueues(client, host, queueNames),
      lastTaskMsAgo(client, host),
      client.workflow.count(`${openQuery} AND ${hasTaskProblem}`),
    ]);
    const document = {
      polls: polled.length > 0,
      host,
      queues: polled.map(({ queue, agoMs }) => ({ queue, lastPollMsAgo: agoMs })),
      ...defined({ lastTaskMsAgo: taskMsAgo }),
      failingTasks,
    };
    const names = polled.map(({ queue, agoMs }) => `${queue} (${seconds(agoMs)})`).join(', ');
    const text = [
      polled.length > 0
        ? `The worker of ${host} asks for work: ${names}.`
        : `No worker of ${host} asks for work. Start one there with: steward worker`,
      taskMsAgo === undefined ? 'No task of it is known yet.' : `It got its last task ${seconds(taskMsAgo)}.`,
      failingTasks === 0
        ? 'No workflow task fails.'
        : `The tasks of ${failingTasks} ${failingTasks === 1 ? 'workflow' : 'workflows'} fail, on this worker or another: steward health${flagsAgain}`,
    ].join('\n');
    return { text, document, exitCode: polled.length > 0 ? exitCodes.ok : exitCodes.failed };
  });
}
