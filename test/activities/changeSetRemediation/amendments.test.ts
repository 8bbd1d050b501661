import fc from 'fast-check';
import { amended, describeDifference } from '../../../src/activities/changeSetRemediation/amendments.ts';
import type { CatalogChangeSet } from '../../../src/vendors/marketplaceCatalog/port.ts';
import { originId } from '@marketplace-steward/testing/changeSets';

const source = (...details: Array<string | undefined>): CatalogChangeSet => ({
  changeSetId: originId,
  name: 'Update',
  intent: 'APPLY',
  status: 'FAILED',
  changes: details.map((text) => ({
    changeType: 'UpdateInformation',
    entityType: 'SaaSProduct@1.0',
    entityId: 'prod-abc@4',
    changeName: 'First',
    ...(text === undefined ? {} : { details: text }),
    errors: [],
  })),
});
const difference = (before: string, after: string): readonly string[] =>
  describeDifference(source(before), [{ index: 0, details: after }]).lines.map((line) =>
    line.replace('changes[0] UpdateInformation', '').trim(),
  );

describe('what an amendment changes', () => {
  test.each([
    ['a value', '{"Title":"Old"}', '{"Title":"Newer"}', [/^Title: string of 3 .* becomes string of 5 /]],
    ['a number’s digits', '{"P":1.10}', '{"P":1.1}', [/^P: number of 4 .* becomes number of 3 /]],
    ['a long number', '{"W":12345678901234567890}', '{"W":12345678901234567891}', [/^W: number of 20 /]],
    ['a number that becomes a text', '{"P":1}', '{"P":"1"}', [/^P: number of 1 .* becomes string of 1 /]],
    ['an entry of a list', '{"L":[{"A":1},{"A":2}]}', '{"L":[{"A":1},{"A":3}]}', [/^L\.1\.A: /]],
    ['added and removed', '{"Gone":true}', '{"Fresh":null}', [/^Fresh: added, /, /^Gone: removed, was boolean of 4 /]],
    ['an empty list', '{"L":[1]}', '{"L":[]}', [/^L: added, /, /^L\.0: removed, was number of 1 /]],
    ['white space and the order of keys', '{"a":1,"b":[-2e3]}', ' {"b": [ -2e3 ], "a": 1}', [/^: nothing changes$/]],
    ['digits inside of a text', '{"a":"v 1.0, \\"2\\""}', '{"a":"v 1.0, \\"3\\""}', [/^a: string of 10 /]],
  ])('%s', (_, before, after, expected) => {
    const lines = difference(before, after);
    expect(lines).toHaveLength(expected.length);
    expected.forEach((pattern, index) => expect(lines[index]).toMatch(pattern));
  });

  test('any two documents: no content shows, and equal ones have no difference', () => {
    const content = fc.stringMatching(/^[A-Z]{12}$/);
    const document = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.oneof(content, fc.array(content)));
    fc.assert(
      fc.property(document, document, (one, other) => {
        expect(difference(JSON.stringify(one), JSON.stringify(other)).join()).not.toMatch(/[A-Z]{12}/);
        expect(difference(JSON.stringify(one), JSON.stringify(one))).toEqual([': nothing changes']);
      }),
    );
  });

  test('what is nested without an end is not compared, and breaks nothing', () => {
    const endless = `{"A":${'['.repeat(8_000)}1${']'.repeat(8_000)}}`;
    expect(difference('{"A":1}', endless)[0]).toMatch(/^: nested too deep to be compared; string of 16007 /);
    expect(difference(endless, '{"A":1}')[0]).toMatch(/^: AWS shows no details to compare with; /);
  });

  test.each([[undefined], ['no JSON at all']])(
    'with nothing to compare with (%s), only what is new shows',
    (before) => {
      const [line] = describeDifference(source(before), [{ index: 0, details: '{"A":"content"}' }]).lines;
      expect(line).toContain('no details to compare with');
      expect(line).not.toContain('content');
    },
  );

  test('details that AWS shows as a document only are compared too', () => {
    const [change] = source(undefined).changes;
    const shown = {
      ...source(undefined),
      changes: change === undefined ? [] : [{ ...change, detailsDocument: { A: 1 } }],
    };
    expect(describeDifference(shown, [{ index: 0, details: '{"A":2}' }]).lines).toEqual([
      'changes[0] UpdateInformation A: number of 1 characters becomes number of 1 characters',
    ]);
  });

  test.each(['{"Title":"Evil","Title":"Good"}', '{"Title":"Good","title":"Evil"}', '{"Title":"Good\\u0000"}'])(
    'what a comparison would not see whole says so: %s',
    (details) => expect(difference('{"Title":"Good"}', details)[0]).toMatch(/a field twice|the character U\+0000/),
  );

  test('what is short enough to be guessed from its digest has none', () => {
    expect(difference('{"Buyer":"123456789012"}', '{"Buyer":"210987654321"}')).toEqual([
      'Buyer: string of 12 characters becomes string of 12 characters',
    ]);
    const long = (end: string): string => JSON.stringify({ Text: `a description of the product ${end}` });
    expect(difference(long('a'), long('b'))[0]).toMatch(/^Text: .*\(([0-9a-f]{8})\) becomes .*\((?!\1)[0-9a-f]{8}\)$/);
  });

  test('a long difference is cut, and says by how much', () => {
    const many = JSON.stringify(Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`k${index}`, index])));
    const { lines } = describeDifference(source('{}'), [{ index: 0, details: many }]);
    expect(lines).toHaveLength(61);
    expect(lines.at(-1)).toBe('and 40 more');
  });
});

test('amended details take the place of the text or the document; all else stays', () => {
  const before = source('{"A":1}', undefined);
  const after = amended(before, [{ index: 1, details: '{"B":1.10}' }]);
  expect(after.changes[0]).toBe(before.changes[0]);
  expect(after.changes[1]).toEqual({ ...before.changes[1], details: '{"B":1.10}', detailsDocument: undefined });
});

describe('secrets of the change set', () => {
  const canary = 'canary5ignature0123456789';
  const logo = `https://bucket.s3.amazonaws.com/logo.png?X-Amz-Signature=${canary}&X-Amz-Date=20261101T000000Z`;
  const before = source(JSON.stringify({ LogoUrl: logo, ProductTitle: 'Old' }));
  const kept = '<<kept by steward: LogoUrl>>';
  const amendment = (details: object) => [{ index: 0, details: JSON.stringify(details) }];

  test('go into the submission where they stood, and into no difference', () => {
    const amendments = amendment({ LogoUrl: kept, ProductTitle: 'New' });
    expect(amended(before, amendments).changes[0]?.details).toBe(
      JSON.stringify({ LogoUrl: logo, ProductTitle: 'New' }),
    );
    expect(describeDifference(before, amendments).lines).toEqual([
      'changes[0] UpdateInformation ProductTitle: “Old” becomes “New”',
    ]);
    const replaced = describeDifference(before, amendment({ LogoUrl: 'https://example.com/logo.png' })).lines;
    expect(replaced[0]).toMatch(/LogoUrl: a secret, string of 110 characters becomes “.*example\.com.*…”$/);
    expect(replaced.join()).not.toContain('canary');
  });

  test.each([
    [{ VideoUrl: kept }, 'VideoUrl'],
    [{ LogoUrl: `${kept}?x` }, 'LogoUrl'],
    [{ LogoUrl: '<<kept by steward: VideoUrl>>' }, 'LogoUrl'],
    [{ ProductTitle: '<<kept by steward: ProductTitle>>' }, 'ProductTitle'],
    [{ Links: [kept] }, 'Links.0'],
  ])('moved or edited they are refused, by the name of the field: %j', (details, field) => {
    expect(() => amended(before, amendment(details))).toThrow(
      `changes[0] ${field}: what stands for a secret was edited or moved`,
    );
    expect(describeDifference(before, amendment(details)).lines[0]).toContain(`${field}: what stands for a secret`);
  });
});

test('details that are a list are compared entry by entry, and submitted as they were typed', () => {
  const dimensions = source('[{"Key":"users","Name":"Usres"},{"Key":"hosts","Name":"Hosts"}]');
  const details = '[ {"Key":"users","Name":"Users"} ]';
  expect(describeDifference(dimensions, [{ index: 0, details }]).lines).toEqual([
    'changes[0] UpdateInformation 0.Name: string of 5 characters becomes string of 5 characters',
    'changes[0] UpdateInformation 1.Key: removed, was string of 5 characters',
    'changes[0] UpdateInformation 1.Name: removed, was string of 5 characters',
  ]);
  expect(amended(dimensions, [{ index: 0, details }]).changes).toMatchObject([{ details }]);
});
