import {
  reconcileChangeSetsType,
  type ReconcileInput,
  type ReconcileStatus,
} from '../../src/workflows/reconcileChangeSets/contract.ts';
import { reconcileDefaults } from '../../src/policies/defaults.ts';
import { stewardTaskQueue } from '../../src/workflows/shared/taskQueues.ts';
import { history } from '@marketplace-steward/testing/history';
import { account as usual } from '@marketplace-steward/testing/sampleEvents';
import { stewardWorld, type StewardWorld } from '@marketplace-steward/testing/stewardWorld';

/** Temporal counts three for what a schedule starts: two for the schedule's own, one for the start. */
const perStart = 3;
const roundsADay = 86_400_000 / reconcileDefaults.everyMs;
/** What each costs an action beside the start (docs.temporal.io/cloud/actions), as the history names it. */
const billed = [
  'ACTIVITY_TASK_SCHEDULED',
  'TIMER_STARTED',
  'UPSERT_WORKFLOW_SEARCH_ATTRIBUTES',
  'WORKFLOW_EXECUTION_SIGNALED',
  'WORKFLOW_EXECUTION_UPDATE_ACCEPTED',
  'START_CHILD_WORKFLOW_EXECUTION_INITIATED',
  'MARKER_RECORDED',
];

let world: StewardWorld;
beforeAll(async () => {
  world = await stewardWorld('real');
}, 120_000);
afterAll(() => world.close());

/** Runs one round over so many accounts of which nothing is to be said, and counts what Temporal bills. */
async function roundOf(count: number) {
  const ids = Array.from({ length: count }, (_, index) => String(300_000_000_000 + index));
  world.context = { accounts: Object.fromEntries(ids.map((id) => [id, usual])), policies: {} };
  world.attempts.length = 0;
  world.simulator.control.reset();
  const since = new Date(Date.now() - 86_400_000).toISOString();
  const handle = await world.client.workflow.start<(input: ReconcileInput) => Promise<ReconcileStatus>>(
    reconcileChangeSetsType,
    {
      workflowId: `reconcile:accounts-${count}`,
      taskQueue: stewardTaskQueue,
      args: [{ version: 1, accounts: ids.map((account) => ({ account, since })), policy: reconcileDefaults }],
    },
  );
  const status = await handle.result();
  const events = await history(handle);
  const { raw } = await handle.describe();
  return {
    status,
    attempts: [...world.attempts],
    actions: perStart + events.filter((event) => billed.includes(event)).length,
    calls: world.simulator.control.log({ operation: 'ListChangeSets' }).length,
    bytes: Number(raw.workflowExecutionInfo?.historySizeBytes ?? 0),
  };
}

test('one idle account costs 384 actions a day: the schedule, and one activity', async () => {
  const { status, actions, attempts, calls } = await roundOf(1);
  expect(status).toMatchObject({ state: 'allKnown', listed: 0 });
  expect(attempts).toEqual(['checkAccounts']);
  expect(actions).toBe(4);
  expect(actions * roundsADay).toBe(384);
  expect(calls).toBe(2);
}, 60_000);

test('a thousand idle accounts cost little more than two actions each and day, and stay far under what a history holds', async () => {
  const { status, actions, attempts, calls, bytes } = await roundOf(1_000);
  expect(status.state).toBe('allKnown');
  expect(Object.keys(status.accounts)).toHaveLength(1_000);
  expect(attempts).toEqual(Array.from({ length: 20 }, () => 'checkAccounts'));
  expect(actions).toBe(23);
  expect((actions * roundsADay) / 1_000).toBeLessThan(2.3);
  expect(calls).toBe(2_000);
  expect(JSON.stringify(status).length).toBeLessThan(80_000);
  expect(bytes).toBeLessThan(600_000);
}, 240_000);
