import type { Client } from '@temporalio/client';
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

test('an event that a busy ingress did not take is repeated, as its sender does', async () => {
  const answers = [{ status: 503 }, { status: 202 }];
  const emit = () => Promise.resolve(answers.shift());
  const options = { ...optionsOf(5), controls: { catalog: { emit } } } as unknown as PlayerOptions;
  const events = [{ from: 'catalogSimulator', changeSetId: 'abc' }] as const;
  const { name, group, workflowId, expected } = scenario;
  await play({ name, group, workflowId, expected, events }, options);
  expect(answers).toEqual([]);
});
