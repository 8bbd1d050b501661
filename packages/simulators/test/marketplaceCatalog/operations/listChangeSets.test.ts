import { ListChangeSetsCommand, paginateListChangeSets } from '@aws-sdk/client-marketplace-catalog';
import { PRODUCT, clientFor, rejection, simulatorForFile } from '../support.ts';
import { defined } from '../../../src/defined.ts';

const simulator = simulatorForFile();
const CATALOG = { Catalog: 'AWSMarketplace' };

interface Put {
  readonly name?: string;
  readonly status?: 'SUCCEEDED' | 'FAILED' | 'CANCELLED' | 'APPLYING';
  readonly minutesAgo: number;
  readonly entity?: string;
  readonly account?: string;
}

const timeAgo = (minutes: number): string => `${new Date(Date.now() - minutes * 60_000).toISOString().slice(0, 19)}Z`;

function put(
  changeSetId: string,
  { name = changeSetId, status = 'SUCCEEDED', minutesAgo, entity = PRODUCT, account }: Put,
): void {
  simulator().control.putChangeSet({
    changeSetId,
    name,
    status,
    startTime: timeAgo(minutesAgo),
    ...(status === 'APPLYING' ? {} : { endTime: timeAgo(minutesAgo - 5) }),
    ...(status === 'FAILED' ? { failureCode: 'SERVER_FAULT' } : {}),
    ...defined({ account }),
    changes: [{ changeType: 'UpdateInformation', entityType: 'SaaSProduct@1.0', identifier: entity }],
  });
}

async function idsOf(more: object = {}): Promise<(string | undefined)[]> {
  const { ChangeSetSummaryList = [] } = await clientFor(simulator()).send(
    new ListChangeSetsCommand({ ...CATALOG, ...more }),
  );
  return ChangeSetSummaryList.map(({ ChangeSetId }) => ChangeSetId);
}
const filterBy = (...filters: [Name: string, ...ValueList: string[]][]) => ({
  FilterList: filters.map(([Name, ...ValueList]) => ({ Name, ValueList })),
});

test('own sets of the last 60 days, newest first', async () => {
  put('older', { minutesAgo: 30 });
  put('newer', { minutesAgo: 20, status: 'FAILED' });
  put('foreign', { minutesAgo: 20, account: '111122223333' });
  put('forgotten', { minutesAgo: 61 * 24 * 60 });
  put('kept', { minutesAgo: 59 * 24 * 60 });
  expect(await idsOf()).toEqual(['newer', 'older', 'kept']);
  const { ChangeSetSummaryList = [] } = await clientFor(simulator()).send(new ListChangeSetsCommand(CATALOG));
  expect(ChangeSetSummaryList[0]).toEqual({
    ChangeSetId: 'newer',
    ChangeSetArn: 'arn:aws:aws-marketplace:us-east-1:123456789012:AWSMarketplace/ChangeSet/newer',
    ChangeSetName: 'newer',
    StartTime: expect.stringMatching(/^.{20}$/),
    EndTime: expect.stringMatching(/^.{20}$/),
    Status: 'FAILED',
    EntityIdList: [PRODUCT],
    FailureCode: 'SERVER_FAULT',
  });
});

test('filters are ANDed, values within one are ORed', async () => {
  put('a', { minutesAgo: 50, name: 'Same name', status: 'FAILED' });
  put('b', { minutesAgo: 40, name: 'Same name', entity: 'prod-other@3' });
  put('c', { minutesAgo: 30, name: 'Same name and more', status: 'CANCELLED' });
  put('d', { minutesAgo: 20, status: 'APPLYING' });
  expect(await idsOf(filterBy(['ChangeSetName', 'Same name']))).toEqual(['b', 'a']);
  expect(await idsOf(filterBy(['ChangeSetName', 'same name']))).toEqual([]);
  expect(await idsOf(filterBy(['Status', 'FAILED', 'CANCELLED']))).toEqual(['c', 'a']);
  expect(await idsOf(filterBy(['EntityId', 'prod-other']))).toEqual(['b']);
  expect(await idsOf(filterBy(['EntityId', 'prod-other@3']))).toEqual(['b']);
  expect(await idsOf(filterBy(['EntityId', 'prod-unknown']))).toEqual([]);
  expect(await idsOf(filterBy(['ChangeSetName', 'Same name'], ['Status', 'FAILED']))).toEqual(['a']);
  expect(await idsOf(filterBy(['AfterStartTime', timeAgo(45)], ['BeforeStartTime', timeAgo(25)]))).toEqual(['c', 'b']);
  expect(await idsOf(filterBy(['BeforeEndTime', timeAgo(40)]))).toEqual(['a']);
  expect(await idsOf(filterBy(['AfterEndTime', timeAgo(30)]))).toEqual(['c']);
});

test('sorting by either time in either order; a running set counts as the latest end', async () => {
  put('a', { minutesAgo: 50, status: 'APPLYING' });
  put('b', { minutesAgo: 40 });
  put('c', { minutesAgo: 30 });
  expect(await idsOf({ Sort: { SortBy: 'StartTime', SortOrder: 'ASCENDING' } })).toEqual(['a', 'b', 'c']);
  expect(await idsOf({ Sort: { SortBy: 'EndTime' } })).toEqual(['a', 'c', 'b']);
  expect(await idsOf({ Sort: { SortBy: 'EndTime', SortOrder: 'ASCENDING' } })).toEqual(['b', 'c', 'a']);
});

test('paging to the end loses and repeats nothing, while new sets arrive', async () => {
  const ids = Array.from({ length: 53 }, (_, index) => `set-${index}`);
  ids.forEach((id, index) => put(id, { minutesAgo: 100 - Math.floor(index / 4) }));
  const seen: (string | undefined)[] = [];
  const pageSizes: number[] = [];
  for await (const page of paginateListChangeSets({ client: clientFor(simulator()) }, { ...CATALOG })) {
    seen.push(...(page.ChangeSetSummaryList ?? []).map(({ ChangeSetId }) => ChangeSetId));
    pageSizes.push(page.ChangeSetSummaryList?.length ?? 0);
    put(`late-${pageSizes.length}`, { minutesAgo: 10 });
  }
  expect(pageSizes).toEqual([20, 20, 13]);
  expect(seen).toEqual(ids.toReversed());
});

test('a token is good for the question that it came from only', async () => {
  for (let index = 0; index < 3; index += 1) put(`set-${index}`, { minutesAgo: 30 });
  const client = clientFor(simulator());
  const { NextToken } = await client.send(new ListChangeSetsCommand({ ...CATALOG, MaxResults: 1 }));
  expect(NextToken).toMatch(/^[\w+=.:@\-/]{1,4096}$/);
  const other = new ListChangeSetsCommand({ ...CATALOG, MaxResults: 1, NextToken, ...filterBy(['Status', 'FAILED']) });
  expect(await rejection(client.send(other))).toMatchObject({ name: 'ValidationException' });
  const same = await client.send(new ListChangeSetsCommand({ ...CATALOG, MaxResults: 2, NextToken }));
  expect(same.ChangeSetSummaryList).toHaveLength(2);
  expect(same.NextToken).toBeUndefined();
});
