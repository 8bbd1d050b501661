import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { defined } from '../defined.ts';
import { countOf, firstRows, placeOf, serverPageSize, type RowPlace } from './firstRows.ts';
import { urgencies, urgencyParts, type Urgency } from './urgency.ts';

/** A row in the order of lists: what comes behind it is the next page. */
export interface ListPosition extends RowPlace {
  /** Milliseconds since the epoch: what the urgencies of all pages are judged by, so that time moves no row between two. */
  readonly nowMs: number;
  /** The part that the row is of, by its index. */
  readonly part: number;
}

/** Workflows that run, the most urgent first, and how many there are of each urgency. */
export interface UrgentFirst {
  readonly rows: readonly WorkflowExecutionInfo[];
  readonly totals: Readonly<Record<Urgency, number>>;
  /** Milliseconds since the epoch: what the urgencies were judged by. */
  readonly nowMs: number;
  /** Where the next page begins; absent where no row is left. */
  readonly next?: ListPosition;
}

/** How many rows are wanted. */
export interface Limits {
  /** At most so many in all, unless more are of the urgencies that are shown whole. */
  readonly most: number;
  /** The urgencies of which every row is shown: the first ones. */
  readonly whole: ReadonlySet<Urgency>;
  /** At most so many at once, however urgent: a page ends there, and says where the next one begins. */
  readonly atOnce?: number;
  /** Behind the last row of the page before. */
  readonly after?: ListPosition;
  /** Rows that the server gives at once. */
  readonly pageSize?: number;
}

/** What no limit of an operator hides. */
export const dueSoon: ReadonlySet<Urgency> = new Set<Urgency>(['overdue', 'dueToday']);
/** So many rows fit into the memory of a command. */
const usualAtOnce = 100_000;

/** The room that is left for rows of an urgency, after so many rows. */
function roomFor(urgency: Urgency, { most, whole, atOnce = usualAtOnce }: Limits, taken: number): number {
  return Math.max(0, Math.min(atOnce, whole.has(urgency) ? atOnce : most) - taken);
}

/**
 * Lists workflows that run, the most urgent first. Each urgency has queries of its own, so that nothing newer hides what
 * is overdue or needs somebody.
 * @param query a visibility query, to which conditions can be added with AND.
 * @param askedAtMs milliseconds since the epoch; for a further page the time of the first one counts.
 */
export async function listUrgentFirst(
  client: Client,
  query: string,
  limits: Limits,
  askedAtMs: number,
): Promise<UrgentFirst> {
  const { after, pageSize = serverPageSize } = limits;
  const nowMs = after?.nowMs ?? askedAtMs;
  const parts = urgencyParts(nowMs).map((part, index) => ({ ...part, index, own: `${query} AND ${part.condition}` }));
  const counted = await Promise.all(parts.map(async (part) => ({ ...part, count: await countOf(client, part.own) })));
  const totals: Record<Urgency, number> = { overdue: 0, dueToday: 0, needsDecision: 0, waiting: 0, informational: 0 };
  for (const { urgency, count } of counted) totals[urgency] += count;

  /** One more than is shown: whether there is a next page. */
  const read = async ({ own, orderedBy, index, count }: (typeof counted)[number], share: number) => {
    const from = index === after?.part ? { after } : { count };
    return share === 0 ? [] : firstRows(client, own, orderedBy, { wanted: share + 1, pageSize, ...from });
  };
  const [begun] = after === undefined ? [] : counted.filter(({ index }) => index === after.part);
  // How many of it are left is known only once they are read.
  const firstRoom = begun === undefined ? 0 : roomFor(begun.urgency, limits, 0);
  const firstFound = begun === undefined ? [] : await read(begun, firstRoom);
  let taken = Math.min(firstFound.length, firstRoom);
  const shares = counted
    .filter(({ index }) => index > (after?.part ?? -1))
    .map((part) => {
      const share = Math.min(part.count, roomFor(part.urgency, limits, taken));
      taken += share;
      return { part, share };
    });
  const others = shares.map(async ({ part, share }) => ({ part, share, found: await read(part, share) }));
  const found = [
    ...(begun === undefined ? [] : [{ part: begun, share: firstRoom, found: firstFound }]),
    ...(await Promise.all(others)),
  ];
  const isMore = found.some((one) => (one.share === 0 ? one.part.count > 0 : one.found.length > one.share));
  const placed = found.flatMap((one) =>
    one.found.slice(0, one.share).map((row) => ({ row, position: { ...placeOf(row), nowMs, part: one.part.index } })),
  );
  // A workflow may have moved from one part to another between two answers: it is shown where it stands first.
  const rows = [...Map.groupBy(placed, ({ row }) => row.runId).values()].flatMap(([first]) => first?.row ?? []);
  return { rows, totals, nowMs, ...defined({ next: isMore ? (placed.at(-1)?.position ?? after) : undefined }) };
}

/** How many there are in all. */
export function totalOf(totals: UrgentFirst['totals']): number {
  return urgencies.reduce((sum, urgency) => sum + totals[urgency], 0);
}
