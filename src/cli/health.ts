import type { WorkflowExecutionInfo } from '@temporalio/client';
import { defined } from '../defined.ts';
import { configuredAccounts } from '../delivery/configuredAccounts.ts';
import { describeWorkflow, listQuery, listWorkflows } from '../delivery/workflows.ts';
import { accountHealthType } from '../workflows/accountHealth/contract.ts';
import { deadLetterQueueType } from '../workflows/deadLetterQueue/contract.ts';
import { failingTasksType } from '../workflows/failingTasks/contract.ts';
import { accountAttribute } from '../workflows/shared/searchAttributes.ts';
import { CommandProblem, exitCodes, type CommandContext, type CommandResult } from './command.ts';
import { instant, printable, strong, terminalWidth, wrapped } from './format.ts';
import type { TemporalFlags } from './options.ts';
import { knownStatus, type WorkflowStatus } from './status.ts';
import { withTemporal, workflowLink, type TemporalAccess } from './temporal.ts';
import { notConfigured } from './unknownAccount.ts';

/** What `steward health` is given. */
export interface HealthFlags extends TemporalFlags {
  readonly json?: true;
}

/** What is the matter with an account, a queue or the workers, in words. */
type Alarm = Awaited<ReturnType<typeof alarmOf>>;

const alarmTypes = [accountHealthType, deadLetterQueueType, failingTasksType];
/** There is one alarm for each account and kind of failure. */
const mostShown = 100;

/** `steward health`: the alarms that are open, each with what somebody has to do. */
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
      total += (await access.client.workflow.count(query)).count;
      for await (const one of listWorkflows(access.client, query, mostShown)) {
        if (found.length === mostShown) break;
        found.push(one);
      }
    }
    const alarms: Alarm[] = [];
    for (const one of found) {
      context.progress(`${alarms.length} of ${found.length} alarms read`);
      alarms.push(await alarmOf(access, one));
    }
    if (account !== undefined && alarms.length === 0) await requireConfigured(access, account);
    const more = total > found.length ? [`and ${total - found.length} more: steward list${access.flagsAgain}`] : [];
    const whose = account === undefined ? '' : ` of ${printable(account)}`;
    const text =
      alarms.length === 0
        ? `No alarm${whose} is open: no vendor refuses calls or fails them for long${account === undefined ? ', no dead-letter queue is filled, and no workflow task fails' : ''}.`
        : [...alarms.map(alarmText), ...more].join('\n\n');
    return { text, document: alarms, exitCode: alarms.length === 0 ? exitCodes.ok : exitCodes.failed };
  });
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
  if ('refusals' in item) return `reported ${textIn(item['refusals'])} times: ${textIn(item['message'])}`;
  return `${textIn(item['workflowType'])}, ${textIn(item['count'])} workflows: ${textIn(item['cause'])}`;
}

function alarmText({ workflowId, state, since, what, nextStep, sourceNote, link }: Alarm): string {
  const when = since === undefined ? '' : `, since ${instant(new Date(since))}`;
  return [
    strong(`${printable(workflowId)}  ${printable(state ?? '')}${when}`),
    ...what.flatMap((line) => wrapped(printable(line), terminalWidth, '- ', '  ')),
    ...(nextStep === undefined ? [] : wrapped(printable(nextStep), terminalWidth)),
    ...(sourceNote === undefined ? [] : wrapped(`No more is known: ${printable(sourceNote)}`, terminalWidth)),
    ...(link === undefined ? [] : [link]),
  ].join('\n');
}
