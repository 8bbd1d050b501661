import { problemsFrom } from '../../src/config/problems.ts';
import { fileSchema } from '../../src/config/schema.ts';

const account = '123456789012';

function read(callsPerSecond: unknown) {
  const file = { accounts: { [account]: { mode: 'observe', callsPerSecond } } };
  const parsed = fileSchema.safeParse(file);
  return parsed.success ? parsed.data.accounts[account]?.callsPerSecond : problemsFrom(parsed.error, file);
}

test('an account may have quotas of its own, for some of the operations', () => {
  expect(read({ ListChangeSets: 20, StartChangeSet: 0.5 })).toEqual({ ListChangeSets: 20, StartChangeSet: 0.5 });
});

test.each([
  [{ ListChangesets: 20 }, 'ListChangesets', 'no such setting'],
  [{ CancelChangeSet: 5 }, 'CancelChangeSet', 'no such setting'],
  [{ ListChangeSets: 0 }, 'ListChangeSets', 'found number 0, expected calls a second: a number over 0, at most 1,000'],
  [{ ListChangeSets: -1 }, 'ListChangeSets', 'a number over 0'],
  [{ ListChangeSets: '5' }, 'ListChangeSets', 'a number over 0'],
  [{ DescribeEntity: 1_001 }, 'DescribeEntity', 'at most 1,000'],
])('%j is refused by its name', (callsPerSecond, operation, part) => {
  expect(read(callsPerSecond)).toEqual([
    { field: `accounts.${account}.callsPerSecond.${operation}`, message: expect.stringContaining(part) },
  ]);
});
