import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { defined } from '../defined.ts';
import { attentionAttribute, dueAtAttribute, stateAttribute } from '../workflows/shared/searchAttributes.ts';
import { reportedCause } from './taskProblems.ts';
import {
  urgencies,
  urgencyOrder,
  urgencyParts,
  urgent,
  type Matter,
  type Urgency,
  type UrgencyPart,
} from './urgency.ts';
import { listWorkflows } from './workflows.ts';

/** Workflows that run, the most urgent first, and how many there are of each urgency. */
export interface UrgentFirst {
  readonly rows: readonly WorkflowExecutionInfo[];
  readonly totals: Readonly<Record<Urgency, number>>;
  /** Milliseconds since the epoch: what the urgencies were judged by. */
  readonly nowMs: number;
}

/** How many rows are wanted. */
export interface Limits {
  /** At most so many in all; what is overdue or due today is there nevertheless. */
  readonly most?: number;
  /** Where `most` is absent: at most so many in all, unless more are urgent. */
  readonly usual: number;
}

/** Of each part of an urgency, at most: every list has a bound. */
const mostUrgent = 1_000;
/** The most that the server gives at once. */
const pageSize = 1_000;
/** The last instant that a search attribute takes (RFC 3339), in milliseconds. */
const lastMs = Date.parse('9999-12-31T23:59:59Z');

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

/** The room that is left for rows of an urgency, after so many rows. */
function roomFor(urgency: Urgency, { most, usual }: Limits, taken: number): number {
  if (most === undefined) return urgent.has(urgency) ? mostUrgent : Math.max(0, usual - taken);
  const left = Math.max(0, most - taken);
  return urgency === 'overdue' || urgency === 'dueToday' ? Math.max(left, mostUrgent) : left;
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
  { wanted, most }: { readonly wanted: number; readonly most: number },
): Promise<string> {
  let low = 0;
  let high = lastMs;
  const conditionTo = (ms: number): string => `${query} AND ${attribute} <= "${new Date(ms).toISOString()}"`;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    const count = await countOf(client, conditionTo(middle));
    if (count < wanted) low = middle;
    else if (count > most) high = middle;
    else return conditionTo(middle);
  }
  return conditionTo(high);
}

/** The first rows of a part, in any order, and maybe more. */
async function firstOf(
  client: Client,
  query: string,
  orderedBy: UrgencyPart['orderedBy'],
  { count, wanted, readAtOnce }: { readonly count: number; readonly wanted: number; readonly readAtOnce: number },
): Promise<WorkflowExecutionInfo[]> {
  const attribute = orderedBy === 'due' ? dueAtAttribute.name : 'StartTime';
  const most = readAtOnce + wanted;
  const bounded = count <= most ? query : await boundOf(client, query, attribute, { wanted, most });
  const rows: WorkflowExecutionInfo[] = [];
  for await (const row of listWorkflows(client, bounded, pageSize)) {
    rows.push(row);
    // Many may have the same instant, and visibility grows meanwhile.
    if (rows.length === 2 * most) break;
  }
  return rows;
}

/**
 * Lists workflows that run, the most urgent first. Each urgency has queries of its own, so that nothing newer hides what
 * is overdue or needs somebody.
 * @param query a visibility query, to which conditions can be added with AND.
 * @param readAtOnce so many more rows than wanted are read and ordered here, before the server is asked which come first.
 */
export async function listUrgentFirst(
  client: Client,
  query: string,
  limits: Limits,
  nowMs: number,
  readAtOnce = pageSize,
): Promise<UrgentFirst> {
  const counted = await Promise.all(
    urgencyParts(nowMs).map(async (part) => {
      const own = `${query} AND ${part.condition}`;
      return { part, own, count: await countOf(client, own) };
    }),
  );
  const totals: Record<Urgency, number> = { overdue: 0, dueToday: 0, needsDecision: 0, waiting: 0, informational: 0 };
  let taken = 0;
  const wanted = counted.map(({ part, own, count }) => {
    totals[part.urgency] += count;
    const share = Math.min(count, roomFor(part.urgency, limits, taken));
    taken += share;
    return { part, own, count, share };
  });
  const found = await Promise.all(
    wanted.map(async ({ part, own, count, share }) => {
      if (share === 0) return [];
      const rows = await firstOf(client, own, part.orderedBy, { count, wanted: share, readAtOnce });
      return rows
        .map((row) => ({ row, matter: matterOf(row) }))
        .toSorted((one, other) => urgencyOrder(one.matter, other.matter, nowMs))
        .slice(0, share);
    }),
  );
  // A workflow may have moved from one part to another between two answers.
  const once = new Map(found.flat().map((one) => [one.row.runId, one]));
  const rows = [...once.values()].toSorted((one, other) => urgencyOrder(one.matter, other.matter, nowMs));
  return { rows: rows.map(({ row }) => row), totals, nowMs };
}

/** The first rows of a visibility query by due date or by start, and how many there are in all. */
export async function listFirst(
  client: Client,
  query: string,
  orderedBy: UrgencyPart['orderedBy'],
  wanted: number,
): Promise<{ readonly total: number; readonly rows: readonly WorkflowExecutionInfo[] }> {
  const count = await countOf(client, query);
  if (count === 0 || wanted === 0) return { total: count, rows: [] };
  const rows = await firstOf(client, query, orderedBy, { count, wanted, readAtOnce: pageSize });
  const place = (row: WorkflowExecutionInfo): number => {
    const { dueAtMs = Number.MAX_VALUE, startedAtMs } = matterOf(row);
    return orderedBy === 'due' ? dueAtMs : startedAtMs;
  };
  const first = rows.toSorted((one, other) => place(one) - place(other)).slice(0, wanted);
  return { total: Math.max(count, first.length), rows: first };
}

/** How many there are in all. */
export function totalOf(totals: UrgentFirst['totals']): number {
  return urgencies.reduce((sum, urgency) => sum + totals[urgency], 0);
}
