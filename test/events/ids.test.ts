import fc from 'fast-check';
import {
  accountId,
  businessProductId,
  changeSetId,
  eventId,
  idKinds,
  itemId,
  offerId,
  offerSetId,
} from '../../src/events/ids.ts';
import { hostileIds } from './hostileIds.ts';

const constructors: [string, (text: string) => string, string][] = [
  ['changeSetId', changeSetId, '76yesvf8y165pa4f98td2crtg'],
  ['accountId', accountId, '123456789012'],
  ['offerId', offerId, 'offer-1234567890123'],
  ['offerSetId', offerSetId, 'offerset-1234567890123'],
  ['businessProductId', businessProductId, 'business-product-id'],
  ['itemId', itemId, 'item.id_~-0'],
];

describe.each(constructors)('%s', (_, make, good) => {
  test('gives a good id back', () => {
    expect(make(good)).toBe(good);
  });

  test.each(hostileIds)('refuses hostile id %#', (hostile) => {
    expect(() => make(hostile)).toThrow(RangeError);
  });

  test('refuses a good id with anything after or before it', () => {
    for (const extra of ['\n', ' ', '/', '?', '#', '%', ':', '\0']) {
      expect(() => make(good + extra)).toThrow(RangeError);
      expect(() => make(extra + good)).toThrow(RangeError);
    }
  });
});

test('the error says what is expected and repeats no long value', () => {
  expect(() => accountId('12')).toThrow('Found string of 2 characters, expected an AWS account id: 12 digits');
  expect(() => accountId('9'.repeat(65))).toThrow('Found string of 65 characters, expected');
});

test('an accepted item id stays one path segment of an address', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary-ascii', maxLength: 12 }), (text) => {
      if (!idKinds.item.matches(text)) return;
      expect(new URL(`https://host/a/${text}/b`).pathname).toBe(`/a/${text}/b`);
    }),
    { numRuns: 1000, examples: [['.'], ['..'], ['a'], ['~'], ['...']] },
  );
});

test('catalog ids are limited to 255 characters, item ids to 200, event identities to 1000', () => {
  expect(changeSetId('a'.repeat(255))).toHaveLength(255);
  expect(() => changeSetId('a'.repeat(256))).toThrow(RangeError);
  expect(itemId('a'.repeat(200))).toHaveLength(200);
  expect(() => itemId('a'.repeat(201))).toThrow(RangeError);
  expect(eventId('a'.repeat(1000))).toHaveLength(1000);
  expect(() => eventId('a'.repeat(1001))).toThrow(RangeError);
  expect(() => eventId('')).toThrow(RangeError);
  expect(() => eventId('a\nb')).toThrow(RangeError);
  expect(() => eventId('\uD800')).toThrow(RangeError);
});
