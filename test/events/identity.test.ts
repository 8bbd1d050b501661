import fc from 'fast-check';
import { changeSetId } from '../../src/events/ids.ts';
import { changeSetIdentity } from '../../src/events/identity.ts';
import { parse } from '../../src/events/parse.ts';
import { allFixtures, bytesOf, eventsOf, fixture, fixtureBytes, parseBody, envelopeOf, withValue } from './fixtures.ts';
import type { FixtureName, Json, Path } from './fixtures.ts';

const identityOf = (name: FixtureName, body: Json = fixture(name)): string | undefined =>
  eventsOf(parseBody(name, body))[0]?.eventId;

function withKeysInOrder(value: Json, order: (left: string, right: string) => number): Json {
  if (Array.isArray(value)) return value.map((member) => withKeysInOrder(member, order));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([left], [right]) => order(left, right))
      .map(([key, member]) => [key, withKeysInOrder(member, order)]),
  );
}

describe.each(allFixtures)('%s', (name) => {
  test('the same bytes again are the same event', () => {
    expect(parse(envelopeOf(name), fixtureBytes(name))).toStrictEqual(parse(envelopeOf(name), fixtureBytes(name)));
  });

  test('keys in any order, with or without white space, are the same event', () => {
    fc.assert(
      fc.property(fc.func(fc.integer()), fc.integer({ min: 0, max: 4 }), (rank, indent) => {
        const shuffled = withKeysInOrder(fixture(name), (left, right) => rank(left) - rank(right));
        const bytes = new TextEncoder().encode(JSON.stringify(shuffled, null, indent));
        expect(eventsOf(parse(envelopeOf(name), bytes))[0]?.eventId).toBe(identityOf(name));
      }),
      { numRuns: 30 },
    );
  });
});

describe('change sets', () => {
  test('go by id and outcome, as a listed change set does', () => {
    const id = changeSetId('76yesvf8y165pa4f98td2crtg');
    expect(identityOf('changeSetSucceeded')).toBe(changeSetIdentity(id, 'SUCCEEDED'));
    expect(identityOf('changeSetFailed')).toBe(changeSetIdentity(id, 'FAILED'));
    expect(identityOf('changeSetCancelled')).toBe(changeSetIdentity(id, 'CANCELLED'));
    expect(identityOf('changeSetFailed')).toBe('change-set:76yesvf8y165pa4f98td2crtg:FAILED');
  });

  test('another envelope around the same outcome is the same event', () => {
    const body = withValue(withValue(fixture('changeSetFailed'), ['id'], 'another'), ['replay-name'], 'replay');
    expect(identityOf('changeSetFailed', body)).toBe(identityOf('changeSetFailed'));
  });
});

describe('offers and reports', () => {
  test('the vendor’s first two offers repeat one id and are two events', () => {
    const [own, partners] = [fixture('offerReleased.isv'), fixture('offerReleased.isvProductUsedByPartner')];
    expect(own['id']).toBe(partners['id']);
    expect(identityOf('offerReleased.isv')).not.toBe(identityOf('offerReleased.isvProductUsedByPartner'));
  });

  test.each<[FixtureName, Path, Json]>([
    ['offerReleased.isv', ['id'], 'another'],
    ['offerReleased.isv', ['detail', 'requestId'], 'another'],
    ['offerReleased.isv', ['detail', 'targetedBuyerAccountIds'], ['111122223333', '999988887777']],
    ['offerSetReleased', ['detail', 'associatedOffers'], []],
    ['securityReportCreated', ['detail', 'numberOfProductsWithIssues'], 2],
    ['securityReportCreated', ['detail', 'more'], {}],
  ])('%s with another %j is another event', (name, path, value) => {
    expect(identityOf(name, withValue(fixture(name), path, value))).not.toBe(identityOf(name));
  });

  test('details that differ anywhere have different digests', () => {
    const name = 'securityReportCreated';
    const more = fc.jsonValue().map((value) => JSON.stringify(value));
    fc.assert(
      fc.property(more, more, (left, right) => {
        const [one, two] = [left, right].map((text) =>
          identityOf(name, withValue(fixture(name), ['detail', 'more'], JSON.parse(text))),
        );
        const same = sorted(left) === sorted(right);
        expect(one === two).toBe(same);
      }),
    );
  });

  test('what replay adds to the envelope makes no other event', () => {
    const body = withValue(fixture('offerReleased.isv'), ['replay-name'], 'replay');
    expect(identityOf('offerReleased.isv', body)).toBe(identityOf('offerReleased.isv'));
  });
});

describe('Buy with Prime', () => {
  const name = 'buyabilityChanged.eventBridge';

  test('webhook and EventBridge delivery of one event are the same event', () => {
    expect(identityOf('buyabilityChanged.webhook')).toBe(identityOf(name));
  });

  test('idempotencyKey, else eventId, else the envelope’s id, none mistaken for another', () => {
    const keys: [string, Path][] = [
      ['key', ['detail', 'idempotencyKey']],
      ['event', ['detail', 'eventId']],
      ['envelope', ['id']],
    ];
    let body = fixture(name);
    for (const [, path] of keys) body = withValue(body, path, 'same');
    for (const [kind, path] of keys) {
      expect(identityOf(name, body)).toBe(`buyability:business-product-id:item-id:${kind}:same`);
      body = withValue(body, path, undefined);
    }
  });

  test('any key is taken as it is, colons and slashes included', () => {
    const key = fc.stringMatching(/^[ -~]{1,255}$/);
    fc.assert(
      fc.property(key, key, (left, right) => {
        const [one, two] = [left, right].map((value) =>
          identityOf(name, withValue(fixture(name), ['detail', 'idempotencyKey'], value)),
        );
        expect(one === two).toBe(left === right);
      }),
      { examples: [['a:b', 'a/b']] },
    );
  });

  test('the longest ids and keys still make an identity', () => {
    const body = withValue(
      withValue(fixture('buyabilityChanged.webhook'), ['idempotencyKey'], 'k'.repeat(255)),
      ['resources'],
      [`businessProduct/${'b'.repeat(200)}/items/${'i'.repeat(200)}`],
    );
    expect(eventsOf(parse('webhook', bytesOf(body)))[0]?.eventId).toHaveLength(672);
  });
});

function sorted(text: string): string {
  return JSON.stringify(withKeysInOrder(JSON.parse(text), (left, right) => (left < right ? -1 : 1)));
}
