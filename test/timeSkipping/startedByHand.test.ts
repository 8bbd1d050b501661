import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import type { CommandAnswer } from '../../src/workflows/shared/operatorCommands.ts';
import {
  changeSetOutcomeSignal,
  changeSetRemediationType,
  changeSetStatusQuery,
  type ChangeSetOutcomeMessage,
} from '../../src/workflows/changeSetRemediation/contract.ts';
import { offerWatchType } from '../../src/workflows/offerWatch/contract.ts';
import { stewardTaskQueue } from '../../src/workflows/shared/taskQueues.ts';
import { account, catalog } from '@marketplace-steward/testing/changeSets';
import { history, historyText } from '@marketplace-steward/testing/history';
import { stewardWorld, type SkippingWorld } from '@marketplace-steward/testing/stewardWorld';
import { until } from '@marketplace-steward/testing/until';

let world: SkippingWorld;
let handle: WorkflowHandle;
/** Lets the activity that resolves the policy answer. */
let release: () => void;
let released: Promise<void>;

beforeAll(async () => {
  world = await stewardWorld('skipping', {
    activities: (composed) => ({
      ...composed,
      configuredPolicy: async (...given: never[]) => {
        await released;
        return composed['configuredPolicy']?.(...given);
      },
    }),
  });
}, 120_000);
afterAll(() => world.close(), 60_000);
beforeEach(() => {
  released = new Promise((resolve) => (release = resolve));
});
afterEach(() => {
  release();
  return handle.terminate('the test is over').catch(() => undefined);
});

async function start(type: string, input: object): Promise<void> {
  const workflowId = `by-hand-${randomUUID()}`;
  handle = await world.client.workflow.start(type, { workflowId, taskQueue: stewardTaskQueue, args: [input] });
}

test('until its policy is known, a workflow answers the query, and loses neither signals nor commands', async () => {
  await start(changeSetRemediationType, { version: 1, account, catalog, changeSetId: 'origin' });
  await until(() => world.attempts.includes('configuredPolicy'));
  expect(await handle.query(changeSetStatusQuery)).toMatchObject({
    state: 'starting',
    nextStep: expect.stringContaining('policy'),
  });
  const succeeded: ChangeSetOutcomeMessage = {
    eventId: 'one',
    account,
    catalog,
    changeSetId: 'another',
    outcome: 'SUCCEEDED',
    startTime: '2026-11-01T11:00:00Z',
    endTime: '2026-11-01T11:01:00Z',
  };
  await handle.signal(changeSetOutcomeSignal, succeeded);
  const command = { actor: 'ann', reason: 'not needed' };
  const answer = handle.executeUpdate<CommandAnswer, [object]>('abandon', { args: [command] });
  await until(async () => (await history(handle)).includes('WORKFLOW_EXECUTION_UPDATE_ACCEPTED'));
  release();
  expect(await answer).toMatchObject({ state: 'abandoning' });
  const { notes, audit } = await handle.query(changeSetStatusQuery);
  expect(notes).toContain('another is not of this lineage; its own workflow gets the outcome.');
  expect(audit).toMatchObject([{ command: 'abandon', actor: 'ann' }]);
}, 60_000);

test('an input of a later version waits for a worker that knows it: the task fails, and says so', async () => {
  await start(offerWatchType, { version: 2, account, offerId: 'offer-1' });
  await until(async () => (await history(handle)).includes('WORKFLOW_TASK_FAILED'));
  expect(await historyText(handle)).toContain('The input has version 2, but this worker reads 1.');
  expect((await handle.describe()).status.name).toBe('RUNNING');
}, 60_000);
