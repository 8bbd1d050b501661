import { ApplicationFailure } from '@temporalio/common';
import { inputProblem, requireInput } from '../../../src/workflows/reconcileChangeSets/input.ts';

const nowMs = Date.parse('2026-11-22T12:00:00Z');
const account = '123456789012';

test.each([
  [
    'all that a schedule gives',
    { version: 1, accounts: [{ account, catalogs: ['AWSMarketplace'], since: '2026-11-01T00:00:00.000Z' }] },
  ],
  ['a round of no account', { accounts: [] }],
  [
    'an account that is paused',
    { accounts: [{ account, since: '2026-11-01', paused: { actor: 'a', reason: 'b', at: '2026-11-01' } }] },
  ],
  ['a day to begin with', { account, from: '2026-11-01' }],
  ['a range with offsets', { account, from: '2026-11-01T00:00:00+02:00', to: '2026-11-02T00:00:00+02:00' }],
  ['other values', { account, policy: { overlapMs: 0, settlingMs: 600_000 } }],
])('%s is taken', (_, input) => {
  expect(inputProblem(input, nowMs)).toBeUndefined();
});

test.each([
  [undefined, 'must be one object, but it is nothing'],
  [[], 'must be one object, but it is an array'],
  [{}, '"account" must be an AWS account id as text, 12 digits, but it is nothing'],
  [{ account: 123456789012 }, '"account" must be an AWS account id as text, 12 digits, but it is 123456789012'],
  [{ account, catalog: 'AWSMarketplace' }, '"catalog" is no field here; valid fields: account, catalogs'],
  [{ account, catalogs: 'AWSMarketplace' }, '"catalogs" must be a list of 1 to 10 names'],
  [{ account, catalogs: [] }, '"catalogs" must be a list of 1 to 10 names'],
  [{ account, catalogs: ['AWSMarketplace', 'no name'] }, '"catalogs[1]" must be the name of a catalog'],
  [{ account, from: '22.11.2026' }, '"from" must be an ISO 8601 day or time with an offset'],
  [{ account, from: '2026-11-01T12:00:00' }, '"from" must be an ISO 8601 day or time with an offset'],
  [{ account, from: '2026-11-01', to: 5 }, '"to" must be an ISO 8601 day or time with an offset'],
  [{ account, since: '2026-11-01' }, '"since" is no field here'],
  [{ accounts: 5 }, '"accounts" must be a list of accounts, but it is 5'],
  [{ accounts: [5] }, '"accounts[0]" must be an object, but it is 5'],
  [{ accounts: [{ account }, { account: 'x' }] }, 'accounts[1]: "account" must be an AWS account id as text'],
  [{ accounts: [{ account, since: 'ever' }] }, 'accounts[0]: "since" must be an ISO 8601 day or time with an offset'],
  [{ accounts: [{ account, pause: {} }] }, '"accounts[0].pause" is no field here'],
  [{ accounts: [{ account, paused: true }] }, 'accounts[0]: "paused" must be an object'],
  [{ accounts: [{ account }], from: '2026-11-01' }, '"from" is no field here'],
  [{ accounts: [], account }, '"account" is no field here'],
  [{ account, to: '2026-11-01' }, '"from" is missing'],
  [{ account, from: '2026-11-05', to: '2026-11-01' }, '"to" must be later than "from", but it is'],
  [{ account, from: '2026-11-05', to: '2026-11-05' }, '"to" must be later than "from", but it is'],
  [{ account, from: '2026-12-01' }, '"from" must be in the past'],
  [{ account, from: '2025-01-01', to: '2025-02-01' }, '"to" must be within the last 60 days'],
  [{ account, policy: 5 }, '"policy" must be an object, but it is 5'],
  [
    { account, policy: { settleMs: 5 } },
    '"policy.settleMs" is no field here; valid fields: everyMs, overlapMs, settlingMs',
  ],
  [{ account, policy: { overlapMs: -1 } }, '"policy.overlapMs" must be milliseconds'],
])('%j is refused: %s', (input, sentence) => {
  expect(inputProblem(input, nowMs)).toContain(sentence);
});

test('a refusal fails the run for good, with an example of what would be right', () => {
  const refused = (): void => requireInput({ account: 'x' }, nowMs);
  expect(refused).toThrow(ApplicationFailure);
  expect(refused).toThrow(/For example:\n\{\n {2}"account": "123456789012"/);
});
