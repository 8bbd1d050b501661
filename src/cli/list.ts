import type { WorkflowExecutionInfo } from '@temporalio/client';
import { defined } from '../defined.ts';
import { reportedCause } from '../delivery/taskProblems.ts';
import { listQuery, listWorkflows, type ListFilter } from '../delivery/workflows.ts';
import {
  accountAttribute,
  attemptAttribute,
  attentionAttribute,
  dueAtAttribute,
  stateAttribute,
} from '../workflows/shared/searchAttributes.ts';
import { exitCodes, type CommandContext, type CommandResult } from './command.ts';
import { instant, table, type Column } from './format.ts';
import type { TemporalFlags } from './options.ts';
import { withTemporal, workflowLink, type TemporalAccess } from './temporal.ts';

/** What `steward list` is given. */
export interface ListFlags extends ListFilter, TemporalFlags {
  readonly limit: number;
  readonly json?: true;
}

const progressEvery = 500;

/** Lists the workflows that the flags ask for, at most `limit`; a note says where there are more. */
export async function list(flags: ListFlags, context: CommandContext): Promise<CommandResult> {
  return withTemporal(flags, context, async (access) => {
    const rows: Row[] = [];
    let more = false;
    const found = listWorkflows(access.client, listQuery(flags), Math.min(flags.limit + 1, 1000));
    for await (const workflow of found) {
      if (rows.length === flags.limit) {
        more = true;
        break;
      }
      rows.push(rowOf(workflow, access));
      if (rows.length % progressEvery === 0) context.progress(`${rows.length} workflows read`);
    }
    if (more) context.note(`the first ${flags.limit} of more; raise --limit, or narrow the list`);
    return { text: rendered(rows, flags), document: rows, exitCode: exitCodes.ok };
  });
}

type Row = ReturnType<typeof rowOf>;

function rowOf(workflow: WorkflowExecutionInfo, access: TemporalAccess) {
  const { type, workflowId, runId, status, startTime, typedSearchAttributes: attributes } = workflow;
  return defined({
    type,
    workflowId,
    runId,
    /** Temporal's own status. */
    status: status.name,
    state: attributes.get(stateAttribute),
    account: attributes.get(accountAttribute),
    attention: attributes.get(attentionAttribute),
    /** Why its workflow task fails, where it does. */
    problem: reportedCause(workflow),
    attempt: attributes.get(attemptAttribute),
    dueAt: attributes.get(dueAtAttribute)?.toISOString(),
    startedAt: startTime.toISOString(),
    link: workflowLink(access, workflowId, runId),
  });
}

function rendered(rows: readonly Row[], flags: ListFlags): string {
  if (rows.length === 0) {
    return flags.closed === true ? 'No ended workflow matches.' : 'No running workflow matches; ended ones: --closed.';
  }
  const columns: Array<Column<Row>> = [
    { heading: 'STATE', value: (row) => row.state ?? '' },
    { heading: 'NEEDS YOU', value: (row) => (row.attention === true || row.problem !== undefined ? 'yes' : '') },
    ...(rows.some((row) => row.problem !== undefined)
      ? [{ heading: 'TASK FAILS', value: (row: Row) => row.problem ?? '' }]
      : []),
    { heading: 'ATTEMPT', value: (row) => row.attempt?.toString() ?? '' },
    { heading: 'DUE', value: (row) => seconds(row.dueAt) },
    { heading: 'STARTED', value: (row) => seconds(row.startedAt) },
    ...(flags.closed === true ? [{ heading: 'ENDED AS', value: (row: Row) => row.status }] : []),
    { heading: 'ACCOUNT', value: (row) => row.account ?? '' },
    { heading: 'TYPE', value: (row) => row.type },
    { heading: 'WORKFLOW', value: (row) => row.workflowId },
  ];
  const linked = rows.some((row) => row.link !== undefined);
  return table(
    linked ? [...columns, { heading: 'LINK', value: (row) => row.link ?? '', isLink: true }] : columns,
    rows,
  );
}

function seconds(iso: string | undefined): string {
  return iso === undefined ? '' : instant(new Date(iso));
}
