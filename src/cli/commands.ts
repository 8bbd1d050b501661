import { InvalidArgumentError, type Command } from 'commander';
import { defined } from '../defined.ts';
import { secretsOf } from '../config/secretUses.ts';
import { queueNames, taskQueues, type QueueName } from '../workflows/shared/taskQueues.ts';
import type { CommandContext } from './command.ts';
import { addTemporalFlags, deploymentName, positiveInteger, said } from './options.ts';
import type { ReplayFlags } from './replayHistories.ts';
import type { RunningService, Service, ServiceFlags } from './runService.ts';
import type { ShowFlags } from './show.ts';

/** Adds `steward worker`. */
export function addWorker(program: Command, context: CommandContext): void {
  const command = addService(program, context, {
    name: 'worker',
    title: 'worker',
    description: 'run the worker: workflows, and the calls to the vendors that they make',
    underWay: 'the activities under way',
    secrets: ({ queues = queueNames }) => secretsOf(queues),
    start: async (configuration, logger, flags, signal) =>
      (await import('../workers/process.ts')).runWorkerProcess(configuration, logger, { ...flags, signal }),
    ready: ({ buildId }, { temporal: { namespace } }, { queues = queueNames, deployment }) => ({
      text: `The worker serves the ${queuesText(queues)} (namespace ${namespace}).${versionText(deployment, buildId)}`,
      document: {
        ready: true,
        taskQueues: queues.map((queue) => taskQueues[queue]),
        namespace,
        ...defined({ deployment, buildId }),
      },
    }),
  });
  addDeployment(command)
    .option('--queues <names>', `serve only these, with commas between them: ${queueNames.join(', ')}`, queuesIn)
    .addHelpText('after', '  steward worker --queues aws --config steward.yaml');
}

function addDeployment(command: Command): Command {
  return command.option(
    '--deployment <name>',
    'be a version of this Worker Deployment (docs/upgrading.md)',
    deploymentName,
  );
}

/** No run begins on a version before it is current. */
function versionText(name: string | undefined, buildId: string | undefined): string {
  if (name === undefined || buildId === undefined) return '';
  return `
It is version ${buildId} of the deployment ${name}. Runs begin on it once it is current:
  temporal worker deployment set-current-version --deployment-name ${name} --build-id ${buildId}`;
}

function queuesText(queues: readonly QueueName[]): string {
  const names = queues.map((queue) => taskQueues[queue]);
  return `${names.length === 1 ? 'task queue' : 'task queues'} ${names.join(', ')}`;
}

function queuesIn(text: string): readonly QueueName[] {
  const names = text.split(',').map((name) => name.trim());
  const known = queueNames.filter((queue) => names.includes(queue));
  if (known.length === names.length) return known;
  throw new InvalidArgumentError(`Names of ${queueNames.join(', ')}, each once, are needed.`);
}

type Queues = ReadonlyArray<{ readonly name: string }>;

function queueText(queues: Queues): string {
  if (queues.length === 0) return '';
  return ` and from ${queues.length === 1 ? 'the queue' : 'the queues'} ${queues.map(({ name }) => name).join(', ')}`;
}

function queueMember(queues: Queues): { readonly queues?: readonly string[] } {
  return queues.length === 0 ? {} : { queues: queues.map(({ name }) => name) };
}

/** Adds `steward ingress`. */
export function addIngress(program: Command, context: CommandContext): void {
  addService(program, context, {
    name: 'ingress',
    title: 'ingress',
    description: 'run the ingress: it takes events, by HTTP and from queues, and delivers them to Temporal',
    underWay: 'the requests under way',
    secrets: () => ['ingress', 'queues'],
    start: async (configuration, logger) =>
      (await import('../ingress/process.ts')).runIngressProcess(configuration, logger),
    ready: ({ url }, { temporal: { namespace }, ingress: { queues } }) => ({
      text: `The ingress takes events at ${url}${queueText(queues)} (namespace ${namespace}).`,
      document: { ready: true, url, namespace, ...queueMember(queues) },
    }),
  });
}

/** Adds `steward run`. */
export function addRun(program: Command, context: CommandContext): void {
  const command = addService(program, context, {
    name: 'run',
    title: 'worker',
    description: 'run the worker and the ingress in one process, which takes less memory than two',
    underWay: 'the requests and then the activities under way',
    secrets: () => ['ingress', 'queues', ...secretsOf(queueNames)],
    start: async (configuration, logger, flags, signal) =>
      (await import('./oneProcess.ts')).runOneProcess(configuration, logger, { ...flags, signal }),
    ready: ({ url, buildId }, { temporal: { namespace }, ingress: { queues } }, { deployment }) => ({
      text: `The ingress takes events at ${url}${queueText(queues)}, and the worker serves the ${queuesText(queueNames)} (namespace ${namespace}).${versionText(deployment, buildId)}`,
      document: {
        ready: true,
        url,
        ...queueMember(queues),
        taskQueues: queueNames.map((queue) => taskQueues[queue]),
        namespace,
        ...defined({ deployment, buildId }),
      },
    }),
  });
  addDeployment(command);
}

/** Adds `steward version`. */
export function addVersion(program: Command, context: CommandContext): void {
  program
    .command('version')
    .description('print the release, and the build id of its workflows')
    .option('--json', 'print one JSON document')
    .addHelpText('after', '\nExamples:\n  steward version --json')
    .action((flags: { readonly json?: true }) =>
      context.run(flags, async () => (await import('./version.ts')).version(context)),
    );
}

/** Adds `steward codec-server`. */
export function addCodecServer(program: Command, context: CommandContext): void {
  addService(program, context, {
    name: 'codec-server',
    title: 'codec server',
    description: 'run the codec server: it decrypts for the Web UI what Temporal stores',
    underWay: 'the requests under way',
    secrets: () => ['codecServer'],
    start: async (configuration, logger) =>
      (await import('../codecServer/process.ts')).runCodecServerProcess(configuration, logger),
    ready: ({ url }, { temporal: { namespace } }) => ({
      text: `The codec server takes payloads at ${url} (namespace ${namespace}).`,
      document: { ready: true, url, namespace },
    }),
  });
}

/** Adds a command that runs a service until SIGTERM or SIGINT. Its log goes to standard error. */
function addService<Running extends RunningService>(
  program: Command,
  context: CommandContext,
  service: Service<Running> & { readonly description: string; readonly underWay: string },
): Command {
  const { name, description, underWay } = service;
  const command = program
    .command(name)
    .description(description)
    .option('--config <file>', 'the configuration file (else STEWARD_CONFIG)')
    .option('--json', 'print one JSON document once it is ready; the log goes to standard error')
    .addHelpText(
      'after',
      `
SIGTERM or SIGINT ends it, after ${underWay}. Accounts and policies follow the configuration file; on SIGHUP it
reads the file at once.

Examples:
  steward ${name} --config steward.yaml
  STEWARD_CONFIG=steward.yaml TEMPORAL_ADDRESS=temporal.example.com:7233 steward ${name}`,
    );
  return addTemporalFlags(command).action((flags: ServiceFlags) =>
    context.run(flags, async () => (await import('./runService.ts')).runService(service, flags, context)),
  );
}

/** Adds `steward show`. */
export function addShow(program: Command, context: CommandContext): void {
  const command = program
    .command('show')
    .description('show one workflow: its state, change sets, notes, pending activities, and what you can send now')
    .argument('<id>', 'a workflow id, or the id of a change set', said('id'))
    .option('--ui <url>', 'base address of the Web UI, for the link')
    .option('--json', 'print one JSON document and nothing else')
    .addHelpText(
      'after',
      `
Examples:
  steward show 5hxd2kqzj9zwulwpvhn8yp5xq
  steward show security:111122223333 --json`,
    );
  addTemporalFlags(command).action((id: string, flags: ShowFlags) =>
    context.run(flags, async () => (await import('./show.ts')).show(id, flags, context)),
  );
}

/** Adds `steward replay-histories`, which is `steward replay --query` too. */
export function addReplayHistories(program: Command, context: CommandContext): void {
  const command = program
    .command('replay-histories')
    .description(
      'before a deploy: replay the histories of open workflows with this version, which changes nothing (also: replay --query)',
    )
    .option('--query <query>', 'the visibility query of the runs (else every open workflow of the steward)')
    .option('--concurrency <n>', 'fetch so many histories at once', positiveInteger, 5)
    .option('--json', 'print one JSON document and nothing else')
    .addHelpText(
      'after',
      `
Exit status 1: it names the workflows that cannot go on with this version.

Examples:
  steward replay-histories
  steward replay --query 'WorkflowType="securityCase" AND ExecutionStatus="Running"' --json`,
    );
  addTemporalFlags(command).action((flags: ReplayFlags) =>
    context.run(flags, async () => (await import('./replayHistories.ts')).replayHistories(flags, context)),
  );
}
