import pMap from 'p-map';
import { failureTypeOf } from '../../failures.ts';
import type { OpenLineage, OpenLineages } from '../../delivery/openLineages.ts';
import type { CatalogListing } from '../../vendors/marketplaceCatalog/port.ts';
import type { ChangeSetStateName } from '../../workflows/changeSetRemediation/contract.ts';
import { readMarker } from '../../workflows/changeSetRemediation/lineage.ts';
import type { AccountResult } from '../../workflows/reconcileChangeSets/contract.ts';
import { listedChangeSet } from '../listedChangeSet.ts';
import { knownEntity } from '../changeSetRemediation/successors.ts';

/** A row of a catalog's listing, with the entities that it touches. */
export interface EndedRow {
  readonly catalog: string;
  readonly row: CatalogListing;
}

/** Change sets of one account that the next round need not report again. */
const mostRemembered = 100;
/**
 * A row that is younger is reported in the next round too, in milliseconds: a lineage that was checking its entities just now
 * may show in no search yet. It knows a repeat.
 */
const settledMs = 2 * 60_000;
/** Identities in one message. */
const workAtOnce = 100;
/** Messages at once, of one account. */
const atOnce = 4;

/** States in which a lineage may wait for the outcome of its newest member. */
const awaiting: ReadonlySet<string> = new Set<ChangeSetStateName>(['awaitingOutcome', 'retrying', 'abandoning']);

const endMs = ({ row }: EndedRow): number => Date.parse(row.endTime ?? '') || 0;
const entitiesOf = (row: CatalogListing): readonly string[] => row.entityIds.flatMap((id) => knownEntity(id) ?? []);

/** Whether a change set belongs to a lineage: it is counted, or its name says so and it is not published yet. */
function isMember({ changeSets }: OpenLineage, { changeSetId, name }: CatalogListing): boolean {
  const originId = readMarker(name)?.originId;
  return changeSets.includes(changeSetId) || (originId !== undefined && originId === changeSets[0]);
}

/**
 * Whether a lineage may not know yet how its member has ended. One that is due to be submitted again knows that of the attempt
 * before, and one that asks an operator that of all it counts.
 */
function awaits({ state, attempt, changeSets }: OpenLineage, { changeSetId, name }: CatalogListing): boolean {
  if (!changeSets.includes(changeSetId)) return true;
  const number = changeSetId === changeSets[0] ? 0 : (readMarker(name)?.attempt ?? 0);
  return awaiting.has(state) && number >= attempt;
}

/**
 * Reports to the open lineages of an account what its listing shows: how a member has ended that they wait for, and which change
 * sets have ended on their entities. Of what nobody waits for, nobody is reported.
 * @param rows what has ended since the window of the round before, an overlap included.
 * @param reported what the rounds before have reported already.
 * @returns what the next round need not report again.
 */
export async function reportToLineages(
  lineages: OpenLineages,
  account: string,
  rows: readonly EndedRow[],
  reported: readonly string[],
  nowMs: number,
): Promise<Pick<AccountResult, 'reported'>> {
  const known = new Set(reported);
  const fresh = rows.filter(({ row }) => !known.has(row.changeSetId));
  const remembered = rows
    .filter((one) => known.has(one.row.changeSetId) || endMs(one) < nowMs - settledMs)
    .toSorted((one, other) => endMs(other) - endMs(one))
    .slice(0, mostRemembered)
    .map(({ row }) => row.changeSetId);
  if (fresh.length === 0) return { reported: remembered };
  const concerned = await lineages.concerned(account, {
    changeSetIds: fresh.flatMap(({ row }) => [row.changeSetId, readMarker(row.name)?.originId ?? []].flat()),
    entityIds: fresh.flatMap(({ row }) => entitiesOf(row)),
  });
  await pMap(concerned, (lineage) => reportToOne(lineages, lineage, fresh), { concurrency: atOnce });
  return { reported: remembered };
}

async function reportToOne(lineages: OpenLineages, lineage: OpenLineage, fresh: readonly EndedRow[]): Promise<void> {
  for (const { catalog, row } of fresh.filter((one) => isMember(lineage, one.row) && awaits(lineage, one.row))) {
    try {
      await lineages.reportOutcome(lineage, { account: lineage.account, catalog }, listedChangeSet(row));
    } catch (error) {
      // Of an id that the vendor's API does not document no event can be made: the lineage polls.
      if (failureTypeOf(error) !== 'RequestRejected') throw error;
    }
  }
  const work = fresh
    .filter(({ row }) => !isMember(lineage, row) && entitiesOf(row).some((id) => lineage.entities.includes(id)))
    .map(({ row }) => row.changeSetId);
  for (let first = 0; first < work.length; first += workAtOnce) {
    await lineages.reportWork(lineage, { work: work.slice(first, first + workAtOnce) });
  }
}
