import type { RouteContext } from '../../../src/delivery/delivery.ts';
import type { Delivery } from '../../../src/delivery/delivery.ts';
import { route } from '../../../src/delivery/routing/route.ts';
import { read } from '../../../src/delivery/read.ts';
import type { OfferReleasedMessage } from '../../../src/workflows/offerWatch/contract.ts';
import { account, changed, context, eventsOf, fixture } from '@marketplace-steward/testing/sampleEvents';

const manufacturer = '123456789012';
const partner = '987654321098';
const offerId = 'offer-1234567890123';
const alone = (id: string): RouteContext => ({ ...context, accounts: { [id]: account } });

function deliveriesOf(bytes: Buffer, inContext: RouteContext = context): readonly [Delivery, ...Delivery[]] {
  const [event] = eventsOf(bytes);
  const routed = route(event!, inContext);
  if (routed.to === 'hold') throw new Error(routed.hold.reason);
  return routed.deliveries;
}
const deliveryOf = (bytes: Buffer, inContext: RouteContext = context): Delivery => deliveriesOf(bytes, inContext)[0];
const messageOf = ({ signal }: Delivery) => signal.message as OfferReleasedMessage;
const roleOf = (bytes: Buffer): string => messageOf(deliveryOf(bytes)).role;

describe('the role of the account that received the event', () => {
  test.each([
    ['offerReleased.isv', 'ownOffer', `offer:${manufacturer}:${offerId}`],
    ['offerReleased.channelPartner', 'ownOfferAsPartner', `offer:${partner}:${offerId}`],
    ['offerReleased.isvProductUsedByPartner', 'partnerOfferOnOwnProduct', `offer:${manufacturer}:${offerId}`],
  ])('%s: %s', (name, role, workflowId) => {
    const delivery = deliveryOf(fixture(name));
    expect(delivery.workflowId).toBe(workflowId);
    expect(roleOf(fixture(name))).toBe(role);
    expect(delivery).toMatchObject({
      workflowType: 'offerWatch',
      afterCompletion: 'startAgain',
      attributes: {
        state: 'watching',
        dueAt: '2025-08-26T00:00:00.000Z',
        entities: [offerId, 'bbbbaaaa-abcd-1111-abcd-666666666666'],
      },
    });
  });

  test.each([
    ['no manufacturer', { manufacturer: undefined }],
    ['no seller of record', { sellerOfRecord: undefined }],
    ['neither', { manufacturer: undefined, sellerOfRecord: undefined }],
    [
      'neither of them us',
      { manufacturer: { accountId: '111111111111' }, sellerOfRecord: { accountId: '222222222222' } },
    ],
  ])('%s: the role is unknown, and there is one watch', (_name, detail) => {
    const deliveries = deliveriesOf(changed('offerReleased.isvProductUsedByPartner', detail));
    expect(deliveries).toHaveLength(1);
    expect(messageOf(deliveries[0])).toMatchObject({ role: 'unknown' });
    expect(deliveries[0].staticDetails).toContain('- **Its part:** not known from the event');
  });

  test('what the configuration has the account as goes with it', () => {
    expect(messageOf(deliveryOf(fixture('offerReleased.isv')))).toMatchObject({ accountKind: 'vendor' });
    expect(messageOf(deliveryOf(fixture('offerReleased.channelPartner')))).toMatchObject({
      accountKind: 'channelPartner',
    });
  });
});

describe('both parties configured here', () => {
  const roles = (bytes: Buffer, inContext?: RouteContext) =>
    deliveriesOf(bytes, inContext).map((delivery) => [delivery.workflowId, messageOf(delivery).role]);
  const asManufacturer = [`offer:${manufacturer}:${offerId}`, 'partnerOfferOnOwnProduct'];
  const asPartner = [`offer:${partner}:${offerId}`, 'ownOfferAsPartner'];

  test('the event of either is enough for a watch each, its own account’s first', () => {
    expect(roles(fixture('offerReleased.isvProductUsedByPartner'))).toEqual([asManufacturer, asPartner]);
    expect(roles(fixture('offerReleased.channelPartner'))).toEqual([asPartner, asManufacturer]);
  });

  test('each watch is its own account’s throughout', () => {
    const [own, other] = deliveriesOf(fixture('offerReleased.isvProductUsedByPartner'));
    expect(own).toMatchObject({ input: { account: manufacturer }, attributes: { account: manufacturer } });
    expect(other).toMatchObject({ input: { account: partner }, attributes: { account: partner } });
    expect(other?.staticSummary).toBe('Own offer as channel partner: Offer Name');
    expect(other?.staticDetails).toContain(`- **Account:** ${partner} (channelPartner)`);
    expect(messageOf(other!)).toMatchObject({ accountKind: 'channelPartner', eventId: own.eventId });
  });

  test('an own offer has one party and one watch', () => {
    expect(roles(fixture('offerReleased.isv'))).toEqual([[`offer:${manufacturer}:${offerId}`, 'ownOffer']]);
  });

  test('one of them configured here: one watch', () => {
    expect(roles(fixture('offerReleased.isvProductUsedByPartner'), alone(manufacturer))).toEqual([asManufacturer]);
    expect(roles(fixture('offerReleased.channelPartner'), alone(partner))).toEqual([asPartner]);
  });

  test('the other one configured for another catalog: one watch', () => {
    const accounts = { ...context.accounts, [partner]: { ...account, catalogs: ['OtherCatalog'] } };
    expect(roles(fixture('offerReleased.isvProductUsedByPartner'), { ...context, accounts })).toEqual([asManufacturer]);
  });

  test('an account that received it and is neither of the two has a watch beside theirs', () => {
    const accounts = { ...context.accounts, '444455556666': account };
    const bytes = changed('offerReleased.isvProductUsedByPartner', {}, { account: '444455556666' });
    expect(roles(bytes, { ...context, accounts })).toEqual([
      [`offer:444455556666:${offerId}`, 'unknown'],
      asManufacturer,
      asPartner,
    ]);
  });
});

describe('targeted buyers', () => {
  test('stand in the message, and nowhere else', () => {
    for (const delivery of deliveriesOf(fixture('offerReleased.isvProductUsedByPartner'))) {
      const { targetedBuyerAccountIds, ...rest } = messageOf(delivery);
      expect(targetedBuyerAccountIds).toEqual(['999988887777', '111122223333']);
      expect(rest).toMatchObject({ targetedBuyerCount: 2 });
      const elsewhere = JSON.stringify({ ...delivery, signal: { ...delivery.signal, message: rest } });
      expect(elsewhere).not.toMatch(/999988887777|111122223333/);
    }
  });

  test('are all counted; fifty at most are named, and only account ids', () => {
    const ids = ['ann@example.com', ...Array.from({ length: 60 }, (_, index) => String(100_000_000_000 + index))];
    const message = messageOf(deliveryOf(changed('offerReleased.isv', { targetedBuyerAccountIds: ids })));
    expect(message.targetedBuyerCount).toBe(61);
    expect(message.targetedBuyerAccountIds).toEqual(ids.slice(1, 51));
  });

  test('that the event does not have are none', () => {
    const message = messageOf(deliveryOf(changed('offerReleased.isv', { targetedBuyerAccountIds: undefined })));
    expect(message.targetedBuyerCount).toBe(0);
    expect(message).not.toHaveProperty('targetedBuyerAccountIds');
  });
});

describe('the end', () => {
  const offer = (expirationDate?: unknown) => ({
    offer: { id: offerId, ...(expirationDate === undefined ? {} : { expirationDate }) },
  });

  test.each<[string, object, object]>([
    ['none', offer(), { state: 'noEndDate' }],
    ['in the year 9999', offer('9999-12-31T00:00:00Z'), { state: 'watching', dueAt: '9999-12-31T00:00:00.000Z' }],
    ['in the year 1, which is nobody’s date', offer('0001-01-01T00:00:00Z'), { state: 'watching' }],
  ])('%s: the watch starts as it is', (_name, detail, expected) => {
    const { attributes } = deliveryOf(changed('offerReleased.isv', detail));
    const { entities: _entities, subject: _subject, ...rest } = attributes;
    expect(rest).toEqual({ ...expected, account: manufacturer, attention: false });
  });

  test.each(['soon', '2025-08-26T00:00:00', '2025-02-30', '2025-02-30T00:00:00Z', '+010000-01-01T00:00:00Z', 7])(
    'that is no date (%j) goes to the quarantine with the field named',
    (date) => {
      const reading = read('eventbridge', changed('offerReleased.isv', offer(date)), context);
      expect(reading).toMatchObject({
        outcome: 'quarantine',
        reason: expect.stringContaining('detail.offer.expirationDate: found'),
      });
    },
  );
});

describe('an end that is a calendar date', () => {
  test('is read as the start of the day in UTC, and the watch says so', () => {
    const ends = { offer: { id: offerId, expirationDate: '2027-01-31' } };
    const { attributes, signal, staticDetails } = deliveryOf(changed('offerReleased.isv', ends));
    expect(attributes).toMatchObject({ state: 'watching', dueAt: '2027-01-31T00:00:00.000Z' });
    expect(signal.message).toMatchObject({ offer: { expirationDate: '2027-01-31T00:00:00.000Z' } });
    expect(staticDetails).toContain('- **Note:** detail.offer.expirationDate: a calendar date');
  });
});

describe('an offer set', () => {
  test('is one watch with its offers, without an end date', () => {
    const deliveries = deliveriesOf(fixture('offerSetReleased'));
    expect(deliveries).toHaveLength(1);
    const [delivery] = deliveries;
    expect(delivery).toMatchObject({
      workflowId: `offer:${manufacturer}:offerset-1234567890123`,
      staticSummary: 'Offer set Offer Set Name',
      attributes: { state: 'noEndDate', entities: ['offerset-1234567890123', offerId, 'offer-1234567890124'] },
      signal: {
        message: {
          role: 'unknown',
          isOfferSet: true,
          associatedOffers: [{ id: offerId }, { id: 'offer-1234567890124' }],
        },
      },
    });
    expect(delivery.attributes).not.toHaveProperty('dueAt');
    expect(delivery.staticDetails).toContain('- **Offer of the set:** Second Offer Name (offer-1234567890124)');
  });

  test('starts with the end of the first of its offers', () => {
    const associatedOffers = ['2026-04-02T00:00:00Z', '2026-04-01T00:00:00Z'].map((expirationDate, index) => ({
      offer: { id: `offer-${index}`, expirationDate },
    }));
    expect(deliveryOf(changed('offerSetReleased', { associatedOffers })).attributes).toMatchObject({
      state: 'watching',
      dueAt: '2026-04-01T00:00:00.000Z',
    });
  });

  test('and the own event of one of its offers have watches of their own', () => {
    const set = deliveryOf(fixture('offerSetReleased'));
    const own = deliveryOf(fixture('offerReleased.isv'));
    expect(set.attributes.entities).toContain(offerId);
    expect(own.workflowId).toBe(`offer:${manufacturer}:${offerId}`);
    expect(own.workflowId).not.toBe(set.workflowId);
  });

  test('without offers is one all the same', () => {
    expect(messageOf(deliveryOf(changed('offerSetReleased', { associatedOffers: [] })))).toMatchObject({
      isOfferSet: true,
      associatedOffers: [],
    });
  });

  test('of many offers names the first ten where operators read it', () => {
    const associatedOffers = Array.from({ length: 12 }, (_, index) => ({ offer: { id: `offer-${index}` } }));
    const { staticDetails } = deliveryOf(changed('offerSetReleased', { associatedOffers }));
    expect(staticDetails?.match(/Offer of the set/g)).toHaveLength(10);
    expect(staticDetails).toContain('- and 2 more offers');
  });
});

test('what operators read of an offer before any worker has seen it', () => {
  expect(deliveryOf(fixture('offerReleased.isvProductUsedByPartner'))).toMatchObject({
    staticSummary: 'Channel partner’s offer on an own product: Offer Name',
    staticDetails: [
      '- **Offer:** Offer Name (offer-1234567890123)',
      '- **Product:** Product Title (bbbbaaaa-abcd-1111-abcd-666666666666)',
      '- **Account:** 123456789012 (vendor)',
      '- **Its part:** manufacturer; a channel partner sells',
      '- **Released:** 2023-08-26 00:00 UTC',
    ].join('\n'),
  });
});

test('the vendor’s texts are shown as text, not as markdown', () => {
  const offer = { id: offerId, name: '[click](https://evil.example) <b>' };
  const { staticSummary, staticDetails } = deliveryOf(
    changed('offerReleased.isv', { offer, product: { id: 'prod-1', title: '# `z`' } }),
  );
  for (const text of [staticSummary, staticDetails]) {
    expect(text).toContain('\\[click\\]\\(https\\[:\\]//evil.example/…\\) \\<b\\>');
  }
  expect(staticDetails).toContain('\\# \\`z\\`');
});
