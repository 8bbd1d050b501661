import pMap, { pMapStop } from 'p-map';
import { defined } from '../../defined.ts';
import type { ListedChangeSets } from '../../delivery/listedChangeSets.ts';
import type { MarketplaceCatalog } from '../../vendors/marketplaceCatalog/port.ts';
import type { AccountCheck, AccountChecked, FoundRow } from '../../workflows/reconcileChangeSets/contract.ts';
import type { ListedChangeSet } from '../../workflows/shared/listedChangeSet.ts';
import { listedChangeSet } from '../listedChangeSet.ts';
import type { EndedRow } from './report.ts';

/** What a comparison works with. */
export interface ComparisonParts {
  readonly catalog: Pick<MarketplaceCatalog, 'listChangeSets'>;
  readonly found: Pick<ListedChangeSets, 'ownershipOf'>;
  readonly signal: AbortSignal;
  /** Gets every row that has ended in the window or since; absent where lineages are not reported. */
  readonly onEnded?: (rows: readonly EndedRow[]) => void;
  /** Says whether another missed one has room in the answer, and takes that room. */
  readonly takeRoom: () => boolean;
}

/** Missed ones of one account in one answer: some 30 kB in the history. */
const mostMissed = 100;
/** Questions to Temporal at once, of one account. */
const atOnce = 4;

/** What was compared of one account. */
export type Compared = Pick<AccountChecked, 'listed' | 'known' | 'after'> & { readonly missed: readonly FoundRow[] };

const nothing: Compared = { listed: 0, known: 0, missed: [] };

/**
 * The rows that are still to be compared, the first to end first: an order that a later check finds again. One listing shows
 * these and all that has ended.
 */
async function rowsLeft(
  { catalog, onEnded }: ComparisonParts,
  { account, from, until, after }: AccountCheck,
  name: string,
): Promise<ListedChangeSet[]> {
  const behind = after?.catalog === name ? after : undefined;
  const endedFrom = behind === undefined || behind.endTime === '' ? from : behind.endTime;
  const scope = { account, catalog: name };
  if (onEnded === undefined) {
    const rows = await catalog.listChangeSets(scope, { statuses: ['FAILED'], endedFrom, endedBefore: until });
    const ordered = rows.map(listedChangeSet).toSorted(firstToEnd);
    return behind === undefined ? ordered : ordered.filter((row) => firstToEnd(row, behind) > 0);
  }
  const rows = await catalog.listChangeSets(scope, { statuses: ['SUCCEEDED', 'FAILED', 'CANCELLED'], endedFrom });
  onEnded(rows.map((row) => ({ catalog: name, row })));
  const settled = rows.filter(
    ({ status, endTime }) => status === 'FAILED' && !(Date.parse(endTime ?? '') >= Date.parse(until)),
  );
  return settled.map(listedChangeSet).toSorted(firstToEnd);
}

async function compareRows(
  { found, signal, takeRoom }: ComparisonParts,
  account: string,
  name: string,
  rows: readonly ListedChangeSet[],
): Promise<Compared> {
  let missing = 0;
  let isFull = false;
  const isOwned = async (row: ListedChangeSet): Promise<boolean | typeof pMapStop> => {
    if (isFull) return pMapStop;
    const { owned } = await found.ownershipOf({ account, catalog: name }, row);
    if (owned) return true;
    missing += 1;
    isFull ||= missing >= mostMissed || !takeRoom();
    return false;
  };
  const owned = await pMap(rows, isOwned, { concurrency: atOnce, signal });
  const missed = rows.filter((_, index) => owned[index] === false).map((row) => ({ account, catalog: name, row }));
  const last = rows[owned.length - 1];
  const left = last !== undefined && owned.length < rows.length;
  return {
    listed: owned.length,
    known: owned.length - missed.length,
    missed,
    ...(left ? { after: { catalog: name, endTime: last.endTime ?? '', changeSetId: last.changeSetId } } : {}),
  };
}

/**
 * Compares the failed change sets of an account's window with the workflows, until the answer is full. Gives those that no
 * workflow has, the first to end first.
 */
export async function compareAccount(parts: ComparisonParts, check: AccountCheck): Promise<Compared> {
  const { account, catalogs, from, until, after } = check;
  if (from === until && parts.onEnded === undefined) return nothing;
  const first = after === undefined ? 0 : Math.max(0, catalogs.indexOf(after.catalog));
  let seen = nothing;
  for (const name of catalogs.slice(first)) {
    const isFull = seen.after !== undefined;
    // What has ended is listed all the same: lineages are reported once.
    if (isFull && parts.onEnded === undefined) break;
    const rows = await rowsLeft(parts, check, name);
    if (!isFull) seen = joined(seen, await compareRows(parts, account, name, rows));
  }
  return seen;
}

function joined(one: Compared, other: Compared): Compared {
  return {
    listed: one.listed + other.listed,
    known: one.known + other.known,
    missed: [...one.missed, ...other.missed],
    ...defined({ after: other.after }),
  };
}

type Ended = Pick<ListedChangeSet, 'endTime' | 'changeSetId'>;

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
