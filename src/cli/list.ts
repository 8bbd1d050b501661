import { defined } from '../defined.ts';
import { listNewestFirst } from '../delivery/newestFirst.ts';
import { replacedRuns } from '../delivery/replacedRuns.ts';
import { grpcCodeOf } from '../delivery/unansweredCalls.ts';
import { urgent, type Urgency } from '../delivery/urgency.ts';
import { dueSoon, listUrgentFirst, totalOf } from '../delivery/urgentFirst.ts';
import { listQuery, type ListFilter } from '../delivery/workflows.ts';
import { searchAttributeTypes } from '../workflows/shared/searchAttributes.ts';
import { exitCodes, usageProblem, type CommandContext, type CommandResult } from './command.ts';
import type { ListColumn, Output } from './listNames.ts';
import { countText, grouped, listCsv, listDocument, listTable, totalsText } from './listOutput.ts';
import { rowOf, type ListRow } from './listRows.ts';
import type { TemporalFlags } from './options.ts';
import { pageText, type PageStart } from './pageToken.ts';
import { screenSize, type Line } from './screen.ts';
import { refusalWords, withTemporal, type TemporalAccess } from './temporal.ts';

/** What `steward list` is given. */
export interface ListFlags extends ListFilter, TemporalFlags {
  /** Rows at most; absent where nobody said so. */
  readonly limit?: number;
  /** Where the page before has ended. */
  readonly page?: PageStart;
  readonly output?: Output;
  readonly json?: true;
  readonly columns?: readonly ListColumn[];
  readonly wide?: true;
}

/** What was found: the rows that are shown, how many match in all, and that by urgency where they run. */
interface Found {
  /** Milliseconds since the epoch: what urgencies are judged by. */
  readonly nowMs: number;
  readonly rows: readonly ListRow[];
  readonly total: number;
  readonly totals?: Readonly<Record<Urgency, number>>;
  readonly next?: PageStart;
}

const usualLimit = 50;
/** gRPC's code by which Temporal refuses a page of its own that it cannot read: UNKNOWN. */
const unknownError = 2;
/** Lists above this take more than a moment. */
const longLimit = 500;

/** What a list is for programs: the rows, and how many there are beside them. */
function documentOf({ nowMs, rows, total, totals, next }: Found, { columns }: ListFlags) {
  return defined({
    /** ISO 8601: what the urgencies of all pages are judged by. */
    at: new Date(nowMs).toISOString(),
    /** How many match in all, on every page. */
    total,
    /** How many rows are here. */
    shown: rows.length,
    /** How many match in all, by urgency; absent where they have ended. */
    totals,
    /** Where the next page begins, for `--page`; absent on the last one. */
    next: next && pageText(next),
    rows: listDocument(rows, columns),
  });
}

/** A list, as programs get it. */
export type ListDocument = ReturnType<typeof documentOf>;

/** Lists the workflows that the flags ask for: the most urgent first, or the newest first where they have ended. */
export async function list(flags: ListFlags, context: CommandContext): Promise<CommandResult> {
  return withTemporal(flags, context, async (access) => {
    const { page, closed } = flags;
    const isNewest = closed === true || page?.kind === 'newest';
    if (page !== undefined && (closed === true) !== (page.kind === 'closed')) {
      const [whose, mend] =
        closed === true ? ['the workflows that run', 'Leave out --closed'] : ['those that have ended', 'Add --closed'];
      throw usageProblem(`This page is one of ${whose}. ${mend}, or begin again without --page.`);
    }
    const ask = isNewest ? newestRows : runningRows;
    const found = await ask(access, flags, context).catch((error: unknown) => refused(error, access, flags));
    const { rows, total, totals, next, nowMs } = found;
    const document = documentOf(found, flags);
    const output = flags.json === true ? 'json' : (flags.output ?? 'table');
    if (output !== 'table' && next !== undefined) context.note(moreText(found).join(' '));
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
        const { columns, wide } = flags;
        const lines = listTable(rows, { ...defined({ columns, wide, closed }), width, nowMs });
        const whole = totals === undefined ? countText(rows.length, total) : totalsText(rows.length, totals);
        const below = next === undefined ? [whole] : moreText(found);
        const screen = [...lines, ...below.map((text): Line => [{ text, style: 'dim' }])];
        return { text: '', screen, document, exitCode: exitCodes.ok };
      }
    }
  });
}

function nothingText({ closed, page }: ListFlags): string {
  if (page !== undefined) return 'No more workflow matches.';
  return closed === true ? 'No ended workflow matches.' : 'No running workflow matches; ended ones: --closed.';
}

/** How many there are beside those that are shown, and how to see them. */
function moreText({ rows, total, totals, next }: Found): readonly string[] {
  const sentence = totals === undefined ? `${countText(rows.length, total)}.` : totalsText(rows.length, totals);
  const page = next === undefined ? [] : [`Next page: --page ${pageText(next)}`];
  return [`${sentence} More: --limit ${total}, or narrow the list.`, ...page];
}

async function runningRows(access: TemporalAccess, flags: ListFlags, context: CommandContext): Promise<Found> {
  const { limit, page } = flags;
  if ((limit ?? 0) > longLimit) context.progress('reading the most urgent first');
  const limits = {
    most: limit ?? usualLimit,
    whole: limit === undefined ? urgent : dueSoon,
    ...(page?.kind === 'urgentFirst' && { after: page.after }),
  };
  const asked = listUrgentFirst(access.client, listQuery(flags), limits, Date.now());
  const found = await asked.catch((error: unknown) => {
    if (refusalWords(error) === undefined) throw error;
    return undefined;
  });
  // A namespace in which no worker and no ingress ever ran has none of the search attributes, and nothing is urgent in it.
  if (found === undefined) return newestRows(access, flags, context);
  const { rows, totals, nowMs, next } = found;
  return {
    nowMs,
    rows: rows.map((row) => rowOf(row, access, nowMs)),
    total: Math.max(totalOf(totals), rows.length),
    totals,
    ...(next !== undefined && { next: { kind: 'urgentFirst', after: next } }),
  };
}

async function newestRows(access: TemporalAccess, flags: ListFlags, context: CommandContext): Promise<Found> {
  const { limit = usualLimit, page } = flags;
  const query = listQuery(flags);
  const nowMs = Date.now();
  const { count } = await access.client.workflow.count(query);
  const { rows, next } = await listNewestFirst(access.client, query, limit, {
    ...(page !== undefined && page.kind !== 'urgentFirst' && { token: page.token }),
    progress: (read) => void (read > longLimit && context.progress(`${grouped(read)} workflows read`)),
  }).catch((error: unknown) => {
    // The server has counted them a moment ago: what it does not read is the page.
    if (page === undefined || grpcCodeOf(error) !== unknownError) throw error;
    throw usageProblem('Temporal does not know this page. Begin again without --page, with the same options.');
  });
  const replaced = await replacedRuns(access.client, rows);
  return {
    nowMs,
    rows: rows.map((row) => rowOf(row, access, nowMs, replaced)),
    total: Math.max(count, rows.length),
    ...(next !== undefined && { next: { kind: flags.closed === true ? 'closed' : 'newest', token: next } }),
  };
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
async function yamlText(document: object): Promise<string> {
  const { stringify } = await import('yaml');
  return stringify(document).trimEnd();
}
