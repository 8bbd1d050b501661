import { fuzzContext } from '../../fuzz/context.ts';
import { judge } from '../../fuzz/judge/judge.ts';
import { fuzz } from '../../fuzz/run.ts';
import { fixture } from '@marketplace-steward/testing/sampleEvents';

/** `npm run fuzz` reads a million; these are the first of them by another seed. */
const inputs = 3_000;

test('every promise holds for inputs of every form, and every outcome is among them', async () => {
  const { failures, outcomes } = await fuzz({ count: inputs, seed: 2_026 });
  expect(
    failures.map(({ problems, input }) => [problems, Buffer.from(input.bytes).toString().slice(0, 2_000)]),
  ).toEqual([]);
  expect(Object.keys(outcomes).toSorted()).toEqual([
    'deliver agreement.created',
    'deliver buyability.changed',
    'deliver changeSet.finished',
    'deliver inventory.changed',
    'deliver offer.released',
    'deliver offerSet.released',
    'deliver securityReport.created',
    'hold',
    'ignored',
    'quarantine',
    'test',
    'unknownKind',
  ]);
});

test('a seed makes the same inputs again', async () => {
  const run = () => fuzz({ count: 50, seed: 7 });
  const [one, other] = [await run(), await run()];
  expect([one.megabytes, one.outcomes]).toEqual([other.megabytes, other.outcomes]);
});

test('the vendor’s sample keeps every promise', () => {
  expect(judge({ way: 'eventbridge', bytes: fixture('changeSetFailed') }, fuzzContext)).toMatchObject({
    outcomes: ['deliver changeSet.finished'],
    problems: [],
  });
});
