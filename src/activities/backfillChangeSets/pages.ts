import { Context } from '@temporalio/activity';
import { defined } from '../../defined.ts';
import { failureTypeOf } from '../../failures.ts';
import type { MarketplaceCatalog } from '../../vendors/marketplaceCatalog/port.ts';
import type { ChangeSetRange, Cursor } from '../../workflows/backfillChangeSets/contract.ts';
import type { ListedChangeSet } from '../../workflows/shared/listedChangeSet.ts';
import { withHeartbeat } from '../heartbeat.ts';
import { listedChangeSet } from '../listedChangeSet.ts';
import { afterPage, afterRows, canRestart, unread, withoutToken } from './cursor.ts';

/** The counts of a walk and its place. Each step sends them as heartbeat. */
interface Progress {
  readonly cursor: Cursor;
}

/** A walk through the pages, and what is done with the rows. */
interface Walk<Counts extends Progress> {
  readonly catalog: Pick<MarketplaceCatalog, 'listChangeSetsPage' | 'expecting' | 'expects'>;
  readonly range: ChangeSetRange;
  /** How many rows the next step is about; 0 ends the walk here. */
  readonly stepSize: (counts: Counts) => number | Promise<number>;
  /** Handles rows that were not read before. The walk itself moves the place. */
  readonly handle: (counts: Counts, rows: readonly ListedChangeSet[]) => Promise<Counts>;
}

/** What is known of a walk before each page: how many follow is not. */
const onePage = { listings: 1 } as const;
/** Pages that one activity reads, so that no more than minutes of progress wait to be recorded. */
const pagesAtOnce = 10;
/** When long waits for a permit end the activity, in milliseconds: in good time before its own deadline. */
const endWithinMs = 240_000;

/**
 * Walks through the pages from a place. A cancellation ends the walk where it is, with what was counted. So does a failed
 * call once something was counted: the next attempt would lose it.
 * @param start the counts of the attempt before, or none.
 * @param isFresh true where nothing was counted before this call.
 * @throws the failure of the listing, where nothing was counted.
 */
export async function walkPages<Counts extends Progress>(
  start: Counts,
  isFresh: boolean,
  walk: Walk<Counts>,
): Promise<Counts> {
  const { catalog, range } = walk;
  let counts = start;
  try {
    await withHeartbeat(
      // A heartbeat without progress: else the next attempt would think that it has some to lose.
      () => (isFresh && counts === start ? undefined : counts),
      () =>
        catalog.expecting(range, onePage, async () => {
          for await (const next of steps(start, walk)) {
            counts = next;
            Context.current().heartbeat(counts);
          }
        }),
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
      const most = goesOn() ? await walk.stepSize(counts) : 0;
      const part = left.slice(0, most);
      if (part.length === 0) return;
      const handled = await walk.handle(counts, part);
      yield (counts = { ...handled, cursor: afterRows(counts.cursor, part) });
    }
    yield (counts = { ...counts, cursor: afterPage(counts.cursor, nextToken) });
  }
}

/** AWS does not document how long a token lives: after a refused one the listing begins again at what was read last. */
async function readPage<Counts extends Progress>({ catalog, range }: Walk<Counts>, cursor: Cursor) {
  const { statuses, to } = range;
  const { startedFrom, token } = cursor;
  catalog.expects(range, onePage);
  try {
    const page = await catalog.listChangeSetsPage(range, {
      statuses,
      startedFrom,
      startedBefore: to,
      ...defined({ nextToken: token }),
    });
    return { rows: page.rows.map(listedChangeSet), nextToken: page.nextToken };
  } catch (error) {
    if (token !== undefined && canRestart(cursor) && failureTypeOf(error) === 'RequestRejected') return 'refused';
    throw error;
  }
}
