import type { WorkflowExecutionInfo } from '@temporalio/client';
import { defined } from '../defined.ts';
import { listUrgentFirst, totalOf } from '../delivery/urgentFirst.ts';
import { listQuery, listWorkflows, type ListFilter } from '../delivery/workflows.ts';
import { searchAttributeTypes } from '../workflows/shared/searchAttributes.ts';
import { exitCodes, usageProblem, type CommandContext, type CommandResult } from './command.ts';
import type { ListColumn, Output } from './listNames.ts';
import { countText, grouped, listCsv, listDocument, listTable, totalsText } from './listOutput.ts';
import { rowOf, type ListRow } from './listRows.ts';
import type { TemporalFlags } from './options.ts';
import { screenSize } from './screen.ts';
import { refusalWords, withTemporal, type TemporalAccess } from './temporal.ts';

/** What `steward list` is given. */
export interface ListFlags extends ListFilter, TemporalFlags {
  /** Rows at most; absent where nobody said so. */
  readonly limit?: number;
  readonly output?: Output;
  readonly json?: true;
  readonly columns?: readonly ListColumn[];
  readonly wide?: true;
}

/** What was found: the rows that are shown, how many match in all, and that by urgency where they run. */
interface Found {
  readonly rows: readonly ListRow[];
  readonly total: number;
  readonly totals?: string;
}

const usualLimit = 50;
const pageSize = 1_000;
const progressEvery = 500;

/** Lists the workflows that the flags ask for: the most urgent first, or the newest first where they have ended. */
export async function list(flags: ListFlags, context: CommandContext): Promise<CommandResult> {
  return withTemporal(flags, context, async (access) => {
    const nowMs = Date.now();
    const ask = flags.closed === true ? newestRows : runningRows;
    const found = await ask(access, flags, context, nowMs).catch((error: unknown) => refused(error, access, flags));
    const { rows, total, totals } = found;
    const document = listDocument(rows, flags.columns);
    const hasMore = rows.length < total;
    const output = flags.json === true ? 'json' : (flags.output ?? 'table');
    if (output !== 'table' && hasMore) context.note(moreText(found));
    switch (output) {
      case 'json':
        return { text: '', document, exitCode: exitCodes.ok };
      case 'yaml':
        return { text: await yamlText(document), document, exitCode: exitCodes.ok };
      case 'csv':
        return { text: listCsv(rows, flags.columns), document, exitCode: exitCodes.ok };
      case 'table': {
        if (rows.length === 0) return { text: nothingText(flags), document, exitCode: exitCodes.ok };
        const { columns: width } = screenSize(context.environment);
        const { columns, wide, closed } = flags;
        const lines = listTable(rows, { ...defined({ columns, wide, closed }), width, nowMs });
        const below = hasMore ? moreText(found) : (totals ?? countText(rows.length, total));
        return { text: '', screen: [...lines, [{ text: below, style: 'dim' }]], document, exitCode: exitCodes.ok };
      }
    }
  });
}

function nothingText({ closed }: ListFlags): string {
  return closed === true ? 'No ended workflow matches.' : 'No running workflow matches; ended ones: --closed.';
}

function moreText({ rows, total, totals }: Found): string {
  const sentence = totals ?? `${countText(rows.length, total)}.`;
  return `${sentence} More: --limit ${total}, or narrow the list.`;
}

async function runningRows(
  access: TemporalAccess,
  flags: ListFlags,
  context: CommandContext,
  nowMs: number,
): Promise<Found> {
  const limits = { usual: usualLimit, ...defined({ most: flags.limit }) };
  if ((flags.limit ?? 0) > progressEvery) context.progress('reading the most urgent first');
  const asked = listUrgentFirst(access.client, listQuery(flags), limits, nowMs);
  const found = await asked.catch((error: unknown) => {
    if (refusalWords(error) === undefined) throw error;
    return undefined;
  });
  // A namespace in which no worker and no ingress ever ran has none of the search attributes, and nothing is urgent in it.
  if (found === undefined) return newestRows(access, flags, context, nowMs);
  const { rows, totals } = found;
  const total = Math.max(totalOf(totals), rows.length);
  return { rows: rows.map((row) => rowOf(row, access, nowMs)), total, totals: totalsText(rows.length, totals) };
}

async function newestRows(
  access: TemporalAccess,
  flags: ListFlags,
  context: CommandContext,
  nowMs: number,
): Promise<Found> {
  const limit = flags.limit ?? usualLimit;
  const query = listQuery(flags);
  const { count } = await access.client.workflow.count(query);
  const rows: WorkflowExecutionInfo[] = [];
  for await (const workflow of listWorkflows(access.client, query, Math.min(limit, pageSize))) {
    rows.push(workflow);
    if (rows.length % progressEvery === 0) context.progress(`${grouped(rows.length)} workflows read`);
    if (rows.length === limit) break;
  }
  const total = Math.max(count, rows.length);
  return { rows: rows.map((row) => rowOf(row, access, nowMs)), total };
}

/** Blames `--query` for what Temporal refuses only where the rest of the query is right. */
async function refused(error: unknown, { client }: TemporalAccess, flags: ListFlags): Promise<never> {
  const words = flags.query === undefined ? undefined : refusalWords(error);
  if (words === undefined) throw error;
  const { query: _query, ...others } = flags;
  await client.workflow.count(listQuery(others));
  // The position is one in the whole query, of which the operator wrote a part.
  const problem = words.replace(/ at position \d+/, '');
  const names = Object.keys(searchAttributeTypes).join(', ');
  throw usageProblem(
    `Temporal refuses --query: ${problem}. The steward’s attributes are ${names}; an example: --query 'StewardAttempt > 2'`,
  );
}

/** Loaded where it is needed: it takes as long as the rest of the command. */
async function yamlText(document: readonly object[]): Promise<string> {
  const { stringify } = await import('yaml');
  return stringify(document).trimEnd();
}
