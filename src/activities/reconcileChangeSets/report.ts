import pMap from 'p-map';
import { failureTypeOf } from '../../failures.ts';
import type { OpenLineage, OpenLineages } from '../../delivery/openLineages.ts';
import type { CatalogListing } from '../../vendors/marketplaceCatalog/port.ts';
import type { ChangeSetStateName } from '../../workflows/changeSetRemediation/contract.ts';
import { readMarker } from '../../workflows/changeSetRemediation/lineage.ts';
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
/** Lineages that do not take their report: then nobody else is reported in this check. */
const mostRefusals = 5;
/** Messages at once, of one account. */
const atOnce = 4;

const asking: ChangeSetStateName = 'awaitingDecision';
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
 * before. One that asks an operator may ask because the outcome has not shown; mostly it knows, and so it does where the
 * outcome opened it.
 */
function awaits(lineage: OpenLineage, { changeSetId, name, endTime }: CatalogListing): boolean {
  const { state, attempt, changeSets, startedMs } = lineage;
  if (!changeSets.includes(changeSetId)) return true;
  const number = changeSetId === changeSets[0] ? 0 : (readMarker(name)?.attempt ?? 0);
  if (number < attempt) return false;
  return awaiting.has(state) || (state === asking && (number > 0 || startedMs < Date.parse(endTime ?? '')));
}

/** What reports go by. */
export interface ReportParts {
  readonly lineages: Pick<OpenLineages, 'concerned' | 'reportOutcome' | 'reportWork'>;
  /** Gets what need not be reported again, once all but those that did not take it were reported. */
  readonly progress: (reported: readonly string[]) => void;
  readonly nowMs: number;
}

/**
 * Reports to the open lineages of an account what its listing shows: how a member has ended that they wait for, and which change
 * sets have ended on their entities. Of what nobody waits for, nobody is reported. One lineage that does not take its report
 * holds up no other.
 * @param rows what has ended since the window of the round before, an overlap included.
 * @param before what was reported already; `goesOn` where that was in the same round, and rows before these were.
 * @throws what the first that did not take its report threw: then the next round reports those rows again.
 */
export async function reportToLineages(
  { lineages, progress, nowMs }: ReportParts,
  account: string,
  rows: readonly EndedRow[],
  { reported, goesOn }: { readonly reported: readonly string[]; readonly goesOn: boolean },
): Promise<void> {
  const known = new Set(reported);
  const listed = new Set(rows.map(({ row }) => row.changeSetId));
  const fresh = rows.filter(({ row }) => !known.has(row.changeSetId));
  const remember = (refused: ReadonlySet<string>): void => {
    const settled = rows
      .filter((one) => known.has(one.row.changeSetId) || endMs(one) < nowMs - settledMs)
      .toSorted((one, other) => endMs(other) - endMs(one))
      .map(({ row }) => row.changeSetId)
      .filter((id) => !refused.has(id));
    const earlier = goesOn ? reported.filter((id) => !listed.has(id)) : [];
    progress([...settled, ...earlier].slice(0, mostRemembered));
  };
  const errors: unknown[] = [];
  const refused = new Set<string>();
  if (fresh.length > 0) {
    const concerned = await lineages.concerned(account, {
      changeSetIds: fresh.flatMap(({ row }) => [row.changeSetId, readMarker(row.name)?.originId ?? []].flat()),
      entityIds: fresh.flatMap(({ row }) => entitiesOf(row)),
    });
    const toOne = async (lineage: OpenLineage): Promise<void> => {
      // Where several refuse, Temporal does: it is not asked about the others.
      if (errors.length >= mostRefusals) throw errors[0];
      try {
        await reportToOne(lineages, lineage, fresh);
      } catch (error) {
        errors.push(error);
        for (const { row } of fresh) if (concerns(lineage, row)) refused.add(row.changeSetId);
      }
    };
    await pMap(concerned, toOne, { concurrency: atOnce });
  }
  remember(refused);
  if (errors.length > 0) throw errors[0];
}

/** Whether a row is work of another on the entities of a lineage. */
function isWork(lineage: OpenLineage, row: CatalogListing): boolean {
  return !isMember(lineage, row) && entitiesOf(row).some((id) => lineage.entities.includes(id));
}

function isAwaited(lineage: OpenLineage, row: CatalogListing): boolean {
  return isMember(lineage, row) && awaits(lineage, row);
}

function concerns(lineage: OpenLineage, row: CatalogListing): boolean {
  return isAwaited(lineage, row) || isWork(lineage, row);
}

async function reportToOne(
  lineages: ReportParts['lineages'],
  lineage: OpenLineage,
  fresh: readonly EndedRow[],
): Promise<void> {
  for (const { catalog, row } of fresh.filter((one) => isAwaited(lineage, one.row))) {
    try {
      await lineages.reportOutcome(lineage, { account: lineage.account, catalog }, listedChangeSet(row));
    } catch (error) {
      // Of an id that the vendor's API does not document no event can be made: the lineage polls.
      if (failureTypeOf(error) !== 'RequestRejected') throw error;
    }
  }
  const work = fresh.filter(({ row }) => isWork(lineage, row)).map(({ row }) => row.changeSetId);
  for (let first = 0; first < work.length; first += workAtOnce) {
    await lineages.reportWork(lineage, { work: work.slice(first, first + workAtOnce) });
  }
}
