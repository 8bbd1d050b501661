import fc from 'fast-check';
import { readAmendments } from '../../../../src/workflows/changeSetRemediation/transitions/amendments.ts';
import { diagnosis, setChange } from '@marketplace-steward/testing/changeSets';

const known = diagnosis({ changes: [setChange, setChange] });
const problemOf = (changes: unknown): string => {
  const read = readAmendments(changes, known);
  return 'problem' in read ? read.problem : '';
};

describe('an amendment that an operator typed', () => {
  test('details given as text are kept to the letter, an object is written as JSON', () => {
    const text = '{"Weight": 12345678901234567890, "Price": 1.10}';
    expect(
      readAmendments(
        [
          { index: 1, details: text },
          { index: 0, details: { a: '1' } },
        ],
        known,
      ),
    ).toEqual({
      amendments: [
        { index: 1, details: text },
        { index: 0, details: '{"a":"1"}' },
      ],
    });
  });

  test('a list is taken where the details of a change type are one, as text or as it is', () => {
    const details = [{ Key: 'users', Types: ['Entitled'] }];
    const text = JSON.stringify(details);
    for (const given of [details, text]) {
      expect(readAmendments([{ index: 0, details: given }], known)).toEqual({
        amendments: [{ index: 0, details: text }],
      });
    }
  });

  test.each([
    [undefined, '"changes" must be a list'],
    [[], '"changes" must be a list'],
    [['x'], 'changes[0] must be an object'],
    [[{ index: 2, details: '{}' }], 'changes[0].index must be a whole number from 0 to 1'],
    [[{ index: '0', details: '{}' }], 'changes[0].index'],
    [[{ index: 0 }], 'changes[0].details must be a JSON object'],
    [[{ index: 0, details: 'no' }], 'is not JSON'],
    [[{ index: 0, details: { Prices: [{ Amount: 1.1 }] } }], 'give the details as a text'],
    [[{ index: 0, details: '12' }], 'a single value'],
    [[{ index: 0, details: [{ Key: 'a', Price: 1.1 }] }], 'give the details as a text'],
    [[{ index: 0, details: `{"a":"${'x'.repeat(17_000)}"}` }], '2 to 16384 characters'],
    [[{ index: 0, details: '{"Url":"https://b.example/l?X-Amz-Signature=abc"}' }], 'signed address'],
    [
      [
        { index: 0, details: '{}' },
        { index: 0, details: '{}' },
      ],
      'stands twice',
    ],
  ])('%j is refused with the field named', (changes, expected) => {
    expect(problemOf(changes)).toContain(expected);
  });

  test('nothing known, nothing amended', () => {
    expect(readAmendments([{ index: 0, details: '{}' }], undefined)).toHaveProperty('problem');
  });

  test('anything at all is read or refused, and never throws', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const read = readAmendments(value, known);
        expect('problem' in read || read.amendments.length > 0).toBe(true);
      }),
    );
  });
});
