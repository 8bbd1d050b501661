import type { ChangeSetPageRequest } from '../../../src/vendors/marketplaceCatalog/port.ts';
import { startCatalogSimulator, type CatalogSimulator } from '@marketplace-steward/simulators/marketplaceCatalog';
import { account, catalogAt, failureOf, scope, startRawServer } from './setUp.ts';

const hourMs = 3_600_000;
let simulator: CatalogSimulator;
beforeAll(async () => {
  simulator = await startCatalogSimulator({ seed: 6, account, quotas: 'off' });
});
afterAll(() => simulator.close());
beforeEach(() => simulator.control.reset());

/** A whole second, so many hours ago. */
const hoursAgo = (hours: number): string =>
  `${new Date(Date.now() - hours * hourMs).toISOString().slice(0, 13)}:00:00Z`;

const change = { changeType: 'UpdateInformation', entityType: 'SaaSProduct@1.0', identifier: 'prod-a' };

function put(changeSetId: string, hours: number, status: 'FAILED' | 'SUCCEEDED' | 'CANCELLED' = 'FAILED'): void {
  const times = { startTime: hoursAgo(hours), endTime: hoursAgo(hours) };
  simulator.control.putChangeSet({ changeSetId, name: changeSetId, status, ...times, changes: [change] });
}

const request = (more: Partial<ChangeSetPageRequest> = {}): ChangeSetPageRequest => ({
  statuses: ['FAILED'],
  startedFrom: hoursAgo(100),
  startedBefore: hoursAgo(0),
  ...more,
});

describe('one page of change sets', () => {
  const catalog = () => catalogAt(simulator.url);

  test('twenty at a time, the oldest first, until there is no token', async () => {
    for (let index = 0; index < 45; index += 1) put(`cs-${String(index).padStart(2, '0')}`, 90 - index);
    const read: string[] = [];
    const sizes: number[] = [];
    let nextToken: string | undefined;
    do {
      const page = await catalog().listChangeSetsPage(scope, request(nextToken === undefined ? {} : { nextToken }));
      sizes.push(page.rows.length);
      read.push(...page.rows.map(({ changeSetId }) => changeSetId));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    expect(sizes).toEqual([20, 20, 5]);
    expect(read).toEqual(read.toSorted());
    expect(new Set(read).size).toBe(45);
  });

  test('from a time, itself included, until before another one; only the statuses that are asked for', async () => {
    put('before', 51);
    put('first', 50);
    put('last', 41);
    put('end', 40);
    put('succeeded', 45, 'SUCCEEDED');
    put('cancelled', 44, 'CANCELLED');
    const bounds = { startedFrom: hoursAgo(50), startedBefore: hoursAgo(40) };
    const idsOf = async (more: Partial<ChangeSetPageRequest>) =>
      (await catalog().listChangeSetsPage(scope, request({ ...bounds, ...more }))).rows.map((row) => row.changeSetId);
    expect(await idsOf({})).toEqual(['first', 'last']);
    expect(await idsOf({ statuses: ['SUCCEEDED', 'CANCELLED'] })).toEqual(['succeeded', 'cancelled']);
  });

  test('a token that is not taken any more is a rejection, by which a caller can begin again', async () => {
    for (let index = 0; index < 25; index += 1) put(`cs-${index}`, 50);
    const { nextToken = '' } = await catalog().listChangeSetsPage(scope, request());
    const other = request({ nextToken, startedFrom: hoursAgo(70) });
    expect(await failureOf(catalog().listChangeSetsPage(scope, other))).toMatchObject({ type: 'RequestRejected' });
  });

  test('a page that names itself as the next one is no answer; an empty token is the end', async () => {
    const token = { current: 'again' };
    const server = await startRawServer(() => ({
      body: JSON.stringify({ ChangeSetSummaryList: [], NextToken: token.current }),
    }));
    try {
      const page = () => catalogAt(server.url).listChangeSetsPage(scope, request({ nextToken: 'again' }));
      expect(await failureOf(page())).toMatchObject({ type: 'MalformedAnswer' });
      token.current = '';
      expect(await page()).toEqual({ rows: [], nextToken: undefined });
    } finally {
      await server.close();
    }
  });
});

describe('those that ended first', () => {
  const statuses = ['FAILED'] as const;

  test('are read page by page until that is enough, of which it is asked where there is more', async () => {
    for (let index = 0; index < 45; index += 1) put(`cs-${String(index).padStart(2, '0')}`, 90 - index);
    const asked: number[] = [];
    const isEnough = (read: readonly { readonly changeSetId: string }[]): boolean => asked.push(read.length) === 2;
    const rows = await catalogAt(simulator.url).listChangeSets(scope, { statuses, endedFrom: hoursAgo(99), isEnough });
    expect(
      rows
        .map(({ changeSetId }) => changeSetId)
        .toSorted()
        .at(-1),
    ).toBe('cs-39');
    expect([rows.length, asked]).toEqual([40, [20, 40]]);
    asked.length = 0;
    const all = await catalogAt(simulator.url).listChangeSets(scope, {
      statuses,
      endedFrom: hoursAgo(99),
      isEnough: (read) => asked.push(read.length) === 3,
    });
    expect([all.length, asked]).toEqual([45, [20, 40]]);
  });

  test('a vendor that does not give them in that order is read to the end', async () => {
    const rows = [1, 2, 3].map((hours) => ({
      ChangeSetId: `cs-${hours}`,
      Status: 'FAILED',
      StartTime: hoursAgo(9),
      EndTime: hoursAgo(hours),
    }));
    let page = 0;
    const server = await startRawServer(() => {
      page += 1;
      const last = page === 3 ? {} : { NextToken: `page-${page}` };
      return { status: 200, body: JSON.stringify({ ChangeSetSummaryList: rows.slice(page - 1, page), ...last }) };
    });
    const isEnough = (read: readonly unknown[]): boolean => read.length >= 2;
    const found = await catalogAt(server.url).listChangeSets(scope, { statuses, endedFrom: hoursAgo(9), isEnough });
    await server.close();
    expect(found).toHaveLength(3);
  });
});
