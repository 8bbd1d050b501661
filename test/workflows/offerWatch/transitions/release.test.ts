import type { OfferRole } from '../../../../src/workflows/offerWatch/contract.ts';
import { dueAtOf, expiryOf, releaseProblem } from '../../../../src/workflows/offerWatch/transitions/release.ts';
import { day, release } from '../simulation.ts';

const good = release('one', 0, day(9), {
  accountKind: 'channelPartner',
  isOfferSet: true,
  associatedOffers: [{ id: 'offer-2', name: 'Two', expirationDate: day(3) }],
  targetedBuyerAccountIds: ['999988887777'],
});

test('a release is taken, with all that it may have and with what it must have', () => {
  expect(releaseProblem(good)).toBeUndefined();
  expect(releaseProblem(release('one', 0))).toBeUndefined();
});

test.each<[unknown, string]>([
  [undefined, 'eventId (a text), releasedAt'],
  ['text', 'eventId (a text), releasedAt'],
  [{ ...good, eventId: '' }, 'eventId (a text)'],
  [{ ...good, releasedAt: 'yesterday' }, 'releasedAt (an ISO 8601 time)'],
  [{ ...good, role: 'owner' as OfferRole }, 'role (ownOffer, partnerOfferOnOwnProduct'],
  [{ ...good, offer: { name: 'no id' } }, 'offer (an object with an id'],
  [{ ...good, offer: { id: 'offer-1', expirationDate: 'some day' } }, 'expirationDate (an ISO 8601 time)'],
  [{ ...good, offer: { id: 'offer-1', expirationDate: {} } }, 'offer (an object with an id'],
  [{ ...good, associatedOffers: [{}] }, 'associatedOffers (a list of objects, each with an id'],
  [{ ...good, associatedOffers: [{ id: 'offer-2', expirationDate: 3 }] }, 'associatedOffers (a list of objects'],
  [{ ...good, targetedBuyerCount: 1.5 }, 'targetedBuyerCount (a whole number)'],
  [{ ...good, productTitle: 3 }, 'productTitle (a text, or left out)'],
  [{ ...good, accountKind: 'seller' }, 'accountKind (vendor, channelPartner, privateMarketplaceAdministrator'],
  [{ ...good, isOfferSet: 'yes' }, 'isOfferSet (true or false, or left out)'],
  [{ ...good, targetedBuyerAccountIds: '999988887777' }, 'targetedBuyerAccountIds (a list of texts, or left out)'],
])('what is no release is named by its fields', (payload, text) => {
  expect(releaseProblem(payload)).toContain(text);
});

describe('the end', () => {
  test('is the earliest of the set’s and its offers’', () => {
    expect(expiryOf(good)).toBe(day(3));
    expect(expiryOf({ ...good, offer: { id: 'offer-1', expirationDate: day(1) } })).toBe(day(1));
    expect(expiryOf(release('one', 0))).toBeUndefined();
  });

  test.each([
    ['2026-05-31T12:00:00+02:00', '2026-05-31T10:00:00.000Z'],
    ['9999-12-31T23:59:59Z', '9999-12-31T23:59:59.000Z'],
    ['1970-01-01T00:00:00Z', '1970-01-01T00:00:00.000Z'],
    // No date that anybody set, and not every visibility store has these years.
    ['1969-12-31T23:59:59Z', undefined],
    ['0001-01-01T00:00:00Z', undefined],
    ['0000-01-01T00:00:00Z', undefined],
    [undefined, undefined],
  ])('%s is the search attribute %s', (expirationDate, dueAt) => {
    expect(dueAtOf(expiryOf(release('one', 0, expirationDate)))).toBe(dueAt);
  });
});
