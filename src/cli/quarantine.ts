import type { WorkflowExecutionDescription, WorkflowExecutionInfo } from '@temporalio/client';
import { defined } from '../defined.ts';
import { quarantinedByDigest } from '../delivery/quarantinedBytes.ts';
import { describeWorkflow, listQuery, listWorkflows } from '../delivery/workflows.ts';
import { heldEventsType } from '../workflows/heldEvents/contract.ts';
import { quarantinedEventType, quarantineWorkflowId } from '../workflows/quarantinedEvent/contract.ts';
import { accountAttribute, attentionAttribute, stateAttribute } from '../workflows/shared/searchAttributes.ts';
import { withoutMarks } from './detailsText.ts';
import { exitCodes, usageProblem, type CommandContext, type CommandResult } from './command.ts';
import { fittedTable, type FittedColumn } from './fittedTable.ts';
import { instant } from './format.ts';
import type { TemporalFlags } from './options.ts';
import { screenSize } from './screen.ts';
import { findWorkflow } from './status.ts';
import { withTemporal, workflowLink, type TemporalAccess } from './temporal.ts';

/** What `steward quarantine list` is given. */
export interface QuarantineListFlags extends TemporalFlags {
  readonly held?: true;
  readonly closed?: true;
  readonly limit: number;
  readonly json?: true;
}

const prefix = quarantineWorkflowId('');
/** So much of a digest is unique among all that are ever kept, in practice. */
const shownDigits = 12;
/** Fewer digits name too many. */
const digest = /^[\da-f]{6,64}$/;
const tooFewDigits = /^[\da-f]{1,5}$/;
/** So many are described at once. */
const atOnce = 8;

/** Finds the workflow that `steward quarantine` means: also by the beginning of the digest of its bytes. */
export async function findQuarantined(access: TemporalAccess, named: string): Promise<WorkflowExecutionDescription> {
  const digits = (named.startsWith(prefix) ? named.slice(prefix.length) : named).toLowerCase();
  if (tooFewDigits.test(digits)) {
    throw usageProblem(`${digits} is too short for a digest. Give six digits of it or more: steward quarantine list`);
  }
  if (!digest.test(digits)) return findWorkflow(access, named);
  const [id, ...others] = await quarantinedByDigest(access.client, digits);
  if (others.length > 0) {
    throw usageProblem(`${digits} begins the digest of several quarantined events. Give more of it.`);
  }
  return (id === undefined ? undefined : await describeWorkflow(access.client, id)) ?? findWorkflow(access, named);
}

/** One of the kept events, or a question about held ones, as programs get it. */
export type QuarantineRow = Awaited<ReturnType<typeof rowOf>>;

async function rowOf(access: TemporalAccess, workflow: WorkflowExecutionInfo) {
  const { type, workflowId, runId, status, startTime, closeTime, typedSearchAttributes: attributes } = workflow;
  const [found, summary] = await aboutOf(access, workflowId);
  return defined({
    type,
    workflowId,
    runId,
    status: status.name,
    state: attributes.get(stateAttribute),
    account: attributes.get(accountAttribute),
    attention: attributes.get(attentionAttribute),
    receivedAt: startTime.toISOString(),
    endedAt: closeTime?.toISOString(),
    summary,
    reason: found,
    link: workflowLink(access, workflowId, runId),
  });
}

/** Why the bytes were kept and what they are, as their workflow was started: no worker is asked. */
async function aboutOf({ client }: TemporalAccess, workflowId: string): Promise<ReadonlyArray<string | undefined>> {
  const description = await describeWorkflow(client, workflowId);
  const details = await description?.staticDetails().catch(() => undefined);
  const summary = await description?.staticSummary().catch(() => undefined);
  const reason = /\*\*Reason:\*\* (.*)/.exec(details ?? '')?.[1];
  return [reason === undefined ? undefined : withoutMarks(reason), summary];
}

/** `steward quarantine list`: the bytes that need an answer and the questions about held ones; or each of the held ones. */
export async function listQuarantine(flags: QuarantineListFlags, context: CommandContext): Promise<CommandResult> {
  return withTemporal(flags, context, async (access) => {
    const closed = defined({ closed: flags.closed });
    const queries =
      flags.held === true
        ? [listQuery({ type: quarantinedEventType, state: 'held', ...closed })]
        : [
            `${listQuery({ type: quarantinedEventType, ...closed })} AND ${stateAttribute.name}!="held"`,
            listQuery({ type: heldEventsType, ...closed }),
          ];
    const found: WorkflowExecutionInfo[] = [];
    let total = 0;
    for (const query of queries) {
      total += (await access.client.workflow.count(query)).count;
      for await (const workflow of listWorkflows(access.client, query, Math.min(flags.limit, 1000))) {
        if (found.length >= flags.limit) break;
        found.push(workflow);
      }
    }
    const rows: QuarantineRow[] = [];
    for (let from = 0; from < found.length; from += atOnce) {
      context.progress(`${from} of ${found.length} read`);
      rows.push(...(await Promise.all(found.slice(from, from + atOnce).map((one) => rowOf(access, one)))));
    }
    if (total > rows.length) context.note(`${rows.length} of ${total}; raise --limit to see more`);
    const [first] = rows;
    if (first === undefined) return { text: nothingText(flags), document: rows, exitCode: exitCodes.ok };
    const lines = fittedTable(columns, rows, screenSize(context.environment).columns);
    const below = `See one with its bytes: steward quarantine show ${shortId(first)}${access.flagsAgain}`;
    return { text: '', screen: [...lines, [], [{ text: below }]], document: rows, exitCode: exitCodes.ok };
  });
}

function shortId({ type, workflowId }: Pick<QuarantineRow, 'type' | 'workflowId'>): string {
  const digits = workflowId.slice(prefix.length);
  return type === quarantinedEventType && digest.test(digits) ? digits.slice(0, shownDigits) : workflowId;
}

const columns: ReadonlyArray<FittedColumn<QuarantineRow>> = [
  { heading: 'STATE', value: ({ state }) => state ?? '' },
  { heading: 'NEEDS YOU', value: ({ attention, endedAt }) => (attention === true && !endedAt ? 'yes' : '') },
  { heading: 'RECEIVED', value: ({ receivedAt }) => instant(new Date(receivedAt)) },
  { heading: 'WHY', value: ({ reason, summary }) => reason ?? summary ?? '', least: 16 },
  { heading: 'ID', value: shortId, isWhole: true },
];

function nothingText({ held, closed }: QuarantineListFlags): string {
  if (closed === true) return 'Nothing that was kept has ended.';
  return held === true ? 'No bytes are held.' : 'Nothing is quarantined, and no events are held.';
}
