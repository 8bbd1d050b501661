import { createOfferActivities } from '../../../src/activities/offerWatch/index.ts';
import { endOfOffer } from '../../../src/activities/offerWatch/endDate.ts';
import type { OfferActivities } from '../../../src/workflows/offerWatch/contract.ts';
import { type CatalogSimulator, startCatalogSimulator } from '@marketplace-steward/simulators/marketplaceCatalog';
import { createMarketplaceCatalog } from '../../../src/vendors/marketplaceCatalog/index.ts';

const account = '111122223333';
let simulator: CatalogSimulator;
let activities: OfferActivities;

beforeEach(async () => {
  simulator = await startCatalogSimulator({ seed: 9, account, quotas: 'off' });
  const credentialsFor = () => ({ accessKeyId: `SIM${account}`, secretAccessKey: 's' });
  activities = createOfferActivities({
    catalog: createMarketplaceCatalog({ endpoint: simulator.url, credentialsFor }),
    context: { policies: {} },
  });
});
afterEach(() => simulator.close());

const describe1 = (...offerIds: string[]) => activities.describeOffer({ account, catalog: 'AWSMarketplace', offerIds });
const putOffer = (entityId: string, AvailabilityEndDate?: string, State = 'Released', more: object = {}): void => {
  const summary = { State, ...(AvailabilityEndDate === undefined ? {} : { AvailabilityEndDate }) };
  simulator.control.putEntity({ entityId, entityType: 'Offer@1.0', summary, ...more });
};
const refuse = (type: string, status: number): void =>
  simulator.control.addFault({ fault: 'error', operation: 'DescribeEntity', type, status, times: 5 });
const described = (): number => simulator.control.log().filter(({ kind }) => kind !== 'event').length;

test.each([
  ['a calendar date: until its last millisecond', '2027-04-30', '2027-04-30T23:59:59.999Z'],
  ['an instant', '2027-04-30T14:00:00Z', '2027-04-30T14:00:00.000Z'],
  ['an instant with an offset', '2027-04-30T14:00:00+02:00', '2027-04-30T12:00:00.000Z'],
  ['the last date', '9999-12-31', '9999-12-31T23:59:59.999Z'],
  ['no such date', '2027-02-30', undefined],
  ['a time on no such date', '2027-02-30T14:00:00Z', undefined],
  ['a time without an offset', '2027-04-30T14:00:00', undefined],
  ['a word', 'never', undefined],
  ['nothing', undefined, undefined],
])('the end by %s', (_name, shown, end) => expect(endOfOffer(shown)).toBe(end));

test('an offer: its end, and its state where it is not Released', async () => {
  putOffer('offer-1', '2027-04-30');
  expect(await describe1('offer-1')).toEqual({ found: 'offer', endsAt: '2027-04-30T23:59:59.999Z' });
  putOffer('offer-2', undefined, 'D'.repeat(100));
  expect(await describe1('offer-2')).toEqual({ found: 'offer', unreleased: 'D'.repeat(40) });
});

test('an end that UpdateAvailability moved is the one that is shown', async () => {
  putOffer('offer-1', '2027-04-30');
  const catalog = createMarketplaceCatalog({
    endpoint: simulator.url,
    credentialsFor: () => ({ accessKeyId: `SIM${account}`, secretAccessKey: 's' }),
  });
  simulator.control.plan({ match: {}, outcomes: [{ status: 'SUCCEEDED', durationMs: 0 }] });
  const changeSetId = await catalog.startChangeSet(
    { account, catalog: 'AWSMarketplace' },
    {
      name: 'extend',
      clientRequestToken: 'a-token',
      tags: [],
      changes: [
        {
          changeType: 'UpdateAvailability',
          entityType: 'Offer@1.0',
          entityId: 'offer-1',
          details: '{"AvailabilityEndDate":"2028-01-31"}',
          errors: [],
        },
      ],
    },
  );
  await simulator.control.settled(changeSetId);
  expect(await describe1('offer-1')).toEqual({ found: 'offer', endsAt: '2028-01-31T23:59:59.999Z' });
});

test('the offers of a set together: the first end of all, one call each, seven at most', async () => {
  const ids = Array.from({ length: 9 }, (_, index) => `offer-${index}`);
  for (const [index, id] of ids.entries()) putOffer(id, `2027-04-${20 - index}`);
  expect(await describe1(...ids)).toEqual({ found: 'offer', endsAt: '2027-04-14T23:59:59.999Z' });
  expect(described()).toBe(7);
  putOffer('offer-1');
  expect(await describe1('offer-0', 'offer-1')).toEqual({ found: 'offer', endsAt: '2027-04-20T23:59:59.999Z' });
});

test('an offer that the account may not read, or that AWS does not show, is a finding, and the first such ends the check', async () => {
  putOffer('offer-1', '2027-04-30');
  putOffer('offer-2', '2027-04-30', 'Released', { account: '999988887777' });
  expect(await describe1('offer-1', 'offer-2', 'offer-1')).toEqual({ found: 'notFound', offerId: 'offer-2' });
  expect(described()).toBe(2);
  refuse('AccessDeniedException', 403);
  expect(await describe1('offer-1')).toEqual({ found: 'notAllowed', offerId: 'offer-1' });
});

test.each([
  ['ResourceNotSupportedException', 415],
  ['ValidationException', 422],
])('%s: AWS does not describe it', async (type, status) => {
  refuse(type, status);
  expect(await describe1('offer-1')).toEqual({ found: 'notFound', offerId: 'offer-1' });
});

test.each([
  ['ExpiredTokenException', 403, 'CredentialsRejected'],
  ['InternalServiceException', 500, 'ServiceFault'],
])('%s is no finding: the attempt fails as %s', async (type, status, failure) => {
  refuse(type, status);
  await expect(describe1('offer-1')).rejects.toMatchObject({ type: failure });
});
