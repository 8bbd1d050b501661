import { Context } from '@temporalio/activity';
import { failure } from '../../failures.ts';
import type { ListedChangeSets, LineageOpenings } from '../../delivery/listedChangeSets.ts';
import type { AdmissionLimit } from '../../delivery/admissionLimit.ts';
import type { CatalogScope, MarketplaceCatalog } from '../../vendors/marketplaceCatalog/port.ts';
import type { Cursor, FoundRow } from '../../workflows/backfillChangeSets/cursor.ts';
import type { FoundBy } from '../../workflows/changeSetRemediation/contract.ts';
import { walkPages, type ChangeSetRange } from '../changeSetPages.ts';
import { goThrough, deliverFound, remainingFor, type HandedOverPart } from '../listedRows.ts';

/** A stretch of the listing that is counted. */
interface FindBatch {
  readonly range: ChangeSetRange;
  readonly cursor: Cursor;
  /** Whether Temporal is asked which of them a workflow has already. */
  readonly standings: boolean;
}

/** What a stretch of the listing holds. */
export interface FoundPart {
  readonly cursor: Cursor;
  readonly found: number;
  readonly known: number;
  /** The first that no workflow has. */
  readonly sample: readonly string[];
}

/** What is handed over: a stretch of the listing, or rows that were not taken before. */
interface DeliveryBatch {
  readonly range: ChangeSetRange;
  readonly foundBy: FoundBy;
  /** The most that are started. */
  readonly most: number;
  readonly from: { readonly cursor: Cursor } | { readonly rows: readonly FoundRow[] };
}

/** Activities of a backfill of change sets. */
export interface BackfillChangeSetsActivities {
  /** What is wrong with account or catalog by the worker's configuration, in a sentence; null where nothing is. */
  scopeProblem(scope: CatalogScope): Promise<string | null>;
  /** Counts a stretch of the listing. */
  findChangeSets(batch: FindBatch): Promise<FoundPart>;
  /**
   * Hands a stretch of the listing to the change sets' own workflows. A try that follows one that was cut off goes on
   * where the last heartbeat stood; what that one had started since is known by the workflow's memo, and counted.
   */
  deliverChangeSets(batch: DeliveryBatch): Promise<HandedOverPart>;
}

type ConfiguredAccounts = Readonly<Record<string, { readonly catalogs: readonly string[] }>>;

/** What the activities need. */
export interface BackfillChangeSetsPorts {
  readonly catalog: Pick<MarketplaceCatalog, 'listChangeSetsPage'>;
  readonly changeSets: ListedChangeSets & LineageOpenings;
  readonly lineages: AdmissionLimit;
  /** Read at each use: accounts come and go while the worker runs. */
  readonly context: { readonly accounts: ConfiguredAccounts };
}

/** Calls to Temporal under way at once: live events come through the same server. */
const atOnce = 10;
const shownSample = 5;

/** Makes the activities over the listing and the way to the change sets' workflows. */
export function createBackfillChangeSetsActivities(ports: BackfillChangeSetsPorts): BackfillChangeSetsActivities {
  const { catalog, changeSets, context } = ports;
  const requireScope = (scope: CatalogScope): void => {
    const problem = problemOf(context.accounts, scope);
    if (problem !== null) throw failure('NotConfigured', problem);
  };
  return {
    scopeProblem: (scope) => Promise.resolve(problemOf(context.accounts, scope)),
    async findChangeSets({ range, cursor, standings }) {
      requireScope(range);
      const before = heartbeatOf<FoundPart>('found');
      const take = (counts: FoundPart, rows: readonly FoundRow[]): Promise<FoundPart> =>
        standings ? lookedUp(ports, range, counts, rows) : Promise.resolve(counted(counts, rows, []));
      return walkPages(before ?? { cursor, found: 0, known: 0, sample: [] }, before === undefined, {
        catalog,
        range,
        room: () => (standings ? atOnce : Number.POSITIVE_INFINITY),
        take,
      });
    },
    async deliverChangeSets({ range, foundBy, most, from }) {
      requireScope(range);
      const before = heartbeatOf<HandedOverPart>('done');
      const start: HandedOverPart = before ?? { done: 0, known: 0, started: 0, notTaken: [], refused: [] };
      const room = async ({ started }: HandedOverPart): Promise<number> =>
        Math.min(atOnce, most - started, await remainingFor(ports.lineages, range.account));
      const take = (counts: HandedOverPart, rows: readonly FoundRow[]): Promise<HandedOverPart> =>
        deliverFound({ changeSets, scope: range, foundBy }, counts, rows);
      if ('rows' in from) return goThrough(from.rows, start, { room, take });
      const placed = { ...start, cursor: start.cursor ?? from.cursor };
      const walk = {
        catalog,
        range,
        room,
        take: async (counts: typeof placed, rows: readonly FoundRow[]) => ({
          ...(await take(counts, rows)),
          cursor: counts.cursor,
        }),
      };
      return walkPages(placed, before === undefined, walk);
    },
  };
}

function problemOf(accounts: ConfiguredAccounts, { account, catalog }: CatalogScope): string | null {
  const configured = Object.hasOwn(accounts, account) ? accounts[account] : undefined;
  if (configured === undefined) {
    return `"account" must be one of the configuration, but ${account} is not there (accounts.${account})`;
  }
  if (configured.catalogs.includes(catalog)) return null;
  const names = configured.catalogs.join(', ');
  return `"catalog" must be one that account ${account} is configured for (${names}), but it is "${catalog}"`;
}

/** Where the try before stood; a heartbeat of another shape is none. */
function heartbeatOf<Counts extends object>(member: keyof Counts & string): Counts | undefined {
  const details: unknown = Context.current().info.heartbeatDetails;
  return typeof details === 'object' && details !== null && member in details ? (details as Counts) : undefined;
}

function counted(counts: FoundPart, rows: readonly FoundRow[], known: readonly FoundRow[]): FoundPart {
  const unknown = rows.filter((row) => !known.includes(row)).map(({ changeSetId }) => changeSetId);
  return {
    ...counts,
    found: counts.found + rows.length,
    known: counts.known + known.length,
    sample: [...counts.sample, ...unknown].slice(0, shownSample),
  };
}

async function lookedUp(
  { changeSets }: BackfillChangeSetsPorts,
  scope: CatalogScope,
  counts: FoundPart,
  rows: readonly FoundRow[],
): Promise<FoundPart> {
  const standings = await Promise.all(rows.map((row) => changeSets.ownershipOf(scope, row)));
  return counted(
    counts,
    rows,
    rows.filter((_, index) => standings[index]?.ownership === 'known'),
  );
}
