import { MockActivityEnvironment } from '@temporalio/testing';
import { ago, simulated, type Simulated } from '../simulated.ts';

const account = '123456789012';
const reference = { account, catalog: 'AWSMarketplace', changeSetId: 'origin' };
const lineage = { originId: 'origin', originStartTime: ago(120_000), memberIds: ['origin'] };

let world: Simulated;
beforeAll(async () => {
  world = await simulated();
});
afterAll(() => world.simulator.close());
beforeEach(() => {
  world.reset();
  world.simulator.control.putChangeSet({
    changeSetId: 'origin',
    account,
    name: 'Update the listing',
    status: 'FAILED',
    failureCode: 'CLIENT_ERROR',
    startTime: ago(120_000),
    endTime: ago(60_000),
    changes: [
      {
        changeType: 'UpdateInformation',
        entityType: 'SaaSProduct@1.0',
        identifier: 'prod-one',
        details: '{"Name":"x"}',
      },
    ],
  });
});

/** One activity attempt of the watch, scheduled so long ago; gives how many calls the vendor had. */
async function callsOf(attempt: number, askedAgoMs: number, justChecked: boolean | undefined): Promise<number> {
  const scheduledTimestampMs = Date.now() - askedAgoMs;
  const environment = new MockActivityEnvironment({ attempt, scheduledTimestampMs });
  const watch = (): Promise<unknown> =>
    world.activities.watchElsewhere(
      reference,
      lineage,
      ['prod-one@1'],
      ...(justChecked === undefined ? [] : [justChecked]),
    );
  await expect(environment.run(watch)).rejects.toMatchObject({ type: 'NotYet' });
  return world.simulator.control.log({ kind: 'call' }).length;
}

test('right after a check, the first attempt asks the vendor nothing', async () => {
  expect(await callsOf(1, 0, true)).toBe(0);
});

test.each([
  ['the second attempt', 2, 1_000, true],
  ['an attempt that an operator started long after', 1, 61_000, true],
  ['the first attempt where nothing was checked', 1, 0, false],
  ['the first attempt where the argument is absent', 1, 0, undefined],
] as const)('%s asks', async (_what, attempt, askedAgoMs, justChecked) => {
  expect(await callsOf(attempt, askedAgoMs, justChecked)).toBeGreaterThan(0);
});

test.each([
  ['the first poll of what was submitted just now asks nothing', 1, 0, true, 0],
  ['the second poll asks', 2, 1_000, true, 1],
  ['a poll that an operator started long after asks', 1, 61_000, true, 1],
  ['the first poll of what was there already asks', 1, 0, false, 1],
  ['the first poll without the argument asks', 1, 0, undefined, 1],
] as const)('%s', async (_what, attempt, submittedAgoMs, justSubmitted, calls) => {
  world.simulator.control.putChangeSet({
    changeSetId: 'runs',
    account,
    name: 'Update the listing',
    status: 'APPLYING',
    startTime: ago(0),
    changes: [
      { changeType: 'UpdateInformation', entityType: 'SaaSProduct@1.0', identifier: 'prod-one', details: '{}' },
    ],
  });
  const environment = new MockActivityEnvironment({ attempt, scheduledTimestampMs: Date.now() - submittedAgoMs });
  const poll = (): Promise<unknown> =>
    world.activities.awaitOutcome(
      { ...reference, changeSetId: 'runs' },
      ...(justSubmitted === undefined ? [] : [justSubmitted]),
    );
  await expect(environment.run(poll)).rejects.toMatchObject({ type: 'NotYet' });
  expect(world.simulator.control.log({ kind: 'call' })).toHaveLength(calls);
});
