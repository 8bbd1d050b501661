import fc from 'fast-check';
import { parse } from '../../src/events/parse.ts';
import type { ParseResult } from '../../src/events/types.ts';
import { allFixtures, at, eventsOf, fixture, fixtureBytes, parseBody, envelopeOf, withValue } from './fixtures.ts';
import type { Json, Path } from './fixtures.ts';

const isRecord = (value: Json | undefined): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function pathsOf(value: Json, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [
    path,
    ...Object.entries(value).flatMap(([key, member]) =>
      pathsOf(member, [...path, Array.isArray(value) ? Number(key) : key]),
    ),
  ];
}

// No field of either vendor starts with `x`; the named ones are those that a careless reader finds on a prototype.
const unknownKey = fc.oneof(
  fc.constantFrom('__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf'),
  fc.string().map((text) => `x${text}`),
);
const prototypeKeys = Object.getOwnPropertyNames(Object.prototype);
const jsonValue = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as Json);

describe.each(allFixtures)('%s', (name) => {
  const original = fixture(name);
  const envelope = envelopeOf(name);
  const objectPaths = pathsOf(original).filter((path) => isRecord(at(original, path)));

  test('unknown keys survive in detail and change nothing else', () => {
    fc.assert(
      fc.property(fc.constantFrom(...objectPaths), unknownKey, jsonValue, (path, key, value) => {
        const body = withValue(original, [...path, key], value);
        const detail = envelope === 'webhook' ? body : at(body, ['detail']);
        const events = eventsOf(parseBody(name, body));
        const originals = eventsOf(parseBody(name, original));
        expect(events.map((event) => JSON.stringify(event.detail))).toEqual([JSON.stringify(detail)]);
        const digested = /^(offer|offerSet|securityReport)\./.test(events[0]?.kind ?? '') && path[0] === 'detail';
        for (const [index, event] of events.entries()) {
          const { detail: _, eventId, ...rest } = event;
          const { detail: __, eventId: originalId, ...originalRest } = originals[index]!;
          expect(rest).toStrictEqual(originalRest);
          expect(eventId === originalId).toBe(!digested);
        }
        expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(prototypeKeys);
      }),
    );
  });

  test('a __proto__ with the vendor’s own keys stands in for none of them', () => {
    for (const path of objectPaths) {
      for (const [key, value] of Object.entries(at(original, path) as object)) {
        const without = withValue(original, [...path, key], undefined);
        const inherited = withValue(without, [...path, '__proto__'], { [key]: value });
        expect(parseBody(name, inherited).outcome).toBe(parseBody(name, without).outcome);
      }
    }
  });

  test('any JSON in the place of any part never throws', () => {
    fc.assert(
      fc.property(fc.constantFrom(...pathsOf(original).slice(1)), jsonValue, (path, value) => {
        expect(defectsOf(parseBody(name, withValue(original, path, value)))).toEqual([]);
      }),
    );
  });

  test('any damage to the bytes never throws', () => {
    const bytes = fixtureBytes(name);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 0, max: 255 }), fc.boolean(), (index, byte, cutOff) => {
        const damaged = Uint8Array.from(bytes);
        damaged[index] = byte;
        expect(defectsOf(parse(envelope, cutOff ? damaged.slice(0, index) : damaged))).toEqual([]);
      }),
    );
  });
});

test.each(['eventbridge', 'webhook'] as const)('%s: any bytes and any JSON never throw', (envelope) => {
  const encode = (text: string) => new TextEncoder().encode(text);
  const envelopeKey = fc.constantFrom('source', 'detail-type', 'detail', 'id', 'resources', 'eventDescriptor');
  const anyBytes = fc.oneof(
    fc.uint8Array({ maxLength: 400 }),
    fc.json().map(encode),
    fc.dictionary(envelopeKey, jsonValue).map((body) => encode(JSON.stringify(body))),
  );
  fc.assert(
    fc.property(anyBytes, (bytes) => {
      expect(defectsOf(parse(envelope, bytes))).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

describe('kinds', () => {
  const sources = [
    'aws.marketplacecatalog',
    'aws.agreement-marketplace',
    'aws.marketplace',
    'aws.private-marketplace',
    'aws.discovery-marketplace',
    'aws.partner/buywithprime/any',
    'marketplace-steward.test',
  ];
  const readTypes = [
    'Change Set Succeeded',
    'Change Set Failed',
    'Change Set Cancelled',
    'Offer Released',
    'OfferSet Released',
    'Products Security Report Created',
    'BUYABILITY_CHANGED',
  ];
  const encode = (body: object) => new TextEncoder().encode(JSON.stringify(body));
  const anyType = fc
    .oneof(fc.string(), fc.string({ unit: 'binary' }), fc.stringMatching(/^[A-Z][A-Z_]{3,40}$/))
    .filter((type) => !readTypes.includes(type));

  test('no detail-type or descriptor of a known source makes an event unreadable', () => {
    fc.assert(
      fc.property(fc.constantFrom(...sources), anyType, jsonValue, (source, type, detail) => {
        const results = [
          parse('eventbridge', encode({ source, 'detail-type': type, detail })),
          parse('webhook', encode({ eventDescriptor: type, data: detail })),
        ];
        for (const result of results) {
          expect(result.outcome).toMatch(/^(ignored|unknownKind)$/);
          expect(defectsOf(result)).toEqual([]);
        }
      }),
    );
  });

  test('one type has one kind, and two types have two', () => {
    const kindOfType = (source: string, type: string): string => {
      const result = parse('eventbridge', encode({ source, 'detail-type': type }));
      return result.outcome === 'ignored' || result.outcome === 'unknownKind' ? result.kind : '';
    };
    fc.assert(
      fc.property(fc.constantFrom(...sources), anyType, anyType, (source, one, other) => {
        expect(kindOfType(source, one) === kindOfType(source, other)).toBe(one === other);
      }),
    );
  });
});

/** What keeps a result from being one that a caller can rely on: it survives JSON, and says what is wrong. */
function defectsOf(result: ParseResult): readonly string[] {
  const defects = JSON.parse(JSON.stringify(result)).outcome === result.outcome ? [] : ['lost in JSON'];
  switch (result.outcome) {
    case 'events':
      return result.events.length > 0 ? defects : [...defects, 'no event'];
    case 'test':
      return /^[A-Za-z0-9-]{1,64}$/.test(result.test.testId)
        ? defects
        : [...defects, 'an id that no workflow can have'];
    case 'ignored':
    case 'unknownKind':
      return [
        ...defects,
        ...(result.reason === '' ? ['no reason'] : []),
        ...(/^[ -~]{1,130}$/.test(result.kind) ? [] : [`the kind ${result.kind}`]),
      ];
    case 'unreadable': {
      const blanks = result.problems.filter((problem) => Object.values(problem).includes(''));
      return [...defects, ...(result.problems.length > 0 ? [] : ['no problem']), ...blanks.map(() => 'a blank')];
    }
  }
}
