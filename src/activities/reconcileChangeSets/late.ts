import pMap, { pMapSkip } from 'p-map';
import { failureTypeOf } from '../../failures.ts';
import type { CatalogListing, CatalogScope, MarketplaceCatalog } from '../../vendors/marketplaceCatalog/port.ts';
import { slowestOf } from '../../workflows/changeSetRemediation/changeTypes.ts';
import { usualMs } from '../../workflows/changeSetRemediation/changeTypes/durations.ts';
import { readMarker } from '../../workflows/changeSetRemediation/lineage.ts';
import { listedChangeSet } from '../listedChangeSet.ts';
import type { ListedChangeSet } from '../../workflows/shared/listedChangeSet.ts';

/** Rows that one check asks AWS about; the next check begins elsewhere, so that none is left out for good. */
const mostDescribed = 20;
/** At once: live events come first. */
const atOnce = 2;
/** How far the rows move on from one check to the next, in milliseconds: the schedule's own interval. */
const turnMs = 15 * 60_000;

const startMs = ({ startTime }: CatalogListing): number => Date.parse(startTime ?? '');

/** So many rows, another part of them at every turn. */
function partOf(rows: readonly CatalogListing[], nowMs: number): readonly CatalogListing[] {
  if (rows.length <= mostDescribed) return rows;
  const first = (Math.floor(nowMs / turnMs) * mostDescribed) % rows.length;
  return [...rows.slice(first), ...rows.slice(0, first)].slice(0, mostDescribed);
}

/**
 * The change sets of an account in PREPARING or APPLYING that take longer than the slowest of their changes usually does,
 * and that no workflow has. A successor has its lineage. One that AWS does not describe now is left to the next check.
 * @param isOwned whether a workflow has it.
 */
export async function findLate(
  catalog: Pick<MarketplaceCatalog, 'listChangeSets' | 'describeChangeSet' | 'expects'>,
  scope: CatalogScope,
  isOwned: (row: ListedChangeSet) => Promise<boolean>,
  nowMs: number,
): Promise<readonly ListedChangeSet[]> {
  catalog.expects(scope, { listings: 1 });
  const running = await catalog.listChangeSets(scope, { statuses: ['PREPARING', 'APPLYING'] });
  const long = running.filter((row) => nowMs - startMs(row) > usualMs.minutes && readMarker(row.name) === undefined);
  const late = async (row: CatalogListing): Promise<ListedChangeSet | typeof pMapSkip> => {
    if (await isOwned(row)) return pMapSkip;
    try {
      const { changes } = await catalog.describeChangeSet(scope, row.changeSetId);
      return nowMs - startMs(row) > slowestOf(changes).usualMs ? listedChangeSet(row) : pMapSkip;
    } catch (error) {
      if (failureTypeOf(error) === undefined) throw error;
      return pMapSkip;
    }
  };
  const asked = partOf(long, nowMs);
  catalog.expects(scope, { describeChangeSet: asked.length });
  return pMap(asked, late, { concurrency: atOnce });
}
