import { Context } from '@temporalio/activity';
import { defined } from '../defined.ts';
import { failureTypeOf } from '../failures.ts';
import type { MarketplaceCatalog } from '../vendors/marketplaceCatalog/port.ts';
import {
  afterPage,
  afterRows,
  canRestart,
  unread,
  withoutToken,
  type Cursor,
  type FoundRow,
} from '../workflows/backfillChangeSets/cursor.ts';
import type { BackfillStatusName } from '../workflows/backfillChangeSets/contract.ts';
import { beating } from './heartbeat.ts';
import { plainRow } from './listedRows.ts';

/** Which part of a listing is read. Times are ISO 8601. */
export interface ChangeSetRange {
  readonly account: string;
  readonly catalog: string;
  readonly statuses: readonly BackfillStatusName[];
  /** Change sets that started before. */
  readonly to: string;
}

/** What a way through the pages keeps count of, beside its place. It is sent as heartbeat after every step. */
interface Progress {
  readonly cursor: Cursor;
}

/** A way through the pages, and what is done with the rows. */
interface Walk<Counts extends Progress> {
  readonly catalog: Pick<MarketplaceCatalog, 'listChangeSetsPage'>;
  readonly range: ChangeSetRange;
  /** How many rows the next step may take; 0 ends the way here. */
  readonly room: (counts: Counts) => number | Promise<number>;
  /** Takes rows that were not read before; the place is moved on by the way itself. */
  readonly take: (counts: Counts, rows: readonly FoundRow[]) => Promise<Counts>;
}

/** Pages that one activity reads, so that a progress of minutes is never out of snapshot. */
const pagesAtOnce = 10;
/** Long waits for a turn end the activity in good time before its own deadline, in milliseconds. */
const endWithinMs = 240_000;

/**
 * Goes on through the pages from a place. Cancelled, it ends where it is and gives what was counted; so it does when a
 * call fails once something was counted, since the next try would otherwise lose it.
 * @param start the counts of the try before, or none.
 * @param isFresh true where nothing was counted before this call.
 * @throws what the listing fails with, where nothing was counted.
 */
export async function walkPages<Counts extends Progress>(
  start: Counts,
  isFresh: boolean,
  walk: Walk<Counts>,
): Promise<Counts> {
  let counts = start;
  try {
    await beating(
      // No progress is told as none: else the next try would take itself for one that has some to lose.
      () => (isFresh && counts === start ? undefined : counts),
      async () => {
        for await (const next of steps(start, walk)) {
          counts = next;
          Context.current().heartbeat(counts);
        }
      },
    );
  } catch (error) {
    if (isFresh && counts === start) throw error;
  }
  return counts;
}

async function* steps<Counts extends Progress>(start: Counts, walk: Walk<Counts>): AsyncGenerator<Counts> {
  const { cancellationSignal } = Context.current();
  const endMs = performance.now() + endWithinMs;
  const goesOn = (): boolean => !cancellationSignal.aborted && performance.now() < endMs;
  let counts = start;
  for (let page = 0; page < pagesAtOnce && !counts.cursor.ended && goesOn(); page += 1) {
    const { cursor } = counts;
    const read = await readPage(walk, cursor);
    if (read === 'refused') {
      yield (counts = { ...counts, cursor: withoutToken(cursor) });
      continue;
    }
    const { rows, nextToken } = read;
    for (let left = unread(cursor, rows); left.length > 0; left = unread(counts.cursor, rows)) {
      const part = goesOn() ? left.slice(0, await walk.room(counts)) : [];
      if (part.length === 0) return;
      const taken = await walk.take(counts, part);
      yield (counts = { ...taken, cursor: afterRows(counts.cursor, part) });
    }
    yield (counts = { ...counts, cursor: afterPage(counts.cursor, nextToken) });
  }
}

/** How long a token lives is not documented: where one is refused, the listing begins again at what was read last. */
async function readPage<Counts extends Progress>({ catalog, range }: Walk<Counts>, cursor: Cursor) {
  const { statuses, to } = range;
  const { startedFrom, token } = cursor;
  try {
    const page = await catalog.listChangeSetsPage(range, {
      statuses,
      startedFrom,
      startedBefore: to,
      ...defined({ nextToken: token }),
    });
    return { rows: page.rows.map(plainRow), nextToken: page.nextToken };
  } catch (error) {
    if (token !== undefined && canRestart(cursor) && failureTypeOf(error) === 'RequestRejected') return 'refused';
    throw error;
  }
}
