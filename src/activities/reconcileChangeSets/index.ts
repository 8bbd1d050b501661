import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import pMap, { pMapSkip, pMapStop } from 'p-map';
import { defined } from '../../defined.ts';
import type { RouteContext } from '../../delivery/delivery.ts';
import type { LateChangeSets } from '../../delivery/lateChangeSets.ts';
import type { ListedChangeSets } from '../../delivery/listedChangeSets.ts';
import { failureTypeOf } from '../../failures.ts';
import type { MarketplaceCatalog } from '../../vendors/marketplaceCatalog/port.ts';
import type { Check, Checked, FoundRow, ReconcileActivities } from '../../workflows/reconcileChangeSets/contract.ts';
import type { ListedChangeSet } from '../../workflows/shared/listedChangeSet.ts';
import { withHeartbeat } from '../heartbeat.ts';
import { listedChangeSet } from '../listedChangeSet.ts';
import { findLate } from './late.ts';

/** What the activities are made from. */
export interface ReconcileOptions {
  readonly catalog: Pick<MarketplaceCatalog, 'listChangeSets' | 'describeChangeSet'>;
  readonly found: ListedChangeSets;
  readonly late: LateChangeSets;
  /** Reports workflows whose task fails; never throws. */
  readonly reportFailingTasks: () => Promise<void>;
  /** Read at each check: the configuration may have changed. */
  readonly context: Pick<RouteContext, 'accounts'>;
}

/** With so many a batch is full: some 30 kB in the history. */
const batchRows = 100;
/** The next attempt begins again: a check changes nothing, and a repeated delivery is recognized. */
const noProgress = (): undefined => undefined;
/** Questions and deliveries to Temporal at once. */
const atOnce = 10;

/** Makes the activities from AWS's listing and the deliveries to the change sets' workflows. */
export function createReconcileActivities(options: ReconcileOptions): ReconcileActivities {
  const { catalog, found, late, reportFailingTasks, context } = options;

  /** The rows that are still to be compared, the first to end first: an order that a later check finds again. */
  async function rowsLeft({ account, from, until, after }: Check, name: string): Promise<ListedChangeSet[]> {
    const behind = after?.catalog === name ? after : undefined;
    const endedFrom = behind === undefined || behind.endTime === '' ? from : behind.endTime;
    const filter = { statuses: ['FAILED'], endedFrom, endedBefore: until } as const;
    const rows = await catalog.listChangeSets({ account, catalog: name }, filter);
    const ordered = rows.map(listedChangeSet).toSorted(firstToEnd);
    return behind === undefined ? ordered : ordered.filter((row) => firstToEnd(row, behind) > 0);
  }

  async function compare(account: string, name: string, rows: readonly ListedChangeSet[]): Promise<Checked> {
    const { cancellationSignal: signal } = Context.current();
    let missing = 0;
    const isOwned = async (row: ListedChangeSet): Promise<boolean | typeof pMapStop> => {
      if (missing >= batchRows) return pMapStop;
      const { owned } = await found.ownershipOf({ account, catalog: name }, row);
      if (!owned) missing += 1;
      return owned;
    };
    const owned = await pMap(rows, isOwned, { concurrency: atOnce, signal });
    const missed = rows.filter((_, index) => owned[index] === false).map((row) => ({ catalog: name, row }));
    const last = rows[owned.length - 1];
    const left = last !== undefined && owned.length < rows.length;
    return {
      listed: owned.length,
      known: owned.length - missed.length,
      missed,
      ...(left ? { after: { catalog: name, endTime: last.endTime ?? '', changeSetId: last.changeSetId } } : {}),
    };
  }

  /** One more listing for each catalog of a run. */
  async function lateIn(account: string, catalogs: readonly string[]): Promise<Pick<Checked, 'late'>> {
    const byCatalog = await pMap(
      catalogs,
      async (name): Promise<readonly FoundRow[]> => {
        const scope = { account, catalog: name };
        const isOwned = async (row: ListedChangeSet): Promise<boolean> => (await found.ownershipOf(scope, row)).owned;
        const rows = await findLate(catalog, scope, isOwned, Date.now());
        return rows.map((row) => ({ catalog: name, row }));
      },
      { concurrency: 1 },
    );
    const rows = byCatalog.flat();
    return rows.length > 0 ? { late: rows } : {};
  }

  return {
    findMissed: (check) =>
      withHeartbeat(noProgress, async () => {
        requireConfigured(check, context);
        const { account, catalogs, after } = check;
        if (after === undefined) await reportFailingTasks();
        const first = after === undefined ? 0 : Math.max(0, catalogs.indexOf(after.catalog));
        let seen: Checked = { listed: 0, known: 0, missed: [] };
        for (const name of catalogs.slice(first)) {
          seen = joined(seen, await compare(account, name, await rowsLeft(check, name)));
          if (seen.after !== undefined) break;
        }
        return after === undefined ? { ...seen, ...(await lateIn(account, catalogs)) } : seen;
      }),
    openLate: ({ account, late: rows }) =>
      withHeartbeat(noProgress, () =>
        pMap(
          rows,
          async ({ catalog: name, row }) => {
            await late.open({ account, catalog: name }, row);
            return row.changeSetId;
          },
          { concurrency: atOnce },
        ),
      ),
    deliverMissed: ({ account, missed }) =>
      withHeartbeat(noProgress, async () => {
        const undelivered = await pMap(
          missed,
          async ({ catalog: name, row }) => {
            try {
              await found.deliver({ account, catalog: name }, row);
              return pMapSkip;
            } catch (error) {
              // Another attempt would not make an event of it, and the others must not wait for it.
              if (!(error instanceof Error) || failureTypeOf(error) !== 'RequestRejected') throw error;
              return { changeSetId: row.changeSetId, reason: error.message };
            }
          },
          { concurrency: atOnce },
        );
        return { undelivered };
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

/** An account or catalog outside this worker's configuration is the mistake of the operator who typed it. */
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
