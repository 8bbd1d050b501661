import pMap, { pMapStop } from 'p-map';
import { defined } from '../../defined.ts';
import type { ListedChangeSets } from '../../delivery/listedChangeSets.ts';
import type { CatalogListing, MarketplaceCatalog } from '../../vendors/marketplaceCatalog/port.ts';
import type {
  AccountCheck,
  AccountChecked,
  CheckCursor,
  FoundRow,
} from '../../workflows/reconcileChangeSets/contract.ts';
import type { ListedChangeSet } from '../../workflows/shared/listedChangeSet.ts';
import { listedChangeSet } from '../listedChangeSet.ts';
import type { EndedRow } from './report.ts';

/** What a comparison works with. */
export interface ComparisonParts {
  readonly catalog: Pick<MarketplaceCatalog, 'listChangeSets' | 'expects'>;
  readonly found: Pick<ListedChangeSets, 'ownershipOf'>;
  readonly signal: AbortSignal;
  /** How long a check may take, in milliseconds: what it cannot compare in its part of that, the next one goes on with. */
  readonly withinMs: number;
  /** Gets every row that has ended since, up to where the comparison has come; absent where lineages are not reported. */
  readonly onEnded?: (rows: readonly EndedRow[]) => void;
  /** Gets each one that no workflow has, as it is found: whatever fails afterwards, it is delivered. */
  readonly onMissed: (missed: FoundRow) => void;
  /** Says whether another missed one has room in the answer, and takes that room. */
  readonly takeRoom: () => boolean;
}

/** Missed ones of one account in one answer: some 30 kB in the history. */
const mostMissed = 100;
/** Questions to Temporal at once, of one account. */
const atOnce = 4;
/** Rows that one check reads of a catalog: the vendor lets a hundred be read in a second. */
const mostRows = 2_000;
/** Which part of a check's time the listing may take, and the listing with the comparison; one page and one row are always read. */
const timeParts = { listed: 1 / 3, compared: 2 / 3 };
/** Rows of which Temporal does not say who has them: then it is not asked about more. */
const mostUnanswered = 5;

/** What was compared of one account. */
export type Compared = Pick<AccountChecked, 'listed' | 'known' | 'after'>;

const nothing: Compared = { listed: 0, known: 0 };

/** Rows that are still to be compared, the first to end first. */
interface RowsLeft {
  readonly rows: readonly CatalogListing[];
  /** There is more behind the last one. */
  readonly isCut: boolean;
}

/** One listing shows what is to be compared and all that has ended; what does not fit is cut off at its end. */
async function rowsLeft(
  { catalog, onEnded, withinMs }: ComparisonParts,
  { account, from, until, after }: AccountCheck,
  name: string,
  beganMs: number,
): Promise<RowsLeft> {
  const behind = after?.catalog === name ? after : undefined;
  // An overlap may reach back behind the window.
  const endedFrom = behind === undefined || !(Date.parse(behind.endTime) > Date.parse(from)) ? from : behind.endTime;
  const isNew = (row: CatalogListing): boolean => behind === undefined || firstToEnd(row, behind) > 0;
  let isCut = false;
  const isEnough = (read: readonly CatalogListing[]): boolean => {
    const isMuch = read.length >= mostRows || Date.now() > beganMs + withinMs * timeParts.listed;
    isCut = isMuch && endedBeforeLast(read).some(isNew);
    return isCut;
  };
  const which =
    onEnded === undefined
      ? ({ statuses: ['FAILED'], endedFrom, endedBefore: until } as const)
      : ({ statuses: ['SUCCEEDED', 'FAILED', 'CANCELLED'], endedFrom } as const);
  catalog.expects({ account, catalog: name }, { listings: 1 });
  const listed = (await catalog.listChangeSets({ account, catalog: name }, { ...which, isEnough })).toSorted(
    firstToEnd,
  );
  return { rows: (isCut ? endedBeforeLast(listed) : listed).filter(isNew), isCut };
}

/** Of rows behind which more are unread: others may have ended in the same moment as the last one. */
function endedBeforeLast(rows: readonly CatalogListing[]): readonly CatalogListing[] {
  const lastMs = Math.max(...rows.slice(-1).map(endMs));
  return rows.filter((row) => endMs(row) < lastMs);
}

const cursorAt = (catalog: string, { endTime = '', changeSetId }: Ended): CheckCursor => ({
  catalog,
  endTime,
  changeSetId,
});

async function compareRows(
  { found, signal, takeRoom, onMissed, withinMs }: ComparisonParts,
  account: string,
  name: string,
  rows: readonly ListedChangeSet[],
  beganMs: number,
): Promise<Compared> {
  const errors: unknown[] = [];
  let missing = 0;
  let isFull = false;
  const isOwned = async (row: ListedChangeSet, index: number): Promise<boolean | undefined | typeof pMapStop> => {
    const isLate = index > 0 && Date.now() > beganMs + withinMs * timeParts.compared;
    if (isFull || isLate || errors.length >= mostUnanswered) return pMapStop;
    try {
      const { owned } = await found.ownershipOf({ account, catalog: name }, row);
      if (owned) return true;
    } catch (error) {
      // One lineage that does not answer holds up no other change set.
      errors.push(error);
      return undefined;
    }
    missing += 1;
    isFull ||= missing >= mostMissed || !takeRoom();
    return false;
  };
  const owned = await pMap(rows, isOwned, { concurrency: atOnce, signal });
  const missed = rows.filter((_, index) => owned[index] === false);
  for (const row of missed) onMissed({ account, catalog: name, row });
  if (errors.length > 0) throw errors[0];
  const last = rows[owned.length - 1];
  return {
    listed: owned.length,
    known: owned.length - missed.length,
    ...(last !== undefined && owned.length < rows.length ? { after: cursorAt(name, last) } : {}),
  };
}

/**
 * Compares the failed change sets of an account's window with the workflows, as far as the time and the answer allow. Gives
 * those that no workflow has, the first to end first.
 */
export async function compareAccount(parts: ComparisonParts, check: AccountCheck): Promise<Compared> {
  const { account, catalogs, from, until, after } = check;
  if (from === until && parts.onEnded === undefined) return nothing;
  const first = after === undefined ? 0 : Math.max(0, catalogs.indexOf(after.catalog));
  const beganMs = Date.now();
  let seen = nothing;
  for (const name of catalogs.slice(first)) {
    const { rows, isCut } = await rowsLeft(parts, check, name, beganMs);
    const settled = rows.filter(
      ({ status, endTime }) => status === 'FAILED' && !(Date.parse(endTime ?? '') >= Date.parse(until)),
    );
    const compared = await compareRows(parts, account, name, settled.map(listedChangeSet), beganMs);
    const last = rows.at(-1);
    const end = compared.after ?? (isCut && last !== undefined ? cursorAt(name, last) : undefined);
    const reached = end === undefined ? rows : rows.filter((row) => firstToEnd(row, end) <= 0);
    parts.onEnded?.(reached.map((row) => ({ catalog: name, row })));
    seen = {
      listed: seen.listed + compared.listed,
      known: seen.known + compared.known,
      ...defined({ after: end }),
    };
    if (end !== undefined) return seen;
  }
  return seen;
}

type Ended = Pick<ListedChangeSet, 'changeSetId'> & Partial<Pick<ListedChangeSet, 'endTime'>>;

function firstToEnd(one: Ended, other: Ended): number {
  return (
    endMs(one) - endMs(other) ||
    Number(one.changeSetId > other.changeSetId) - Number(one.changeSetId < other.changeSetId)
  );
}

/** Rows without a time come first. */
function endMs({ endTime }: Ended): number {
  return Date.parse(endTime ?? '') || 0;
}
