import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { defined } from '../defined.ts';
import { attentionAttribute, dueAtAttribute, stateAttribute } from '../workflows/shared/searchAttributes.ts';
import { reportedCause } from './taskProblems.ts';
import { orderWithin, type Matter, type UrgencyPart } from './urgency.ts';
import { listWorkflows } from './workflows.ts';

/** Where a row stands among those of its part; times are milliseconds since the epoch. */
export interface RowPlace {
  readonly dueAtMs?: number;
  readonly startedAtMs: number;
  readonly runId: string;
}

/** The most that the server gives at once. */
export const serverPageSize = 1_000;
/** The last instant that a search attribute takes (RFC 3339), in milliseconds. */
const lastMs = Date.parse('9999-12-31T23:59:59Z');

const iso = (ms: number): string => `"${new Date(ms).toISOString()}"`;

/** What the urgency of a row follows from. */
export function matterOf(workflow: WorkflowExecutionInfo): Matter {
  const attributes = workflow.typedSearchAttributes;
  return {
    fails: reportedCause(workflow) !== undefined,
    startedAtMs: workflow.startTime.getTime(),
    ...defined({
      attention: attributes.get(attentionAttribute),
      dueAtMs: attributes.get(dueAtAttribute)?.getTime(),
      state: attributes.get(stateAttribute),
    }),
  };
}

/** Where a row stands. */
export function placeOf({ typedSearchAttributes, startTime, runId }: WorkflowExecutionInfo): RowPlace {
  const dueAtMs = typedSearchAttributes.get(dueAtAttribute)?.getTime();
  return { startedAtMs: startTime.getTime(), runId, ...defined({ dueAtMs }) };
}

/** The order of a part: no two rows have the same place. */
function placeOrder(one: RowPlace, other: RowPlace): number {
  return orderWithin(one, other) || (one.runId < other.runId ? -1 : Number(one.runId > other.runId));
}

/** How many workflows a visibility query has. */
export async function countOf(client: Client, query: string): Promise<number> {
  return (await client.workflow.count(query)).count;
}

/**
 * The end of a range of time that holds at least so many of the rows that come first, and few more: the server counts
 * quickly, and gives rows by their start alone, the newest first.
 */
async function boundOf(
  client: Client,
  query: string,
  attribute: string,
  { wanted, most, fromMs }: { readonly wanted: number; readonly most: number; readonly fromMs: number },
): Promise<string> {
  let low = fromMs;
  let high = lastMs;
  const conditionTo = (ms: number): string => `${query} AND ${attribute} <= ${iso(ms)}`;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    const count = await countOf(client, conditionTo(middle));
    if (count < wanted) low = middle;
    else if (count > most) high = middle;
    else return conditionTo(middle);
  }
  return conditionTo(high);
}

/** Which rows of a part are wanted. */
export interface Wanted {
  /** So many rows, the first of them. */
  readonly wanted: number;
  /** How many the query has, where that is known. */
  readonly count?: number;
  /** Only those behind this place. */
  readonly after?: RowPlace;
  /** So many rows more than wanted are read and ordered here, before the server is asked which come first. */
  readonly pageSize?: number;
}

/**
 * The first rows of a query in the order of a part. All that the server may have at one instant are read, since any of
 * them may be the first; no more than a page beyond those that are wanted is kept.
 */
export async function firstRows(
  client: Client,
  query: string,
  orderedBy: UrgencyPart['orderedBy'],
  { wanted, count: known, after, pageSize = serverPageSize }: Wanted,
): Promise<readonly WorkflowExecutionInfo[]> {
  const attribute = orderedBy === 'due' ? dueAtAttribute.name : 'StartTime';
  const fromMs = after === undefined ? undefined : orderedBy === 'due' ? after.dueAtMs : after.startedAtMs;
  const from = fromMs === undefined ? query : `${query} AND ${attribute} >= ${iso(fromMs)}`;
  // The server counts those of that instant too, which may stand before the place.
  const [count, same] = await Promise.all([
    known ?? countOf(client, from),
    fromMs === undefined ? 0 : countOf(client, `${from} AND ${attribute} < ${iso(fromMs + 1)}`),
  ]);
  if (count === 0 || wanted === 0) return [];
  const least = wanted + same;
  const bounds = { wanted: least, most: least + pageSize, fromMs: fromMs ?? 0 };
  const bounded = count <= bounds.most ? from : await boundOf(client, from, attribute, bounds);
  let kept: Array<{ readonly row: WorkflowExecutionInfo; readonly place: RowPlace }> = [];
  const keepFirst = (): void => {
    kept = kept.toSorted((one, other) => placeOrder(one.place, other.place)).slice(0, wanted);
  };
  for await (const row of listWorkflows(client, bounded, Math.min(pageSize, serverPageSize))) {
    const place = placeOf(row);
    if (after === undefined || placeOrder(place, after) > 0) kept.push({ row, place });
    if (kept.length > 2 * wanted + pageSize) keepFirst();
  }
  keepFirst();
  return kept.map(({ row }) => row);
}

/** The first rows of a visibility query by due date or by start, and how many there are in all. */
export async function listFirst(
  client: Client,
  query: string,
  orderedBy: UrgencyPart['orderedBy'],
  wanted: number,
): Promise<{ readonly total: number; readonly rows: readonly WorkflowExecutionInfo[] }> {
  const count = await countOf(client, query);
  const rows = await firstRows(client, query, orderedBy, { wanted, count });
  return { total: Math.max(count, rows.length), rows };
}
