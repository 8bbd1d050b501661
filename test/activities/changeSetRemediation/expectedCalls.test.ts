import { MockActivityEnvironment } from '@temporalio/testing';
import { expectedCalls } from '../../../src/activities/changeSetRemediation/expectedCalls.ts';
import type { ExpectedCalls } from '../../../src/vendors/marketplaceCatalog/port.ts';
import { successorName, submitToken } from '../../../src/workflows/changeSetRemediation/lineage.ts';
import { account, catalog, originId } from '@marketplace-steward/testing/changeSets';
import { ago, simulated, type Simulated } from '../simulated.ts';

let world: Simulated;
const announced: ExpectedCalls[] = [];
beforeAll(async () => {
  world = await simulated();
});
afterAll(() => world.simulator.close());
beforeEach(() => {
  world.reset();
  jest.spyOn(world.catalog, 'expecting').mockImplementation((_, calls, work) => {
    announced.push(calls);
    return work();
  });
  jest.spyOn(world.catalog, 'expects').mockImplementation((_, calls) => void announced.push(calls));
  announced.length = 0;
  const entityId = 'prod-abc';
  world.simulator.control.putEntity({ entityId, entityType: 'SaaSProduct@1.0', lastModified: ago(86_400_000) });
  world.simulator.control.putChangeSet({
    changeSetId: originId,
    name: 'Update the listing',
    status: 'FAILED',
    failureCode: 'SERVER_FAULT',
    startTime: ago(120_000),
    endTime: ago(60_000),
    changes: [{ changeType: 'UpdateInformation', entityType: 'SaaSProduct@1.0', identifier: entityId, details: '{}' }],
  });
});

const reference = { account, catalog, changeSetId: originId };
const lineage = { originId, originStartTime: ago(120_000), memberIds: [originId] };
const submit = (authority: 'policy' | 'operator' = 'policy') =>
  world.activities.submitSuccessor({
    account,
    catalog,
    ...lineage,
    attempt: 1,
    clientRequestToken: submitToken(originId, 1),
    name: successorName('Update the listing', originId, 1),
    sourceId: originId,
    authority,
    known: [],
    amendments: [],
  });

/** Every call that reached AWS, by the port's names. */
function made(): ExpectedCalls {
  const names = {
    DescribeChangeSet: 'describeChangeSet',
    DescribeEntity: 'describeEntity',
    ListChangeSets: 'lookUps',
    ListTagsForResource: 'tagsOf',
    StartChangeSet: 'startChangeSet',
  } as const;
  const calls: Record<string, number> = {};
  for (const entry of world.simulator.control.log({ kind: 'call' })) {
    const name = 'operation' in entry ? names[entry.operation as keyof typeof names] : 'none';
    calls[name] = (calls[name] ?? 0) + 1;
  }
  return calls;
}

test.each<[string, () => Promise<unknown>, ExpectedCalls]>([
  ['inspectLineage', () => world.activities.inspectLineage(reference), expectedCalls.check],
  ['diagnoseChangeSet', () => world.activities.diagnoseChangeSet(reference, lineage), expectedCalls.check],
  ['watchElsewhere', () => world.activities.watchElsewhere(reference, lineage, []), expectedCalls.check],
  ['awaitOutcome', () => world.activities.awaitOutcome(reference), expectedCalls.description],
  ['awaitEnd', () => world.activities.awaitEnd(reference), expectedCalls.description],
  ['describeAmendments', () => world.activities.describeAmendments(reference, []), expectedCalls.description],
  ['submitSuccessor', () => submit(), expectedCalls.submit],
])('%s says beforehand exactly which calls it makes', async (_, act, calls) => {
  await new MockActivityEnvironment().run(() => act().catch(() => undefined));
  expect(announced).toEqual([calls]);
  expect(made()).toEqual(calls);
});

test.each([
  ['in observe mode', () => (world.mode = 'observe')],
  ['in approve mode', () => (world.mode = 'approve')],
])('a submit %s expects to check, and nothing else', async (_, set) => {
  set();
  await submit();
  expect(announced).toEqual([expectedCalls.check]);
  expect(made()).toEqual(expectedCalls.check);
});

test("once the day's cap is reached, a submit by policy expects to check, until another cap holds or a permit is had", async () => {
  world.dailyCap = 0;
  await submit();
  expect(announced).toEqual([expectedCalls.submit, expectedCalls.notSent]);
  expect(made()).toEqual(expectedCalls.check);
  announced.length = 0;
  await submit();
  expect(announced).toEqual([expectedCalls.check]);
  world.permits.answers.push({ outcome: 'granted', grant: 1 });
  announced.length = 0;
  await submit();
  expect(announced).toEqual([expectedCalls.check, expectedCalls.sent]);
  world.dailyCap = 1;
  announced.length = 0;
  await submit();
  expect(announced[0]).toEqual(expectedCalls.submit);
});

test("an operator's submit expects to submit, whether or not the day's cap is reached", async () => {
  world.dailyCap = 0;
  await submit();
  announced.length = 0;
  await submit('operator');
  expect(announced).toEqual([expectedCalls.submit]);
});
