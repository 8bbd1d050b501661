import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { defined } from '../../defined.ts';
import type { RouteContext } from '../../delivery/delivery.ts';
import type { ListedChangeSet } from '../../delivery/routing/fromListing.ts';
import { failureTypeOf } from '../../failures.ts';
import type { ListedChangeSets } from '../../delivery/listedChangeSets.ts';
import type { CatalogListing, MarketplaceCatalog } from '../../vendors/marketplaceCatalog/port.ts';
import { beating } from '../heartbeat.ts';

/** Up to where a check has come: the last row that it has compared. */
export interface CheckCursor {
  readonly catalog: string;
  /** ISO 8601; empty where the row has none. */
  readonly endTime: string;
  readonly changeSetId: string;
}

/** What is to be compared. Times are ISO 8601: those of the change sets' ends. */
interface Check {
  readonly account: string;
  readonly catalogs: readonly string[];
  readonly from: string;
  readonly until: string;
  /** Goes on behind this one; from the beginning where it is absent. */
  readonly after?: CheckCursor;
}

/** A failed change set that no workflow has. */
interface MissedChangeSet {
  readonly catalog: string;
  readonly row: ListedChangeSet;
}

/** What a check found: `listed` is the sum of `known` and the number of those missed. */
export interface Checked {
  readonly listed: number;
  readonly known: number;
  /** Oldest first; at most a batch. */
  readonly missed: readonly MissedChangeSet[];
  /** Where the next check has to go on; absent where there is nothing left. */
  readonly after?: CheckCursor;
}

/** What was missed, to be handed on. */
interface MissedBatch {
  readonly account: string;
  readonly missed: readonly MissedChangeSet[];
}

/** What became of a batch: what is not listed was taken. */
export interface HandedOn {
  readonly notTaken: ReadonlyArray<{ readonly changeSetId: string; readonly reason: string }>;
}

/** Activities by which lost events are found and made up for. */
export interface ReconcileActivities {
  /**
   * Compares the failed change sets that AWS lists with the workflows that there are, and gives those that none has,
   * until a batch of them is full. Changes nothing: a repeat finds the same.
   * @throws InvalidInput, which is not repeated, for an account or catalog that is not configured; the failures of the
   * vocabulary.
   */
  findMissed(check: Check): Promise<Checked>;
  /** Hands every one on as its event would have been. A repeat is known by its identity, and changes nothing. */
  deliverMissed(batch: MissedBatch): Promise<HandedOn>;
}

/** What the activities are made from. */
export interface ReconcileOptions {
  readonly catalog: Pick<MarketplaceCatalog, 'listChangeSets'>;
  readonly found: ListedChangeSets;
  /** Read at each check: the configuration may have changed. */
  readonly context: Pick<RouteContext, 'accounts'>;
}

/** With so many a batch is full: some 30 kB in the history. */
const batchRows = 100;
/** A check changes nothing, and what is handed on twice is known as a repeat: the next try begins again. */
const noProgress = (): undefined => undefined;
/** Questions and deliveries to Temporal that are under way at once. */
const atOnce = 10;

/** Makes the activities over the vendor's listing and the way to the change sets' workflows. */
export function createReconcileActivities({ catalog, found, context }: ReconcileOptions): ReconcileActivities {
  /** The rows that are still to be compared, the first to end first: an order that a later check finds again. */
  async function rowsLeft({ account, from, until, after }: Check, name: string): Promise<CatalogListing[]> {
    const behind = after?.catalog === name ? after : undefined;
    const endedFrom = behind === undefined || behind.endTime === '' ? from : behind.endTime;
    const filter = { statuses: ['FAILED'], endedFrom, endedBefore: until } as const;
    const rows = await catalog.listChangeSets({ account, catalog: name }, filter);
    const ordered = rows.toSorted(firstToEnd);
    return behind === undefined ? ordered : ordered.filter((row) => firstToEnd(row, behind) > 0);
  }

  async function compare(account: string, name: string, rows: readonly CatalogListing[]): Promise<Checked> {
    const missed: MissedChangeSet[] = [];
    let listed = 0;
    for (const part of parts(rows)) {
      Context.current().cancellationSignal.throwIfAborted();
      const standings = await Promise.all(part.map((row) => found.ownershipOf({ account, catalog: name }, rowOf(row))));
      listed += part.length;
      const unknown = part.filter((_, index) => standings[index]?.ownership === 'unknown');
      missed.push(...unknown.map((row) => ({ catalog: name, row: rowOf(row) })));
      if (missed.length >= batchRows) break;
    }
    const last = rows[listed - 1];
    const left = last !== undefined && listed < rows.length;
    return {
      listed,
      known: listed - missed.length,
      missed,
      ...(left ? { after: { catalog: name, endTime: last.endTime ?? '', changeSetId: last.changeSetId } } : {}),
    };
  }

  return {
    findMissed: (check) =>
      beating(noProgress, async () => {
        requireConfigured(check, context);
        const { account, catalogs, after } = check;
        const first = after === undefined ? 0 : Math.max(0, catalogs.indexOf(after.catalog));
        let seen: Checked = { listed: 0, known: 0, missed: [] };
        for (const name of catalogs.slice(first)) {
          seen = joined(seen, await compare(account, name, await rowsLeft(check, name)));
          if (seen.after !== undefined) break;
        }
        return seen;
      }),
    deliverMissed: ({ account, missed }) =>
      beating(noProgress, async () => {
        const notTaken: { changeSetId: string; reason: string }[] = [];
        for (const part of parts(missed)) {
          const results = await Promise.allSettled(
            part.map(({ catalog: name, row }) => found.deliver({ account, catalog: name }, row)),
          );
          results.forEach((result, index) => {
            if (result.status === 'fulfilled') return;
            const reason: unknown = result.reason;
            // Another try would not make an event of it, and the others must not wait for it.
            if (failureTypeOf(reason) !== 'RequestRejected') throw reason;
            notTaken.push({ changeSetId: part[index]?.row.changeSetId ?? '', reason: messageOf(reason) });
          });
        }
        return { notTaken };
      }),
  };
}

function joined(one: Checked, other: Checked): Checked {
  return {
    listed: one.listed + other.listed,
    known: one.known + other.known,
    missed: [...one.missed, ...other.missed],
    ...defined({ after: other.after }),
  };
}

/** What is not in the configuration of this worker is refused as a mistake of whoever typed it. */
function requireConfigured({ account, catalogs }: Check, { accounts }: ReconcileOptions['context']): void {
  const configured = Object.hasOwn(accounts, account) ? accounts[account] : undefined;
  if (configured === undefined) {
    throw invalidInput(`"account" must be one of the configuration, but there is no accounts.${account}`);
  }
  const unknown = catalogs.find((name) => !configured.catalogs.includes(name));
  if (unknown === undefined) return;
  const right = configured.catalogs.join(', ');
  throw invalidInput(`"catalogs" must be of accounts.${account}.catalogs (${right}), but it names ${unknown}`);
}

function invalidInput(sentence: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(sentence, 'InvalidInput');
}

function firstToEnd(
  one: Pick<CatalogListing, 'endTime' | 'changeSetId'>,
  other: Pick<CatalogListing, 'endTime' | 'changeSetId'>,
): number {
  return (
    endMs(one) - endMs(other) ||
    (one.changeSetId < other.changeSetId ? -1 : one.changeSetId === other.changeSetId ? 0 : 1)
  );
}

/** Rows without a time come first. */
function endMs({ endTime }: Pick<CatalogListing, 'endTime'>): number {
  return Date.parse(endTime ?? '') || 0;
}

/** As much of a row as its event says: entities are learnt by the workflow. */
function rowOf({ changeSetId, name, status, startTime, endTime, failureCode }: CatalogListing): ListedChangeSet {
  return { changeSetId, ...defined({ name, status, startTime, endTime, failureCode }) };
}

function parts<Item>(items: readonly Item[]): Item[][] {
  const count = Math.ceil(items.length / atOnce);
  return Array.from({ length: count }, (_, part) => items.slice(part * atOnce, (part + 1) * atOnce));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
