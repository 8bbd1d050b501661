import type { WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { createAccountAlarms } from '../../src/delivery/accountAlarms.ts';
import type { AccountAlarms } from '../../src/delivery/accountAlarms.ts';
import { failure } from '../../src/failures.ts';
import type { AccessCheckRequest } from '../../src/workflows/accountHealth/contract.ts';
import {
  accessRefusedSignal,
  accountHealthStatusQuery,
  accountHealthType,
  accountHealthWorkflowId,
  type AccessRefusedMessage,
} from '../../src/workflows/accountHealth/contract.ts';
import type { Notice } from '../../src/workflows/shared/notices.ts';
import { attentionAttribute, stateAttribute } from '../../src/workflows/shared/searchAttributes.ts';
import { stewardTaskQueue } from '../../src/workflows/shared/taskQueues.ts';
import { stewardWorld, type SkippingWorld } from '@marketplace-steward/testing/stewardWorld';
import { history } from '@marketplace-steward/testing/history';
import { quiet } from '@marketplace-steward/testing/skipping';
import { until } from '@marketplace-steward/testing/until';

const minuteMs = 60_000;

describe('a refused account, as time passes', () => {
  let world: SkippingWorld;
  let environment: TestWorkflowEnvironment;
  let alarms: AccountAlarms;
  let handle: WorkflowHandle;
  let account = '';
  let accounts = 100_000_000_000;
  let notices: Notice[] = [];
  /** When each check was made, on the server's clock, and what was asked. */
  const checks: Array<AccessCheckRequest & { readonly atMs: number }> = [];
  let refuses = true;
  /** How many checks end with a bug of the worker's code. */
  let bugs = 0;

  beforeAll(async () => {
    world = await stewardWorld('skipping', {
      activities: {
        checkAccess: async (check: AccessCheckRequest) => {
          checks.push({ ...check, atMs: await environment.currentTimeMs() });
          if (bugs > 0) {
            bugs -= 1;
            throw ApplicationFailure.nonRetryable('The check has a bug.', 'Bug');
          }
          if (refuses) throw failure('NotYet', `Account ${account} is still refused.`);
        },
      },
    });
    ({ environment, notices } = world);
  }, 120_000);
  afterAll(() => world.close(), 60_000);

  beforeEach(() => {
    accounts += 1;
    account = String(accounts);
    handle = environment.client.workflow.getHandle(accountHealthWorkflowId(account));
    alarms = createAccountAlarms(environment.client, { policies: {} });
    notices.length = 0;
    checks.length = 0;
    refuses = true;
    bugs = 0;
  });
  afterEach(async () => {
    const { status } = await handle.describe();
    if (status.name === 'RUNNING') await handle.terminate('the test is over');
  });

  async function refuse(operation: string, failureType: AccessRefusedMessage['failureType']): Promise<void> {
    const at = new Date(await environment.currentTimeMs()).toISOString();
    const message = `${operation}: refused`;
    await alarms.refused({ account, catalog: 'AWSMarketplace', operation, failureType, message, at });
  }

  async function attributes(): Promise<unknown> {
    const { typedSearchAttributes } = await handle.describe();
    return [stateAttribute, attentionAttribute].map((key) => typedSearchAttributes.get(key));
  }

  test('is checked with growing intervals, 15 minutes at most, and recovers automatically with one notice of each', async () => {
    await refuse('DescribeChangeSet', 'CredentialsRejected');
    await until(() => notices.length === 1);
    expect(await attributes()).toEqual(['refused', true]);
    await environment.sleep(120 * minuteMs);
    await until(() => checks.length >= 10);
    const waitsMs = checks.slice(1).map(({ atMs }, index) => atMs - (checks[index]?.atMs ?? 0));
    const minutes = waitsMs.map((ms) => Math.round(ms / minuteMs));
    expect(minutes.slice(0, 6)).toEqual([1, 2, 4, 8, 15, 15]);
    expect(Math.max(...minutes)).toBe(15);
    const during = await history(handle);
    await environment.sleep(60 * minuteMs);
    expect(await history(handle)).toEqual(during);
    expect(notices).toHaveLength(1);

    refuses = false;
    await environment.sleep(16 * minuteMs);
    expect(await handle.result()).toMatchObject({ state: 'recovered', missing: [{ refusals: 1 }] });
    expect(notices.map(({ kind, severity }) => `${kind} ${severity}`)).toEqual([
      'opening critical',
      'resolution information',
    ]);
    expect(await attributes()).toEqual(['recovered', false]);
  }, 60_000);

  test('StartChangeSet waits for half an hour of silence, then for a check that changes nothing', async () => {
    refuses = false;
    await refuse('StartChangeSet', 'AccessDenied');
    await until(() => notices.length === 1);
    expect(notices[0]?.nextStep).toContain('Grant aws-marketplace:StartChangeSet');
    await environment.sleep(29 * minuteMs);
    expect(checks).toEqual([]);
    const again: AccessRefusedMessage = {
      eventId: 'a repeat of the submit',
      operation: 'StartChangeSet',
      failureType: 'AccessDenied',
      message: 'StartChangeSet: refused',
      at: new Date(await environment.currentTimeMs()).toISOString(),
    };
    await handle.signal(accessRefusedSignal, again);
    await environment.sleep(29 * minuteMs);
    expect(checks).toEqual([]);
    await environment.sleep(2 * minuteMs);
    expect(await handle.result()).toMatchObject({ state: 'recovered', missing: [{ refusals: 2 }] });
    expect(checks).toMatchObject([
      { account, checks: [{ operation: 'ListChangeSets', refused: 'CredentialsRejected' }] },
    ]);
    expect(notices).toHaveLength(2);
  }, 60_000);

  test('a further refusal costs one action and four events; a storm of them one signal', async () => {
    await Promise.all(Array.from({ length: 50 }, () => refuse('ListChangeSets', 'AccessDenied')));
    await until(() => notices.length === 1);
    const before = await quiet(handle);
    expect(before.filter((name) => name === 'WORKFLOW_EXECUTION_SIGNALED')).toHaveLength(1);
    await refuse('ListChangeSets', 'AccessDenied');
    expect(await quiet(handle)).toEqual(before);
    const again = {
      operation: 'ListChangeSets',
      failureType: 'AccessDenied',
      message: 'no',
      at: new Date().toISOString(),
    };
    await handle.signal(accessRefusedSignal.name, { eventId: 'from another process', ...again });
    await until(async () => (await history(handle)).length > before.length + 3);
    expect((await quiet(handle)).slice(before.length)).toEqual([
      'WORKFLOW_EXECUTION_SIGNALED',
      'WORKFLOW_TASK_SCHEDULED',
      'WORKFLOW_TASK_STARTED',
      'WORKFLOW_TASK_COMPLETED',
    ]);
    expect(await handle.query(accountHealthStatusQuery)).toMatchObject({
      state: 'refused',
      missing: [{ refusals: 2 }],
    });
    expect(notices).toHaveLength(1);
  }, 60_000);

  test('a later refusal opens it again, and a cancelled run ends cleanly', async () => {
    refuses = false;
    await refuse('ListChangeSets', 'CredentialsRejected');
    await until(() => notices.length === 1);
    await environment.sleep(2 * minuteMs);
    expect(await handle.result()).toMatchObject({ state: 'recovered' });
    alarms = createAccountAlarms(environment.client, { policies: {} });
    await refuse('ListChangeSets', 'CredentialsRejected');
    await until(() => notices.length === 3);
    expect(new Set(notices.map(({ id }) => id)).size).toBe(3);
    await handle.cancel();
    expect(await handle.result()).toMatchObject({ state: 'abandoned' });
    expect(await attributes()).toEqual(['abandoned', false]);
    expect(notices).toHaveLength(3);
  }, 60_000);

  test('a check that ends with a bug is made again after a quarter of an hour, until the code is repaired', async () => {
    bugs = 2;
    refuses = false;
    await refuse('DescribeChangeSet', 'CredentialsRejected');
    await until(() => notices.length === 1);
    await environment.sleep(35 * minuteMs);
    await until(() => checks.length === 3);
    const [first = 0, second = 0, third = 0] = checks.map(({ atMs }) => atMs);
    expect([second - first, third - second].map((ms) => Math.round(ms / minuteMs))).toEqual([15, 15]);
    const ended = await handle.result();
    expect(ended).toMatchObject({ state: 'recovered', notes: [expect.stringContaining('The check has a bug')] });
    expect(notices.map(({ kind }) => kind)).toEqual(['opening', 'resolution']);
  }, 60_000);

  test('started by hand it checks once; a signal that is no refusal does no harm', async () => {
    await environment.client.workflow.start(accountHealthType, {
      workflowId: handle.workflowId,
      taskQueue: stewardTaskQueue,
      args: [{ version: 1, account, catalog: 'AWSMarketplace' }],
    });
    await handle.signal(accessRefusedSignal.name);
    await until(async () => (await handle.query(accountHealthStatusQuery).catch(() => undefined))?.notes.length === 1);
    expect((await handle.query(accountHealthStatusQuery)).notes[0]).toContain('Ignored a refusal');
    expect(await attributes()).toEqual(['refused', true]);
    refuses = false;
    await environment.sleep(2 * minuteMs);
    expect(await handle.result()).toMatchObject({ state: 'recovered', missing: [] });
    expect(notices).toEqual([]);
  }, 60_000);

  test('started with an input that lacks the account, it fails with the field’s name', async () => {
    const started = await environment.client.workflow.start(accountHealthType, {
      workflowId: handle.workflowId,
      taskQueue: stewardTaskQueue,
      args: [{ version: 1, catalog: 'AWSMarketplace' }],
    });
    await expect(started.result()).rejects.toMatchObject({
      cause: { type: 'InvalidInput', message: expect.stringContaining('account') },
    });
  });
});
