import fc from 'fast-check';
import { compareAccount, type ComparisonParts } from '../../../src/activities/reconcileChangeSets/compare.ts';
import type { EndedRow } from '../../../src/activities/reconcileChangeSets/report.ts';
import { failure } from '../../../src/failures.ts';
import { isWithin } from '../../../src/vendors/marketplaceCatalog/filters.ts';
import type { CatalogListing } from '../../../src/vendors/marketplaceCatalog/port.ts';
import type { AccountCheck, CheckCursor } from '../../../src/workflows/reconcileChangeSets/contract.ts';
import { announcing } from '../simulated.ts';

const account = '123456789012';
const beginMs = Date.parse('2026-11-22T12:00:00Z');
const at = (seconds: number): string => new Date(beginMs + seconds * 1_000).toISOString();
const pageRows = 20;

/** A vendor that gives pages, of which each takes so long; rows that ended in one second come in any order. */
function vendor(catalogs: Readonly<Record<string, readonly CatalogListing[]>>, pageMs: number) {
  return {
    listChangeSets: async (
      { catalog }: { readonly catalog: string },
      filter: Parameters<ComparisonParts['catalog']['listChangeSets']>[1],
    ) => {
      const all = (catalogs[catalog] ?? [])
        .filter((row) => isWithin(row, filter))
        .toSorted((one, other) => Date.parse(one.endTime ?? '') - Date.parse(other.endTime ?? ''));
      const read: CatalogListing[] = [];
      for (let first = 0; first < all.length; first += pageRows) {
        jest.setSystemTime(Date.now() + pageMs);
        read.push(...all.slice(first, first + pageRows));
        if (first + pageRows < all.length && filter.isEnough?.(read) === true) break;
      }
      return read;
    },
  };
}

function row(changeSetId: string, seconds: number, status: 'FAILED' | 'SUCCEEDED' = 'FAILED'): CatalogListing {
  return { changeSetId, status, endTime: at(seconds), entityIds: [] };
}

interface Seen {
  readonly missed: string[];
  readonly ended: string[];
  readonly turns: number;
}

/** Checks until there is nothing left, each check within its minute. */
async function checkAll(
  catalogs: Readonly<Record<string, readonly CatalogListing[]>>,
  { pageMs = 0, from = 0, until = 1_000_000, reports = true, rowMs = 0 } = {},
): Promise<Seen> {
  const missed: string[] = [];
  const ended: string[] = [];
  let after: CheckCursor | undefined;
  for (let turns = 1; turns <= 1_000; turns += 1) {
    const startedMs = Date.now();
    const parts: ComparisonParts = {
      catalog: { ...announcing, ...vendor(catalogs, pageMs) },
      found: {
        async ownershipOf() {
          jest.setSystemTime(Date.now() + rowMs);
          return { owned: false };
        },
      },
      signal: new AbortController().signal,
      withinMs: 60_000,
      ...(reports
        ? { onEnded: (rows: readonly EndedRow[]): void => void ended.push(...rows.map((one) => one.row.changeSetId)) }
        : {}),
      onMissed: (one) => void missed.push(one.row.changeSetId),
      takeRoom: () => true,
    };
    const check: AccountCheck = {
      account,
      catalogs: Object.keys(catalogs),
      from: at(from),
      until: at(until),
      ...(after === undefined ? {} : { after }),
    };
    after = (await compareAccount(parts, check)).after;
    // One page and one row are read whatever they take.
    expect(Date.now() - startedMs).toBeLessThan(60_000);
    if (after === undefined) return { missed, ended, turns };
  }
  throw new Error('it does not come to an end');
}

beforeAll(() => void jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'setTimeout'] }));
afterAll(() => void jest.useRealTimers());

test('ten thousand that ended while nobody checked are read in parts, each within its time, and none is left out', async () => {
  const rows = Array.from({ length: 10_000 }, (_, index) =>
    row(`set-${index}`, Math.floor(index / 3), index % 10 === 0 ? 'FAILED' : 'SUCCEEDED'),
  );
  // The vendor's quota: five pages a second.
  const { missed, ended, turns } = await checkAll({ AWSMarketplace: rows }, { pageMs: 200 });
  expect(missed).toHaveLength(1_000);
  expect(new Set(missed).size).toBe(1_000);
  expect(ended.toSorted()).toEqual(rows.map(({ changeSetId }) => changeSetId).toSorted());
  expect(turns).toBeGreaterThan(4);
});

test('a slow vendor, or a slow answer of Temporal’s, makes the parts smaller', async () => {
  const rows = Array.from({ length: 300 }, (_, index) => row(`set-${index}`, index));
  const slowPages = await checkAll({ AWSMarketplace: rows }, { pageMs: 11_000 });
  expect([slowPages.missed.length, slowPages.turns > 5]).toEqual([300, true]);
  const slowRows = await checkAll({ AWSMarketplace: rows }, { rowMs: 3_000 });
  expect([slowRows.missed.length, slowRows.turns > 5]).toEqual([300, true]);
});

test('of many that ended in the same second, and in several catalogs, each is given and reported once', async () => {
  const rows = fc.array(
    fc.record({ seconds: fc.integer({ min: 0, max: 6 }), failed: fc.boolean(), catalog: fc.constantFrom('A', 'B') }),
    { maxLength: 200 },
  );
  await fc.assert(
    fc.asyncProperty(rows, fc.constantFrom(0, 8_000, 25_000), fc.boolean(), async (given, pageMs, reports) => {
      const all = given.map(({ seconds, failed, catalog }, index) => ({
        catalog,
        // Ids in no order of time.
        row: row(`set-${(index * 7919) % 1_009}-${index}`, seconds, failed ? 'FAILED' : 'SUCCEEDED'),
      }));
      const of = (catalog: string) => all.filter((one) => one.catalog === catalog).map((one) => one.row);
      const { missed, ended } = await checkAll({ A: of('A'), B: of('B') }, { pageMs, reports, until: 4 });
      const settled = all.filter(({ row: one }) => one.status === 'FAILED' && (one.endTime ?? '') < at(4));
      expect(missed.toSorted()).toEqual(settled.map(({ row: one }) => one.changeSetId).toSorted());
      expect(ended.toSorted()).toEqual(reports ? all.map(({ row: one }) => one.changeSetId).toSorted() : []);
    }),
    { numRuns: 200 },
  );
});

test('a workflow that does not say whether it has a change set holds up no other one', async () => {
  const missed: string[] = [];
  const rows = ['one', 'stuck', 'two'].map((id, index) => row(id, index));
  const check = compareAccount(
    {
      catalog: { ...announcing, ...vendor({ A: rows }, 0) },
      found: {
        async ownershipOf(_scope, { changeSetId }) {
          if (changeSetId === 'stuck') throw failure('Unreachable', 'it did not say');
          return { owned: false };
        },
      },
      signal: new AbortController().signal,
      withinMs: 60_000,
      onMissed: (one) => void missed.push(one.row.changeSetId),
      takeRoom: () => true,
    },
    { account, catalogs: ['A'], from: at(0), until: at(9) },
  );
  await expect(check).rejects.toMatchObject({ type: 'Unreachable' });
  expect(missed).toEqual(['one', 'two']);
});
