import { Context } from '@temporalio/activity';
import type { AdmissionLimit } from '../../delivery/admissionLimit.ts';
import type { LineageOpenings, ListedChangeSets } from '../../delivery/listedChangeSets.ts';
import { failure } from '../../failures.ts';
import type { CatalogScope, MarketplaceCatalog } from '../../vendors/marketplaceCatalog/port.ts';
import type {
  BackfillChangeSetsActivities,
  DeliveredPart,
  FoundPart,
} from '../../workflows/backfillChangeSets/contract.ts';
import type { ListedChangeSet } from '../../workflows/shared/listedChangeSet.ts';
import { walkPages } from './pages.ts';
import { awaitAdmission, deliverRows, handleRows } from './rows.ts';

type ConfiguredAccounts = Readonly<Record<string, { readonly catalogs: readonly string[] }>>;

/** What the activities need. */
export interface BackfillChangeSetsPorts {
  readonly catalog: Pick<MarketplaceCatalog, 'listChangeSetsPage' | 'expecting' | 'expects'>;
  readonly changeSets: ListedChangeSets & LineageOpenings;
  readonly lineages: AdmissionLimit;
  /** Read at each use: accounts come and go while the worker runs. */
  readonly context: { readonly accounts: ConfiguredAccounts };
}

/** Calls to Temporal under way at once: live events come through the same server. */
const atOnce = 10;
const shownSample = 5;

/** Makes the activities from the listing and the deliveries to the change sets' workflows. */
export function createBackfillChangeSetsActivities(ports: BackfillChangeSetsPorts): BackfillChangeSetsActivities {
  const { catalog, changeSets, context } = ports;
  const requireScope = (scope: CatalogScope): void => {
    const problem = problemOf(context.accounts, scope);
    if (problem !== null) throw failure('NotConfigured', problem);
  };
  return {
    scopeProblem: (scope) => Promise.resolve(problemOf(context.accounts, scope)),
    async findChangeSets({ range, cursor, countsKnown }) {
      requireScope(range);
      const before = heartbeatOf<FoundPart>('found');
      return walkPages(before ?? { cursor, found: 0, known: 0, sample: [] }, before === undefined, {
        catalog,
        range,
        stepSize: () => (countsKnown ? atOnce : Number.POSITIVE_INFINITY),
        handle: async (counts, rows) =>
          counted(counts, rows, countsKnown ? await knownOf(changeSets, range, rows) : new Set()),
      });
    },
    async deliverChangeSets({ range, foundBy, most, from }) {
      requireScope(range);
      const before = heartbeatOf<DeliveredPart>('done');
      const start: DeliveredPart = before ?? { done: 0, known: 0, started: [], undelivered: [], undeliverable: [] };
      const stepSize = async ({ started }: DeliveredPart): Promise<number> =>
        Math.min(atOnce, most - started.length, await awaitAdmission(ports.lineages, range.account));
      const handle = (counts: DeliveredPart, rows: readonly ListedChangeSet[]): Promise<DeliveredPart> =>
        deliverRows({ changeSets, scope: range, foundBy }, counts, rows);
      if ('rows' in from) return handleRows(from.rows, start, { stepSize, handle });
      const placed = { ...start, cursor: start.cursor ?? from.cursor };
      return walkPages(placed, before === undefined, {
        catalog,
        range,
        stepSize,
        handle: async (counts, rows) => ({ ...(await handle(counts, rows)), cursor: counts.cursor }),
      });
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

/** Where the attempt before stood; a heartbeat of another shape counts as none. */
function heartbeatOf<Counts extends object>(member: keyof Counts & string): Counts | undefined {
  const details: unknown = Context.current().info.heartbeatDetails;
  return typeof details === 'object' && details !== null && member in details ? (details as Counts) : undefined;
}

function counted(counts: FoundPart, rows: readonly ListedChangeSet[], known: ReadonlySet<ListedChangeSet>): FoundPart {
  const unknown = rows.filter((row) => !known.has(row)).map(({ changeSetId }) => changeSetId);
  return {
    ...counts,
    found: counts.found + rows.length,
    known: counts.known + known.size,
    sample: [...counts.sample, ...unknown].slice(0, shownSample),
  };
}

async function knownOf(
  changeSets: ListedChangeSets,
  scope: CatalogScope,
  rows: readonly ListedChangeSet[],
): Promise<ReadonlySet<ListedChangeSet>> {
  const ownerships = await Promise.all(rows.map((row) => changeSets.ownershipOf(scope, row)));
  return new Set(rows.filter((_, index) => ownerships[index]?.owned));
}
