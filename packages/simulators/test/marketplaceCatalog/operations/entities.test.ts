import { DescribeEntityCommand, ListEntitiesCommand, paginateListEntities } from '@aws-sdk/client-marketplace-catalog';
import type { ListEntitiesCommandInput } from '@aws-sdk/client-marketplace-catalog';
import { ACCOUNT, clientFor, rejection, sendRaw, simulatorForFile } from '../support.ts';

const simulator = simulatorForFile();
const CATALOG = { Catalog: 'AWSMarketplace' };
const OTHER = '111122223333';

function putOffers(): void {
  const offers = [
    {
      entityId: 'offer-a',
      name: 'Spring sale',
      State: 'Released',
      ProductId: 'prod-1',
      BuyerAccounts: ['999988887777'],
      ReleaseDate: '2026-01-10T00:00:00Z',
    },
    { entityId: 'offer-b', name: 'Summer sale', State: 'Draft', ProductId: 'prod-1', BuyerAccounts: ['111122223333'] },
    {
      entityId: 'offer-c',
      name: 'Autumn',
      State: 'Released',
      ProductId: 'prod-2',
      ReleaseDate: '2026-03-10T00:00:00Z',
    },
  ];
  offers.forEach(({ entityId, name, ...summary }, index) =>
    simulator().control.putEntity({
      entityId,
      entityType: 'Offer@1.0',
      name,
      summary: { Name: name, ...summary },
      lastModified: `2026-05-0${index + 1}T00:00:00Z`,
    }),
  );
}

async function idsOf(more: Partial<ListEntitiesCommandInput>): Promise<(string | undefined)[]> {
  const command = new ListEntitiesCommand({ ...CATALOG, EntityType: 'Offer', ...more });
  const { EntitySummaryList = [] } = await clientFor(simulator()).send(command);
  return EntitySummaryList.map(({ EntityId }) => EntityId);
}

test('DescribeEntity of an offer without details shows its summary as the vendor has it in the details', async () => {
  const shown = async (summary: Record<string, string>, details?: string) => {
    simulator().control.putEntity({
      entityId: 'offer-x',
      entityType: 'Offer@1.0',
      summary,
      ...(details === undefined ? {} : { details }),
    });
    const command = new DescribeEntityCommand({ ...CATALOG, EntityId: 'offer-x' });
    return JSON.parse((await clientFor(simulator()).send(command)).Details ?? '');
  };
  const rule = (AvailabilityEndDate: string) => [{ Type: 'AvailabilityRule', AvailabilityEndDate }];
  const State = 'Released';
  expect(await shown({ State, AvailabilityEndDate: '2027-03-31' })).toMatchObject({
    Id: 'offer-x',
    State,
    Rules: rule('2027-03-31T23:59:59.999Z'),
  });
  expect(await shown({ AvailabilityEndDate: '2027-03-31T10:00:00Z' })).toMatchObject({
    Rules: rule('2027-03-31T10:00:00Z'),
  });
  expect(await shown({ State })).toMatchObject({ State, Rules: [] });
  expect(await shown({ State }, '{"Own":1}')).toEqual({ Own: 1 });
});

test('DescribeEntity gives type, revision, ARN and both forms of the details', async () => {
  const details = '{"Description": {"ProductTitle": "Mine"}, "Count": 1.10}';
  simulator().control.putEntity({
    entityId: 'prod-x',
    entityType: 'AmiProduct@1.0',
    details,
    revision: 4,
    lastModified: '2026-02-03T04:05:06Z',
  });
  const { $metadata: _metadata, ...entity } = await clientFor(simulator()).send(
    new DescribeEntityCommand({ ...CATALOG, EntityId: 'prod-x' }),
  );
  expect(entity).toEqual({
    EntityType: 'AmiProduct@1.0',
    EntityIdentifier: 'prod-x@4',
    EntityArn: `arn:aws:aws-marketplace:us-east-1:${ACCOUNT}:AWSMarketplace/AmiProduct/prod-x`,
    LastModifiedDate: '2026-02-03T04:05:06Z',
    Details: details,
    DetailsDocument: { Description: { ProductTitle: 'Mine' }, Count: 1.1 },
  });
  expect((await sendRaw(simulator(), 'DescribeEntity', { ...CATALOG, EntityId: 'prod-x@4' })).text).toContain(
    '"Count":1.10',
  );
});

test('an entity is its owner’s and those it is shared with', async () => {
  simulator().control.putEntity({
    entityId: 'prod-x',
    entityType: 'AmiProduct@1.0',
    account: OTHER,
    sharedWith: [ACCOUNT],
  });
  simulator().control.putEntity({ entityId: 'prod-y', entityType: 'AmiProduct@1.0', account: OTHER });
  const describeEntity = (EntityId: string) =>
    clientFor(simulator()).send(new DescribeEntityCommand({ ...CATALOG, EntityId }));
  expect(await describeEntity('prod-x')).toMatchObject({ EntityIdentifier: 'prod-x@1' });
  expect(await rejection(describeEntity('prod-y'))).toMatchObject({ name: 'ResourceNotFoundException' });
  expect(await idsOf({ EntityType: 'AmiProduct' })).toEqual([]);
  expect(await idsOf({ EntityType: 'AmiProduct', OwnershipType: 'SHARED' })).toEqual(['prod-x']);
});

test('a summary shows what its type has', async () => {
  simulator().control.reset();
  const summary = { ProductTitle: 'Mine', Visibility: 'Public' };
  simulator().control.putEntity({
    entityId: 'prod-x',
    entityType: 'SaaSProduct@1.0',
    name: 'Mine',
    summary,
    lastModified: '2026-02-03T04:05:06Z',
  });
  const { EntitySummaryList } = await clientFor(simulator()).send(
    new ListEntitiesCommand({ ...CATALOG, EntityType: 'SaaSProduct' }),
  );
  expect(EntitySummaryList).toEqual([
    {
      Name: 'Mine',
      EntityType: 'SaaSProduct',
      EntityId: 'prod-x',
      EntityArn: `arn:aws:aws-marketplace:us-east-1:${ACCOUNT}:AWSMarketplace/SaaSProduct/prod-x`,
      LastModifiedDate: '2026-02-03T04:05:06Z',
      Visibility: 'Public',
      SaaSProductSummary: summary,
    },
  ]);
});

test('the old filter and sort', async () => {
  putOffers();
  expect(await idsOf({})).toEqual(['offer-c', 'offer-b', 'offer-a']);
  expect(await idsOf({ FilterList: [{ Name: 'EntityId', ValueList: ['offer-a', 'offer-c'] }] })).toEqual([
    'offer-c',
    'offer-a',
  ]);
  expect(await idsOf({ Sort: { SortBy: 'EntityId', SortOrder: 'ASCENDING' } })).toEqual([
    'offer-a',
    'offer-b',
    'offer-c',
  ]);
});

test('filters and sorts of the type: values, wildcard, dates', async () => {
  putOffers();
  const by = (
    OfferFilters: NonNullable<
      Extract<ListEntitiesCommandInput['EntityTypeFilters'], { OfferFilters: object }>
    >['OfferFilters'],
  ) => idsOf({ EntityTypeFilters: { OfferFilters } });
  expect(await by({ Name: { ValueList: ['Autumn'] } })).toEqual(['offer-c']);
  expect(await by({ Name: { WildCardValue: 'sale' } })).toEqual(['offer-b', 'offer-a']);
  expect(await by({ Name: { WildCardValue: 'sale' }, State: { ValueList: ['Draft'] } })).toEqual(['offer-b']);
  expect(await by({ BuyerAccounts: { WildCardValue: '9999' } })).toEqual(['offer-a']);
  expect(await by({ ReleaseDate: { DateRange: { AfterValue: '2026-02-01T00:00:00Z' } } })).toEqual(['offer-c']);
  expect(await by({ ReleaseDate: { DateRange: { BeforeValue: '2026-02-01T00:00:00Z' } } })).toEqual(['offer-a']);
  expect(
    await by({
      ProductId: { ValueList: ['prod-1'] },
      LastModifiedDate: { DateRange: { AfterValue: '2026-05-01T12:00:00Z' } },
    }),
  ).toEqual(['offer-b']);
  expect(await idsOf({ EntityTypeSort: { OfferSort: { SortBy: 'Name', SortOrder: 'ASCENDING' } } })).toEqual([
    'offer-c',
    'offer-a',
    'offer-b',
  ]);
});

test('paging to the end loses nothing', async () => {
  const ids = Array.from({ length: 23 }, (_, index) => `offer-${String(index).padStart(2, '0')}`);
  for (const entityId of ids)
    simulator().control.putEntity({ entityId, entityType: 'Offer@1.0', lastModified: '2026-05-01T00:00:00Z' });
  const seen: (string | undefined)[] = [];
  const pages = paginateListEntities(
    { client: clientFor(simulator()), pageSize: 5 },
    { ...CATALOG, EntityType: 'Offer' },
  );
  for await (const { EntitySummaryList = [] } of pages) seen.push(...EntitySummaryList.map(({ EntityId }) => EntityId));
  expect(seen).toEqual(ids.toReversed());
});
