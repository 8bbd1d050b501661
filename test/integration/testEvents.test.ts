/** Test events reach a workflow of their own and nothing else, whatever they look like and however many come. */
import { createReceiverMemory, receive } from '../../src/delivery/receive.ts';
import { mostTests } from '../../src/delivery/testLimit.ts';
import { testSource } from '../../src/events/testEvents.ts';
import { testEventWorkflowId, type TestEventStatus } from '../../src/workflows/testEvent/contract.ts';
import { attentionAttribute, stateAttribute } from '../../src/workflows/shared/searchAttributes.ts';
import { sampleEvent as sample } from '@marketplace-steward/testing/fixtures';
import { stewardWorld, type StewardWorld } from '@marketplace-steward/testing/stewardWorld';

let world: StewardWorld;
beforeAll(async () => {
  world = await stewardWorld('real');
});
afterAll(() => world.close());

const sampleEvent = (name: string, envelope: object) => sample(name, envelope, {});
const owner = '123456789012';
const resultOf = (testId: string) =>
  world.client.workflow.getHandle(testEventWorkflowId(testId)).result() as Promise<TestEventStatus>;

/** Vendors' own samples, all but their source. */
const samples = [
  'changeSetFailed',
  'changeSetSucceeded',
  'offerReleased.isv',
  'offerSetReleased',
  'securityReportCreated',
] as const;

test('events that are just like those of a configured account start test workflows, and no other; a repeat is one', async () => {
  const forged = samples.map((name, index) =>
    sampleEvent(name, { source: testSource, account: owner, id: `id-${index}` }),
  );
  for (const [index, event] of forged.entries()) {
    const workflowId = `test-event:id-${index}`;
    expect(await world.receive(event)).toMatchObject({ outcome: 'delivered', deliveries: [{ workflowId }] });
    expect(await resultOf(`id-${index}`)).toMatchObject({
      state: 'arrived',
      account: owner,
      arrival: { transport: 'cli' },
    });
    expect(await world.receive(event)).toMatchObject({ outcome: 'duplicate', deliveries: [{ workflowId }] });
  }
  const others = await world.client.workflow.count("WorkflowType!='testEvent'");
  expect(others.count).toBe(0);
  expect(world.attempts).toEqual([]);
  expect(world.notices).toEqual([]);
});

test('one of an account that is not configured is not held, and says so', async () => {
  const event = sampleEvent('changeSetFailed', { source: testSource, account: '555566667777', id: 'of-a-stranger' });
  expect(await world.receive(event)).toMatchObject({ outcome: 'delivered' });
  const { arrival, nextStep } = await resultOf('of-a-stranger');
  expect(arrival).toMatchObject({ isConfigured: false });
  expect(nextStep).toContain('accounts.555566667777');
  const handle = world.client.workflow.getHandle(testEventWorkflowId('of-a-stranger'));
  const { typedSearchAttributes, historyLength } = await handle.describe();
  expect(typedSearchAttributes.get(attentionAttribute)).toBe(false);
  expect(typedSearchAttributes.get(stateAttribute)).toBe('arrived');
  // Started, signalled, one task of three, completed: nothing else was done.
  expect(historyLength).toBe(6);
});

test('a workflow that is started by hand ends at once as well', async () => {
  const workflowId = testEventWorkflowId('by-hand');
  const input = { version: 1, testId: 'by-hand', account: owner, sentAt: '2026-12-01T09:00:00Z' };
  await world.client.workflow.start('testEvent', { workflowId, taskQueue: 'steward', args: [input] });
  const left = await resultOf('by-hand');
  expect(left).toMatchObject({ state: 'arrived', testId: 'by-hand' });
  expect(left.arrival).toBeUndefined();
});

test('one that is cancelled before a worker takes it ends as every other', async () => {
  await world.stopWorkers();
  const event = sampleEvent('changeSetFailed', { source: testSource, account: owner, id: 'cancelled' });
  expect(await world.receive(event)).toMatchObject({ outcome: 'delivered' });
  await world.client.workflow.getHandle(testEventWorkflowId('cancelled')).cancel();
  await world.startWorker();
  expect(await resultOf('cancelled')).toMatchObject({ state: 'arrived', notes: [] });
});

test('of a flood ten a minute start a workflow, and what is none starts nothing', async () => {
  const memory = createReceiverMemory(world.client);
  const take = (event: object) =>
    receive(world.client, world.context, 'eventbridge', Buffer.from(JSON.stringify(event)), memory, {
      transport: 'sqs',
      queue: `${owner}/steward`,
    });
  const flood = Array.from({ length: mostTests * 3 }, (_, index) =>
    sampleEvent('changeSetFailed', {
      source: testSource,
      // A forged event over HTTP names any account.
      account: String(100_000_000_000 + index),
      id: `flood-${index}`,
    }),
  );
  const outcomes = (await Promise.all(flood.map(take))).map(({ outcome }) => outcome);
  expect(outcomes.filter((outcome) => outcome === 'delivered')).toHaveLength(mostTests);
  expect(outcomes.filter((outcome) => outcome === 'ignored')).toHaveLength(mostTests * 2);
  const { arrival } = await resultOf('flood-0');
  expect(arrival).toMatchObject({ transport: 'sqs', queue: `${owner}/steward` });
  expect(await take(sampleEvent('changeSetFailed', { source: testSource, account: 'none' }))).toMatchObject({
    outcome: 'ignored',
    kind: `${testSource}/Change Set Failed`,
  });
  expect((await world.client.workflow.count("WorkflowType!='testEvent'")).count).toBe(0);
  expect(world.notices).toEqual([]);
});
