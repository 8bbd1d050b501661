import { differenceOf } from '../../src/changeDetails/difference.ts';
import { shownFields } from '../../src/changeDetails/shownFields.ts';
import { knowledgeOf, knownChangeTypes } from '../../src/workflows/changeSetRemediation/changeTypes.ts';

const listing = { entityType: 'SaaSProduct@1.0', changeType: 'UpdateInformation' };

test('values of listed fields show, in lists too, cut and without what an address may hold', () => {
  expect(
    differenceOf(
      listing,
      { ProductTitle: 'Old', Highlights: ['fast', 'safe'], LogoUrl: 'https://old.example/a/logo.png', Sku: 'S-1' },
      { ProductTitle: 'New', Highlights: ['fast', 'small'], LogoUrl: 'https://new.example/logo.png', Sku: 'S-22' },
    ).lines,
  ).toEqual([
    'ProductTitle: “Old” becomes “New”',
    'Highlights.1: “safe” becomes “small”',
    'LogoUrl: “https[:]//old.example/…” becomes “https[:]//new.example/…”',
    'Sku: string of 3 characters becomes string of 4 characters',
  ]);
});

test('two values that read the same are told apart by their digests', () => {
  const long = (end: string): string => `${'a word '.repeat(30)}${end}`;
  const { lines } = differenceOf(listing, { LongDescription: long('x') }, { LongDescription: long('y') });
  expect(lines).toEqual([
    expect.stringMatching(/^LongDescription: string of 211 characters \((\w{8})\) becomes .*\((?!\1)\w{8}\)$/),
  ]);
});

test.each([
  ['Offer@1.0', 'UpdateInformation', { Name: 'For Acme Corporation' }],
  ['Offer@1.0', 'UpdatePricingTerms', { Terms: [{ RateCards: [{ RateCard: [{ Price: '1234.5' }] }] }] }],
  ['Offer@1.0', 'UpdateTargeting', { PositiveTargeting: { BuyerAccounts: ['444455556666'] } }],
  ['Unknown@1.0', 'UpdateInformation', { ProductTitle: 'Hidden' }],
  ['constructor', 'toString', { ProductTitle: 'Hidden' }],
])('of %s %s no value shows', (entityType, changeType, after) => {
  const text = differenceOf({ entityType, changeType }, {}, after).lines.join('\n');
  expect(text).toMatch(/: added, string of \d+ characters/);
  expect(text).not.toMatch(/Acme|1234\.5|444455556666|Hidden/);
});

test('what is gone is listed, beside the lines', () => {
  const found = differenceOf(listing, { ProductTitle: 'T', A: { B: 1 } }, { LogoUrl: 'x' });
  expect(found.dropped).toEqual(['ProductTitle', 'A.B']);
  expect(found.lines.slice(1)).toEqual(['ProductTitle: removed, was “T”', 'A.B: removed, was number of 1 characters']);
});

test('every change type with shown fields is one that AWS documents', () => {
  const listed = Object.entries(shownFields).flatMap(([family, types]) =>
    Object.keys(types).map((type) => [family, type] as const),
  );
  // Not every product has every change type; each is one of some product.
  const known = new Set(Object.values(knownChangeTypes).flatMap((types) => Object.keys(types)));
  expect(listed.filter(([family, type]) => knownChangeTypes[family] === undefined || !known.has(type))).toEqual([]);
  expect(knowledgeOf('Offer@1.0', 'UpdateAvailability')).toBeDefined();
});

test.each([
  ['a name with a dot', { A: { B: 'x' } }, { 'A.B': 'y', A: { B: 'x' } }, '“A.B”: added, string of 1 characters'],
  ['a field "0" for a list', { L: ['x'] }, { L: { 0: 'x' } }, 'L.0: added, string of 1 characters'],
  ['a text for an empty list', { L: [] }, { L: '[]' }, 'L: list of 2 characters becomes string of 2 characters'],
  ['an empty name', { a: 1 }, { a: 1, '': {} }, '“”: added, object of 2 characters'],
])('%s hides no change', (_, before, after, line) => {
  expect(differenceOf(listing, before, after).lines).toContain(line);
});

test('of a name of a field no secret shows, and of a long one the beginning', () => {
  const secret = 'https://b.example/?X-Amz-Signature=abc';
  expect(differenceOf(listing, { [secret]: true }, {}).lines).toEqual([
    '(a secret): removed, was a secret, boolean of 4 characters',
  ]);
  expect(differenceOf(listing, {}, { ['n'.repeat(9_000)]: true }).lines.join('').length).toBeLessThan(200);
});
