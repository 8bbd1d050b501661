import type { WorkflowExecutionDescription, WorkflowExecutionInfo } from '@temporalio/client';
import { defined } from '../defined.ts';
import { listNewestFirst } from '../delivery/newestFirst.ts';
import { quarantinedByDigest } from '../delivery/quarantinedBytes.ts';
import { grpcCodeOf } from '../delivery/unansweredCalls.ts';
import { describeWorkflow, listQuery } from '../delivery/workflows.ts';
import { heldEventsType } from '../workflows/heldEvents/contract.ts';
import { quarantinedEventType, quarantineWorkflowId } from '../workflows/quarantinedEvent/contract.ts';
import { accountAttribute, attentionAttribute, stateAttribute } from '../workflows/shared/searchAttributes.ts';
import { withoutMarks } from './detailsText.ts';
import { exitCodes, usageProblem, type CommandContext, type CommandProblem, type CommandResult } from './command.ts';
import { fittedTable, type FittedColumn } from './fittedTable.ts';
import { instant } from './format.ts';
import { countText } from './listOutput.ts';
import type { TemporalFlags } from './options.ts';
import { pageText, type PageStart } from './pageToken.ts';
import { screenSize } from './screen.ts';
import { findWorkflow } from './status.ts';
import { withTemporal, workflowLink, type TemporalAccess } from './temporal.ts';

/** What `steward quarantine list` is given. */
export interface QuarantineListFlags extends TemporalFlags {
  readonly held?: true;
  readonly closed?: true;
  readonly limit: number;
  /** Where the page before has ended. */
  readonly page?: PageStart;
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
/** gRPC's code by which Temporal refuses a page of its own that it cannot read: UNKNOWN. */
const unknownError = 2;

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

/** The visibility query of the list: one for all that it has, so that its pages are one order. */
function queryOf({ held, closed }: QuarantineListFlags): string {
  const which = defined({ closed });
  if (held === true) return listQuery({ type: quarantinedEventType, state: 'held', ...which });
  const kept = `WorkflowType = "${quarantinedEventType}" AND ${stateAttribute.name} != "held"`;
  return listQuery({ ...which, query: `(${kept}) OR WorkflowType = "${heldEventsType}"` });
}

/**
 * `steward quarantine list`: the bytes that need an answer and the questions about held ones; or each of the held ones. The
 * newest come first, and every other on a page of its own.
 */
export async function listQuarantine(flags: QuarantineListFlags, context: CommandContext): Promise<CommandResult> {
  return withTemporal(flags, context, async (access) => {
    const { closed, limit, page } = flags;
    const kind = closed === true ? 'closed' : 'newest';
    if (page?.kind === 'urgentFirst' || (page !== undefined && page.kind !== kind)) throw unknownPage();
    const query = queryOf(flags);
    const { count } = await access.client.workflow.count(query);
    const asked = listNewestFirst(access.client, query, limit, defined({ token: page?.token }));
    const { rows: found, next } = await asked.catch((error: unknown) => {
      throw page !== undefined && grpcCodeOf(error) === unknownError ? unknownPage() : error;
    });
    const rows: QuarantineRow[] = [];
    for (let from = 0; from < found.length; from += atOnce) {
      context.progress(`${from} of ${found.length} read`);
      rows.push(...(await Promise.all(found.slice(from, from + atOnce).map((one) => rowOf(access, one)))));
    }
    const more = next === undefined ? [] : [`Next page: --page ${pageText({ kind, token: next })}`];
    if (flags.json === true && next !== undefined) context.note([`${rows.length} of ${count}.`, ...more].join(' '));
    if (rows.length === 0) return { text: nothingText(flags), document: rows, exitCode: exitCodes.ok };
    const lines = fittedTable(columns, rows, screenSize(context.environment).columns);
    const shown = countText(rows.length, Math.max(count, rows.length));
    // What asks about held events keeps no bytes itself.
    const withBytes = rows.filter(({ type }) => type === quarantinedEventType);
    const shownFirst = withBytes.find(({ attention }) => attention === true) ?? withBytes[0];
    const below = [
      ...(next === undefined && page === undefined ? [] : [`${shown}.`, ...more]),
      shownFirst === undefined
        ? `Each event with its bytes: steward quarantine list --held${access.flagsAgain}`
        : `See one with its bytes: steward quarantine show ${shortId(shownFirst)}${access.flagsAgain}`,
    ];
    const screen = [...lines, [], ...below.map((text) => [{ text }])];
    return { text: '', screen, document: rows, exitCode: exitCodes.ok };
  });
}

function unknownPage(): CommandProblem {
  return usageProblem('This is no page of this list. Begin again without --page, with the same options.');
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
