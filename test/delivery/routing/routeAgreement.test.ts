import type { Delivery, RouteContext } from '../../../src/delivery/delivery.ts';
import { read } from '../../../src/delivery/read.ts';
import { account, changed, context, fixture } from '@marketplace-steward/testing/sampleEvents';

const [manufacturer, partner, offerId] = ['123456789012', '987654321098', 'offer-1234567890123'];

function deliveriesOf(bytes: Buffer, inContext: RouteContext = context): readonly Delivery[] {
  const reading = read('eventbridge', bytes, inContext);
  if (reading.outcome !== 'deliver') throw new Error(reading.outcome);
  return reading.deliveries;
}
const idsOf = (bytes: Buffer, inContext?: RouteContext): string[] =>
  deliveriesOf(bytes, inContext).map(({ workflowId }) => workflowId);
const withAccounts = (accounts: RouteContext['accounts']): RouteContext => ({ ...context, accounts });

test.each([
  ['agreementCreated.proposer', [partner, manufacturer]],
  ['agreementCreated.manufacturer', [manufacturer, partner]],
])('%s goes to the open watches of both parties, its own account’s first', (name, accounts) => {
  const deliveries = deliveriesOf(fixture(name));
  expect(deliveries.map(({ workflowId }) => workflowId)).toEqual(accounts.map((id) => `offer:${id}:${offerId}`));
  for (const delivery of deliveries) {
    expect(delivery).toMatchObject({
      kind: 'agreement.created',
      workflowType: 'offerWatch',
      onlyIfOpen: true,
      signal: {
        name: 'offerAccepted',
        message: {
          eventId: delivery.eventId,
          agreementId: 'agmt-7hq2m9xk4tz0c5vb8n1r3w6yd',
          buyerAccountId: '999988887777',
        },
      },
    });
    expect(JSON.stringify({ ...delivery, signal: undefined })).not.toContain('999988887777');
  }
});

test.each([
  ['an account', {}, /^Account 987654321098 is not configured/],
  ['a catalog', { [partner]: { ...account, catalogs: ['OtherCatalog'] } }, /^Catalog AWSMarketplace is not configured/],
])(
  'of %s that is not configured it is held, and watches of other accounts hear of it all the same',
  (_, own, reason) => {
    const inContext = withAccounts({ [manufacturer]: account, ...own });
    const reading = read('eventbridge', fixture('agreementCreated.proposer'), inContext);
    expect(reading).toMatchObject({
      outcome: 'hold',
      kind: 'agreement.created',
      hold: { account: partner, catalog: 'AWSMarketplace', reason: expect.stringMatching(reason) },
      elsewhere: [{ workflowId: `offer:${manufacturer}:${offerId}`, onlyIfOpen: true }],
    });
  },
);

test('accounts of other catalogs have no watch over the offer', () => {
  const other = { ...account, catalogs: ['OtherCatalog'] };
  const inContext = withAccounts({ [manufacturer]: other, [partner]: account });
  expect(idsOf(fixture('agreementCreated.proposer'), inContext)).toEqual([`offer:${partner}:${offerId}`]);
  const withoutCatalog = changed('agreementCreated.proposer', { catalog: null });
  expect(idsOf(withoutCatalog, inContext)).toHaveLength(2);
});

test('of very many accounts those that the event names come first, and fifty watches hear of it at most', () => {
  const many = Array.from({ length: 100 }, (_, index) => [String(100_000_000_000 + index), account] as const);
  const ids = idsOf(
    fixture('agreementCreated.manufacturer'),
    withAccounts(Object.fromEntries([...many, [partner, account], [manufacturer, account]])),
  );
  expect(ids.slice(0, 2)).toEqual([`offer:${manufacturer}:${offerId}`, `offer:${partner}:${offerId}`]);
  expect(new Set(ids).size).toBe(50);
});
