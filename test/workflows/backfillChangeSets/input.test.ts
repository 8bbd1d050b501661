import { backfillChangeSetsDefaults } from '../../../src/policies/defaults.ts';
import * as fc from 'fast-check';
import { realRunOf } from '../../../src/workflows/backfillChangeSets/details.ts';
import { exampleInput, inputProblem, planOf } from '../../../src/workflows/backfillChangeSets/input.ts';
import type { BackfillChangeSetsInput } from '../../../src/workflows/backfillChangeSets/contract.ts';
import { refuseInput } from '../../../src/workflows/shared/input.ts';

const nowMs = Date.parse('2026-03-31T13:00:00Z');
const account = '123456789012';
const right: BackfillChangeSetsInput = { account, from: '2026-03-01' };

describe('what a backfill is started with', () => {
  test.each<[string, unknown, string]>([
    ['nothing', undefined, 'The input must be one object, but it is nothing'],
    ['a list', [right], 'The input must be one object, but it is an array'],
    ['null', null, 'The input must be one object, but it is null'],
    ['a misspelt dryRun', { ...right, dryrun: false }, '"dryrun" is no field here; valid fields: account, catalog'],
    ['a key of every object', { ...right, toString: 1 }, '"toString" is no field'],
    ['no account', { from: '2026-03-01' }, '"account" must be an AWS account id as text, 12 digits, but it is nothing'],
    ['an account as number', { ...right, account: 123456789012 }, '"account" must be'],
    ['a short account', { ...right, account: '123' }, 'but it is "123"'],
    [
      'a bad catalog',
      { ...right, catalog: 'AWS Marketplace' },
      '"catalog" must be the name of a catalog, letters only',
    ],
    ['no from', { account }, '"from" must be an ISO 8601 day or time with an offset'],
    ['a day that is none', { ...right, from: '2026-02-30T99:00:00Z' }, '"from" must be an ISO 8601 day or time'],
    ['a time without offset', { ...right, from: '2026-03-01T12:00:00' }, 'but it is "2026-03-01T12:00:00"'],
    ['a bad to', { ...right, to: 'yesterday' }, '"to" must be an ISO 8601 day or time with an offset'],
    ['a reversed range', { ...right, to: '2026-02-20' }, '"from" must be before "to" (2026-02-20T00:00:00.000Z)'],
    ['an empty range', { ...right, to: '2026-03-01' }, '"from" must be before "to"'],
    ['a from to come', { ...right, from: '2026-04-01' }, '"from" must be in the past'],
    ['a to to come', { ...right, to: '2026-04-01' }, '"to" must be in the past, or be left out for now'],
    [
      'more than 60 days',
      { ...right, from: '2026-01-29' },
      '"from" must be 2026-01-30 or later, but it is "2026-01-29": AWS keeps change sets for 60 days',
    ],
    ['a status as text', { ...right, statuses: 'FAILED' }, '"statuses" must be a list of FAILED, SUCCEEDED, CANCELLED'],
    ['no status', { ...right, statuses: [] }, '"statuses" must be a list'],
    ['an unknown status', { ...right, statuses: ['FAILED', 'APPLYING'] }, '"statuses[1]" must be one of FAILED'],
    ['a dryRun as text', { ...right, dryRun: 'false' }, '"dryRun" must be true or false, but it is "false"'],
    ['an unknown act', { ...right, act: 'auto' }, '"act" must be "propose" or "policy", but it is "auto"'],
    ['limit zero', { ...right, limit: 0 }, '"limit" must be a whole number of change sets, 1 to 1000000, but it is 0'],
    ['half a limit', { ...right, limit: 1.5 }, '"limit" must be a whole number'],
    ['rate zero', { ...right, ratePerSecond: 0 }, '"ratePerSecond" must be a number above 0, up to 100, but it is 0'],
    ['a rate as text', { ...right, ratePerSecond: '2' }, '"ratePerSecond" must be a number above 0'],
  ])('%s is refused with the field', (_name, input, sentence) => {
    expect(inputProblem(input, nowMs)).toContain(sentence);
  });

  test('the refusal fails the run with an example', () => {
    expect(() => refuseInput('"limit" is wrong', exampleInput)).toThrow(
      '"limit" is wrong. For example:\n{\n  "account": "123456789012"',
    );
  });

  test('a dry run that proposes is what it is unless the input says otherwise', () => {
    expect(inputProblem(right, nowMs)).toBeUndefined();
    expect(planOf(right, backfillChangeSetsDefaults, nowMs)).toEqual({
      account,
      catalog: 'AWSMarketplace',
      policy: backfillChangeSetsDefaults,
      from: '2026-03-01T00:00:00.000Z',
      to: '2026-03-31T13:00:00.000Z',
      statuses: ['FAILED'],
      dryRun: true,
      act: 'propose',
    });
    const whole = {
      ...right,
      catalog: 'Other',
      to: '2026-03-02T10:00:00+02:00',
      statuses: ['SUCCEEDED', 'FAILED', 'FAILED'],
      dryRun: false,
      act: 'policy',
      limit: 7,
      ratePerSecond: 0.5,
    } as const;
    expect(inputProblem(whole, nowMs)).toBeUndefined();
    expect(planOf(whole, backfillChangeSetsDefaults, nowMs)).toMatchObject({
      catalog: 'Other',
      to: '2026-03-02T08:00:00.000Z',
      statuses: ['SUCCEEDED', 'FAILED'],
      dryRun: false,
      act: 'policy',
      limit: 7,
      ratePerSecond: 0.5,
    });
  });

  test('the input of the real run is that of the dry run but for the switch, and is right itself', () => {
    const real = realRunOf({ ...right, dryRun: true, limit: 3 });
    expect(real).toEqual({ ...right, dryRun: false, limit: 3 });
    expect(inputProblem(real, nowMs)).toBeUndefined();
  });

  test('60 days back from a moment ago is taken, whatever the hour', () => {
    const hours = fc.integer({ min: 0, max: 23 * 60 });
    fc.assert(
      fc.property(hours, fc.integer({ min: 0, max: 60_000 }), (minutes, lateMs) => {
        const atMs = Date.parse('2026-03-31T00:00:00Z') + minutes * 60_000;
        const from = new Date(atMs - 60 * 86_400_000).toISOString();
        expect(inputProblem({ account, from }, atMs + lateMs)).toBeUndefined();
      }),
    );
  });

  test('whatever is typed, it is taken or refused with a sentence', () => {
    const value = fc.oneof(fc.string(), fc.double(), fc.boolean(), fc.constant(null), fc.array(fc.string()));
    const fields = ['account', 'catalog', 'from', 'to', 'statuses', 'dryRun', 'act', 'limit', 'ratePerSecond', 'x'];
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...fields), value), (given) => {
        const problem = inputProblem({ ...right, ...given }, nowMs);
        expect(problem === undefined || /^".+" (must|is no field)/.test(problem)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });
});
