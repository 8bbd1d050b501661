import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { defined } from '../defined.ts';
import { configuredAccounts } from '../delivery/configuredAccounts.ts';
import { unservedQueues } from '../delivery/unservedQueues.ts';
import { describeWorkflow, listQuery, listWorkflows } from '../delivery/workflows.ts';
import { accountHealthType } from '../workflows/accountHealth/contract.ts';
import { deadLetterQueueType } from '../workflows/deadLetterQueue/contract.ts';
import { failingTasksType } from '../workflows/failingTasks/contract.ts';
import { itemBuyabilityType } from '../workflows/itemBuyability/contract.ts';
import { queueNames, taskQueues } from '../workflows/shared/taskQueues.ts';
import { accountAttribute } from '../workflows/shared/searchAttributes.ts';
import { CommandProblem, exitCodes, type CommandContext, type CommandResult } from './command.ts';
import { printable, strong, terminalWidth, wrapped } from './format.ts';
import { clockTime } from './distances.ts';
import type { TemporalFlags } from './options.ts';
import { knownStatus, type WorkflowStatus } from './status.ts';
import { withTemporal, workflowLink, type TemporalAccess } from './temporal.ts';
import { notConfigured } from './unknownAccount.ts';

/** What `steward health` is given. */
export interface HealthFlags extends TemporalFlags {
  readonly json?: true;
}

/** What is the matter with an account, a queue or the workers, in words. */
export type Alarm = Awaited<ReturnType<typeof alarmOf>>;

const alarmTypes = [accountHealthType, deadLetterQueueType, failingTasksType];
/** There is one alarm for each account and kind of failure. */
const mostShown = 100;

/** `steward health`: the alarms that are open, and the task queues without a worker, each with what somebody has to do. */
export async function health(
  account: string | undefined,
  flags: HealthFlags,
  context: CommandContext,
): Promise<CommandResult> {
  return withTemporal(flags, context, async (access) => {
    const found: WorkflowExecutionInfo[] = [];
    let total = 0;
    for (const type of alarmTypes) {
      const query = listQuery({ type, ...defined({ account }) });
      const { count } = await access.client.workflow.count(query);
      total += count;
      for await (const one of listWorkflows(access.client, query, mostShown)) {
        if (found.length === mostShown) break;
        found.push(one);
      }
    }
    const stopped = await unservedAlarms(access, flags, context);
    const alarms: Array<Alarm | UnservedQueue> = [...stopped];
    for (const one of found) {
      context.progress(`${alarms.length - stopped.length} of ${found.length} alarms read`);
      alarms.push(await alarmOf(access, one));
    }
    if (account !== undefined && found.length === 0) await requireConfigured(access, account);
    const more = total > found.length ? [`and ${total - found.length} more: steward list${access.flagsAgain}`] : [];
    const whose = account === undefined ? '' : ` of ${printable(account)}`;
    const nowMs = Date.now();
    const text =
      alarms.length === 0
        ? `No alarm${whose} is open: no vendor refuses calls or fails them for long${account === undefined ? ', no dead-letter queue is filled, and no workflow task fails' : ''}. Every task queue has a worker.`
        : [...alarms.map((one) => ('taskQueue' in one ? unservedText(one) : alarmText(one, nowMs))), ...more].join(
            '\n\n',
          );
    return { text, document: alarms, exitCode: alarms.length === 0 ? exitCodes.ok : exitCodes.failed };
  });
}

/** A task queue whose work waits, since no worker asks for it. */
export interface UnservedQueue {
  readonly type: 'unservedQueue';
  readonly taskQueue: string;
  readonly state: 'unserved';
  readonly what: readonly string[];
  readonly nextStep: string;
}

/** The task queues that need a worker here, and have none: what vendors refuse is not even asked then. */
async function unservedAlarms(
  { client }: TemporalAccess,
  flags: HealthFlags,
  context: CommandContext,
): Promise<readonly UnservedQueue[]> {
  const needed = (await hasMerchants(client, flags, context))
    ? queueNames
    : queueNames.filter((name) => name !== 'buyWithPrime');
  const unserved = await unservedQueues(
    client,
    needed.map((name) => taskQueues[name]),
  );
  return needed
    .filter((name) => unserved.has(taskQueues[name]))
    .map((name) => ({
      type: 'unservedQueue',
      taskQueue: taskQueues[name],
      state: 'unserved',
      what: ['No worker has asked for work in the last minute and a half: all work of this task queue waits.'],
      nextStep: `You: start one, or see why it ended: steward worker --queues ${name} --config <file>`,
    }));
}

/** Whether there are merchants of Buy with Prime: as the configuration says where one is named, else by their items. */
async function hasMerchants(client: Client, flags: HealthFlags, { environment }: CommandContext): Promise<boolean> {
  const file = flags.config ?? environment['STEWARD_CONFIG'];
  if (!file) return (await client.workflow.count(listQuery({ type: itemBuyabilityType }))).count > 0;
  return (await import('../config/namesMerchants.ts')).namesMerchants(file);
}

/** @throws CommandProblem `notFound` for an AWS account that nobody watches: without an alarm it would seem to be well. */
async function requireConfigured({ client }: TemporalAccess, account: string): Promise<void> {
  const known = await configuredAccounts(client);
  const isUnknown = known !== undefined && /^\d+$/.test(account) && !known.includes(account);
  if (isUnknown) throw new CommandProblem(exitCodes.notFound, notConfigured(account, known));
}

async function alarmOf(
  access: TemporalAccess,
  { workflowId, runId, type, typedSearchAttributes }: WorkflowExecutionInfo,
) {
  const run = await describeWorkflow(access.client, workflowId);
  const known = run && (await knownStatus(access, run));
  const details: WorkflowStatus | undefined =
    known === undefined || known.source === 'searchAttributes' ? undefined : known.status;
  const since = details?.['since'];
  return defined({
    type,
    workflowId,
    account: typedSearchAttributes.get(accountAttribute),
    state: details?.state ?? (known?.source === 'searchAttributes' ? known.state : undefined),
    since: typeof since === 'string' ? since : run?.startTime.toISOString(),
    what: whatIn(details),
    nextStep: details?.nextStep,
    sourceNote: known?.source === 'searchAttributes' ? known.why : undefined,
    link: workflowLink(access, workflowId, runId),
  });
}

/** The parts of a status, of which each kind of alarm has one list of its own. */
function whatIn(details: WorkflowStatus | undefined): readonly string[] {
  const count = details?.['count'];
  const items: readonly unknown[] = [details?.['missing'], details?.['groups']].flatMap((list) =>
    Array.isArray(list) ? list : [],
  );
  const counted = typeof count === 'number' ? [`${count} ${count === 1 ? 'message' : 'messages'} in the queue`] : [];
  return [...items.flatMap((item) => (isObject(item) ? [sentenceOf(item)] : [])), ...counted];
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
const textIn = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? `${value}` : '');

function sentenceOf(item: Readonly<Record<string, unknown>>): string {
  if ('refusals' in item) {
    const often = item['refusals'] === 1 ? 'once' : `${textIn(item['refusals'])} times`;
    return `reported ${often}: ${textIn(item['message'])}`;
  }
  const workflows = item['count'] === 1 ? 'workflow' : 'workflows';
  return `${textIn(item['workflowType'])}, ${textIn(item['count'])} ${workflows}: ${textIn(item['cause'])}`;
}

function unservedText({ taskQueue, state, what, nextStep }: UnservedQueue): string {
  return [
    strong(`task queue ${taskQueue}  ${state}`),
    ...what.flatMap((line) => wrapped(line, terminalWidth, '- ', '  ')),
    ...wrapped(nextStep, terminalWidth),
  ].join('\n');
}

function alarmText({ workflowId, state, since, what, nextStep, sourceNote, link }: Alarm, nowMs: number): string {
  const when = since === undefined ? '' : `, since ${clockTime(since, nowMs)}`;
  return [
    strong(`${printable(workflowId)}  ${printable(state ?? '')}${when}`),
    ...what.flatMap((line) => wrapped(printable(line), terminalWidth, '- ', '  ')),
    ...(nextStep === undefined ? [] : wrapped(printable(nextStep), terminalWidth)),
    ...(sourceNote === undefined ? [] : wrapped(`No more is known: ${printable(sourceNote)}`, terminalWidth)),
    ...(link === undefined ? [] : [link]),
  ].join('\n');
}
