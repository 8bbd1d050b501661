import type { Client } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { createSubmitPermits, type SubmitPermits } from '../../src/delivery/submitPermits.ts';
import { submitPermitsDefaults } from '../../src/policies/defaults.ts';
import { stewardTaskQueue } from '../../src/workflows/shared/taskQueues.ts';
import {
  permitUpdate,
  submitPermitsId,
  submitPermitsStatusQuery,
  submitPermitsType,
} from '../../src/workflows/submitPermits/contract.ts';
import { changeSetWorld } from '@marketplace-steward/testing/changeSetWorld';
import type { StewardWorld } from '@marketplace-steward/testing/stewardWorld';
import { until } from '@marketplace-steward/testing/until';

const catalog = 'AWSMarketplace';
const usedWithinMs = 60_000;

let world: StewardWorld;
let permits: SubmitPermits;
beforeAll(async () => {
  world = await changeSetWorld();
  permits = createSubmitPermits(world.client, () => 100_000, 10_000);
});
afterAll(() => world.close());

async function ask(account: string, token: string, dailyCap: number) {
  for (;;) {
    const answer = await permits.request({ account, catalog }, { token, authority: 'policy', dailyCap, usedWithinMs });
    if (answer.outcome !== 'later' || answer.because !== 'counting') return answer;
    await new Promise((resolve) => setTimeout(resolve, answer.retryAfterMs));
  }
}
const tokens = (count: number, prefix = 't'): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`);

test('of sixty requests at one moment exactly the cap is granted', async () => {
  const answers = await Promise.all(tokens(60).map((token) => ask('111111111111', token, 7)));
  expect(answers.filter(({ outcome }) => outcome === 'granted')).toHaveLength(7);
  expect(answers.filter(({ outcome }) => outcome === 'capReached')).toHaveLength(53);
});

test('a run that is renewed knows every token', async () => {
  const account = '222222222222';
  const handle = world.client.workflow.getHandle(submitPermitsId(account));
  expect(await ask(account, 'first', 1)).toMatchObject({ outcome: 'granted' });
  const { runId } = await handle.describe();
  for (let asked = 0; asked < 1_050; asked += 50) {
    await Promise.all(tokens(50, `n${asked}.`).map((token) => ask(account, token, 1)));
  }
  await until(async () => ((await handle.describe()).runId === runId ? undefined : true));
  expect(await ask(account, 'first', 1)).toMatchObject({ outcome: 'later', because: 'held' });
  expect(await ask(account, 'last', 1)).toEqual({ outcome: 'capReached' });
  expect(await handle.query(submitPermitsStatusQuery)).toMatchObject({ state: 'granting', today: 1, inFlight: 1 });
}, 120_000);

test('a permit whose answer was lost is not held against its own request', async () => {
  const account = '444444444444';
  expect(await ask(account, 'first', 5)).toMatchObject({ outcome: 'granted' });
  const lost: string[] = [];
  const { workflow } = world.client;
  const losing = Object.assign(Object.create(world.client) as Client, {
    workflow: Object.assign(Object.create(workflow) as Client['workflow'], {
      async executeUpdateWithStart(...asked: Parameters<Client['workflow']['executeUpdateWithStart']>) {
        const answer = await workflow.executeUpdateWithStart(...asked);
        if (lost.length > 0) return answer;
        lost.push(JSON.stringify(answer));
        throw new Error('the answer was lost');
      },
    }),
  });
  const asked = { token: 'second', authority: 'policy', dailyCap: 5, usedWithinMs } as const;
  const answer = await createSubmitPermits(losing, () => 100_000, 10_000).request({ account, catalog }, asked);
  expect(lost).toEqual([JSON.stringify(answer)]);
  expect(answer).toMatchObject({ outcome: 'granted' });
  const status = world.client.workflow.getHandle(submitPermitsId(account)).query(submitPermitsStatusQuery);
  expect(await status).toMatchObject({ today: 2, inFlight: 2 });
});

test('a run after one that was terminated grants nothing while an earlier permit can be used', async () => {
  const account = '333333333333';
  const handle = world.client.workflow.getHandle(submitPermitsId(account));
  expect(await ask(account, 'first', 5)).toMatchObject({ outcome: 'granted' });
  await handle.terminate('by an operator');
  await until(async () => ((await permits.lastEndedMs(account)) === undefined ? undefined : true));
  const asked = { token: 'second', authority: 'policy', dailyCap: 5, usedWithinMs } as const;
  expect(await permits.request({ account, catalog }, asked)).toMatchObject({ outcome: 'later', because: 'counting' });
  const { raw } = await until(async () => {
    const described = await handle.describe();
    return described.raw.pendingActivities?.[0]?.lastFailure ? described : undefined;
  });
  expect(raw.pendingActivities?.[0]?.lastFailure?.message).toMatch('An earlier run of these permits has ended');
  // Nothing is submitted meanwhile: a worker that dies over the count has to be noticed within seconds.
  expect(Number(raw.pendingActivities?.[0]?.activityOptions?.heartbeatTimeout?.seconds)).toBe(20);
});

test('what is granted while the submits in flight are counted again is kept', async () => {
  const account = '666666666666';
  const policy = { ...submitPermitsDefaults, recountFrom: 1 };
  const handle = await world.client.workflow.start(submitPermitsType, {
    workflowId: submitPermitsId(account),
    taskQueue: stewardTaskQueue,
    args: [{ version: 1, account, catalog, policy }],
  });
  await until(async () => ((await handle.query(submitPermitsStatusQuery)).state === 'granting' ? true : undefined));
  const counting = async (): Promise<boolean> => {
    const { raw } = await handle.describe();
    return raw.pendingActivities?.some(({ activityType }) => activityType?.name === 'runningSubmits') ?? false;
  };
  const grant = (token: string) =>
    handle.executeUpdate(permitUpdate, {
      args: [{ token, authority: 'policy', dailyCap: 5, usedWithinMs, startsPerSecond: 100, settleMs: 10_000 }],
    });
  world.simulator.control.addFault({ fault: 'slow', operation: 'ListChangeSets', account, delayMs: 3_000 });
  expect(await grant('first')).toMatchObject({ outcome: 'granted' });
  // It finds one in flight, which asks for the count.
  expect(await grant('second')).toMatchObject({ outcome: 'granted' });
  await until(async () => ((await counting()) ? true : undefined));
  expect(await grant('third')).toMatchObject({ outcome: 'granted' });
  await until(async () => ((await counting()) ? undefined : true));
  expect(await grant('third')).toMatchObject({ outcome: 'later', because: 'held' });
  expect(await handle.query(submitPermitsStatusQuery)).toMatchObject({ today: 3, inFlight: 3 });
});

test('what is no request is refused, and leaves nothing in the history', async () => {
  const handle = world.client.workflow.getHandle(submitPermitsId('111111111111'));
  const { historyLength } = await handle.describe();
  await expect(handle.executeUpdate('permit', { args: [{ token: 'x' }] })).rejects.toThrow('Update failed');
  await expect(handle.executeUpdate('returnPermit', { args: [] })).rejects.toThrow('Update failed');
  expect((await handle.describe()).historyLength).toBe(historyLength);
});

test('a request that the workflow refuses is no failure of Temporal, which would be repeated for days', async () => {
  const asked = { token: 't'.repeat(65), authority: 'policy', dailyCap: 5, usedWithinMs } as const;
  const refused = await permits.request({ account: '555555555555', catalog }, asked).catch((error: unknown) => error);
  expect(refused).toMatchObject({ message: expect.stringMatching(/^Refused: .*1 to 64 characters/) as string });
  expect(refused).not.toBeInstanceOf(ApplicationFailure);
});
