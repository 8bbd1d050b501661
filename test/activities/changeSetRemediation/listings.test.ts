import { successorName, submitToken } from '../../../src/workflows/changeSetRemediation/lineage.ts';
import { account, catalog, ended, originId } from '@marketplace-steward/testing/changeSets';
import { ago, simulated, type Simulated } from '../simulated.ts';

type PutChangeSet = Parameters<Simulated['simulator']['control']['putChangeSet']>[0];

let world: Simulated;
beforeAll(async () => {
  world = await simulated();
});
afterAll(() => world.simulator.close());
beforeEach(() => {
  world.reset();
  world.simulator.control.putEntity({
    entityId: 'prod-abc',
    entityType: 'SaaSProduct@1.0',
    lastModified: ago(86_400_000),
  });
});

const startTime = ago(120_000);
const reference = { account, catalog, changeSetId: originId };
function put(changeSetId: string, values: Partial<PutChangeSet> = {}): void {
  world.simulator.control.putChangeSet({
    changeSetId,
    name: 'Update the listing',
    status: 'FAILED',
    failureCode: 'SERVER_FAULT',
    startTime,
    endTime: ago(60_000),
    changes: [
      { changeType: 'UpdateInformation', entityType: 'SaaSProduct@1.0', identifier: 'prod-abc', details: '{}' },
    ],
    ...values,
  });
}
const listings = (): number => world.simulator.control.log({ operation: 'ListChangeSets' }).length;
const running: Partial<PutChangeSet> = { status: 'APPLYING', startTime: ago(3_600_000), endTime: undefined };

test('one listing shows the successors, what is newer, and what runs since before the origin', async () => {
  put(originId);
  put('first', { name: successorName('Update the listing', originId, 1), startTime: ago(90_000) });
  put('second', { name: successorName('Update the listing', originId, 2), startTime: ago(30_000) });
  put('copy', { name: successorName('Another name', originId, 3), startTime: ago(20_000) });
  put('newer', { startTime: ago(10_000) });
  put('runs', running);
  const { origin, successors } = ended(await world.activities.inspectLineage(reference));
  expect(successors).toEqual([
    { attempt: 1, changeSetId: 'first', status: 'FAILED' },
    { attempt: 2, changeSetId: 'second', status: 'FAILED' },
  ]);
  expect(origin.concurrentChanges?.newerFailures.map(({ changeSetId }) => changeSetId)).toEqual(['newer', 'copy']);
  expect(origin.concurrentChanges?.running.map(({ changeSetId }) => changeSetId)).toEqual(['runs']);
  expect(listings()).toBe(1);
});

test('what runs is asked for on its own where the first pages do not reach back to the beginning', async () => {
  put(originId);
  for (let index = 0; index < 45; index += 1) {
    put(`old-${index}`, { status: 'SUCCEEDED', startTime: ago(600_000 + index * 1_000), endTime: ago(500_000) });
  }
  put('runs', running);
  const { origin } = ended(await world.activities.inspectLineage(reference));
  expect(origin.concurrentChanges?.running.map(({ changeSetId }) => changeSetId)).toEqual(['runs']);
  expect(origin.concurrentChanges).toMatchObject({ newerSuccesses: [], newerFailures: [] });
  expect(listings()).toBe(2);
});

test('a change set that names no entity has its successors checked for by their names', async () => {
  put(originId, { changes: [{ changeType: 'CreateProduct', entityType: 'SaaSProduct@1.0', details: '{}' }] });
  put('first', {
    name: successorName('Update the listing', originId, 1),
    startTime: ago(30_000),
    changes: [{ changeType: 'CreateProduct', entityType: 'SaaSProduct@1.0', details: '{}' }],
  });
  const { successors } = ended(await world.activities.inspectLineage(reference));
  expect(successors.map(({ changeSetId }) => changeSetId)).toEqual(['first']);
  expect(listings()).toBe(1);
});

test('one listing shows a submit whether it went out before, and what else happened', async () => {
  put(originId);
  const result = ended(
    await world.activities.submitSuccessor({
      account,
      catalog,
      originId,
      attempt: 1,
      clientRequestToken: submitToken(originId, 1),
      name: successorName('Update the listing', originId, 1),
      sourceId: originId,
      authority: 'policy',
      originStartTime: startTime,
      memberIds: [originId],
      known: [],
      amendments: [],
    }),
  );
  expect(result.outcome).toBe('submitted');
  expect(listings()).toBe(1);
});
