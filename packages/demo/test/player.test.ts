import type { Client } from '@temporalio/client';
import { startReceiver } from '@marketplace-steward/testing/receiver';
import type { Observer } from '../src/observe.ts';
import { play, type PlayerOptions } from '../src/player.ts';
import type { Scenario } from '../src/scenarios/scenario.ts';

const scenario: Scenario = {
  name: 'one of every start',
  group: 'A storm',
  workflowId: 'change-set:abc',
  sameId: true,
  expected: { state: 'awaitingDecision' },
  events: [],
};

/** A server that has the workflow for two more checks, and answers each deletion with an error of this code. */
function optionsOf(code: number): PlayerOptions {
  let checks = 0;
  const client = {
    options: { namespace: 'default' },
    workflowService: {
      deleteWorkflowExecution: () =>
        Promise.reject(Object.assign(new Error('the answer'), { code, details: 'the answer', metadata: {} })),
    },
  };
  const observer = { check: () => Promise.resolve((checks += 1) < 3 ? { workflowId: 'change-set:abc' } : undefined) };
  return {
    client: client as unknown as Client,
    observer: observer as unknown as Observer,
    signal: new AbortController().signal,
  } as PlayerOptions;
}

test('a workflow of an earlier start that goes between check and deletion is no problem', () =>
  expect(play(scenario, optionsOf(5))).resolves.toBeUndefined());

test('a deletion that the server refuses is one', () =>
  expect(play(scenario, optionsOf(7))).rejects.toThrow('the answer'));

test('a server that answers too late is asked again', async () => {
  let asked = 0;
  const observer = {
    check: () => ((asked += 1) < 3 ? Promise.reject(new Error('deadline exceeded')) : Promise.resolve(undefined)),
  };
  await play(scenario, { ...optionsOf(5), observer: observer as unknown as Observer });
  expect(asked).toBe(3);
});

test('an event that a busy ingress did not take is repeated, as its sender does', async () => {
  const { name, group, workflowId, expected } = scenario;
  const ingress = await startReceiver();
  ingress.answers = [
    { status: 503, body: '{}' },
    { status: 202, body: JSON.stringify({ outcome: 'delivered', workflowId }) },
  ];
  const event = { from: 'sample', envelope: 'eventbridge', bytes: Buffer.from('{}'), answer: 'delivered' } as const;
  const credential = { header: 'x-api-key', value: 'anything' };
  const credentials = { eventbridge: credential, webhook: credential };
  const options = { ...optionsOf(5), ingress: new URL(ingress.url).origin, credentials };
  try {
    await play({ name, group, workflowId, expected, events: [event] }, options);
    expect(ingress.received.map(({ answer }) => answer)).toMatchObject([{ status: 503 }, { status: 202 }]);
  } finally {
    await ingress.close();
  }
});
