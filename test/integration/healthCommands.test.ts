import { keepSchedules } from '../../src/delivery/schedules.ts';
import { createAccountAlarms } from '../../src/delivery/accountAlarms.ts';
import type { CommandContext } from '../../src/cli/command.ts';
import { backfillChangeSets } from '../../src/cli/backfillChangeSets.ts';
import { health } from '../../src/cli/health.ts';
import { openWorkflow } from '../../src/cli/open.ts';
import { changeSchedule, listSchedules } from '../../src/cli/schedules.ts';
import { reconcileScheduleId } from '../../src/workflows/reconcileChangeSets/contract.ts';
import { accountHealthWorkflowId } from '../../src/workflows/accountHealth/contract.ts';
import { silent } from '@marketplace-steward/testing/silent';
import { stewardWorld, type StewardWorld } from '@marketplace-steward/testing/stewardWorld';
import { until } from '@marketplace-steward/testing/until';

const ui = 'http://127.0.0.1:8233';
const operator = { actor: 'ann', reason: 'the quota is used up' };

let world: StewardWorld;
let notes: string[];
beforeAll(async () => {
  world = await stewardWorld('real');
  await keepSchedules(world.client, world.context, silent, new AbortController().signal);
}, 60_000);
afterAll(() => world.close());
beforeEach(() => {
  notes = [];
});

const there = () => ({ address: world.temporal.address, namespace: world.temporal.namespace });
const context: CommandContext = {
  environment: {},
  workingDirectory: '/',
  clone: '/',
  note: (line) => void notes.push(line),
  progress: () => {},
  run: () => Promise.resolve(),
};

test('a schedule is listed, paused with the reason, triggered and unpaused; one that is not there is refused', async () => {
  const act = (name: 'pause' | 'unpause' | 'trigger', schedule = reconcileScheduleId) =>
    changeSchedule(name, schedule, { ...there(), ...operator }, context);
  // The list may be a moment behind.
  const rows = async () => (await listSchedules(there(), context)).document as readonly unknown[];
  await until(async () => (await rows()).length > 0);
  expect(await rows()).toMatchObject([
    { name: reconcileScheduleId, type: 'reconcileChangeSets', paused: false, nextAt: expect.stringContaining('T') },
  ]);

  expect(await act('pause')).toMatchObject({ text: `${reconcileScheduleId} is paused: it begins no run.` });
  const [paused] = await rows();
  expect(paused).toMatchObject({
    paused: true,
    note: expect.stringMatching(/^pause by ann, \S+Z: the quota is used up$/),
  });
  expect(paused).not.toHaveProperty('nextAt');
  expect(await act('pause')).toMatchObject({ text: expect.stringContaining('is paused already (pause by ann') });

  expect((await act('trigger')).text).toContain('It is paused: no other follows.');
  // The reason of the pause is not lost.
  expect(await rows()).toMatchObject([{ note: expect.stringMatching(/^pause by ann/) }]);
  await until(async () => {
    const { info } = await world.client.schedule.getHandle(reconcileScheduleId).describe();
    return info.recentActions.length > 0;
  });

  expect((await act('unpause')).text).toContain('goes on. Next: ');
  expect((await act('unpause')).text).toContain('is not paused; nothing changed.');
  await expect(act('pause', 'reconcile')).rejects.toMatchObject({
    exitCode: 4,
    message: expect.stringContaining(`Did you mean ${reconcileScheduleId}?`),
  });
});

test('a backfill of an account that the workers do not know starts nothing, and names those that they do', async () => {
  const [account = ''] = Object.keys(world.context.accounts);
  const mistyped = `${account.slice(0, 11)}${account.endsWith('0') ? '1' : '0'}`;
  const from = new Date(Date.now() - 3_600_000).toISOString();
  const request = { account: mistyped, from, status: ['FAILED'], act: 'propose', wait: false } as const;
  await expect(backfillChangeSets({ ...request, ...there() }, context)).rejects.toMatchObject({
    exitCode: 2,
    message: `The configuration of the workers has no account ${mistyped}. Did you mean ${account}? Configured: ${account}. Nothing was started.`,
  });
});

test('an alarm says what somebody has to do; a well account differs from one that nobody watches, and a page opens', async () => {
  const [account = ''] = Object.keys(world.context.accounts);
  expect(await health(account, there(), context)).toMatchObject({ exitCode: 0, document: [] });
  await expect(health('999999999999', there(), context)).rejects.toMatchObject({
    exitCode: 4,
    message: expect.stringContaining(`Configured: ${account}`),
  });

  await createAccountAlarms(world.client, world.context).refused({
    account,
    catalog: 'AWSMarketplace',
    operation: 'StartChangeSet',
    failureType: 'AccessDenied',
    message: 'User is not authorized to perform StartChangeSet',
    at: new Date().toISOString(),
  });
  const workflowId = accountHealthWorkflowId(account);
  const query = `WorkflowId="${workflowId}" AND ExecutionStatus="Running" AND StewardAccount="${account}"`;
  await until(async () => (await world.client.workflow.count(query)).count > 0);
  const { text, exitCode } = await until(async () => {
    const found = await health(account, { ...there(), ui }, context);
    return found.text.includes('You: ') ? found : undefined;
  });
  expect(exitCode).toBe(1);
  expect(text).toContain(`${workflowId}  refused, since `);
  expect(text).toContain('- reported once: User is not authorized to perform StartChangeSet');
  expect(text.replaceAll('\n', ' ')).toContain(
    `You: Grant aws-marketplace:StartChangeSet to the role that is used for account ${account}`,
  );

  const opened: string[] = [];
  const open = (_opener: unknown, link: string) => Promise.resolve(opened.push(link) > 0);
  const platform = 'darwin';
  const onTerminal = (flags: object) =>
    openWorkflow(workflowId, { ...there(), ui, ...flags }, context, { isTerminal: true, platform, open });
  const { text: link } = await onTerminal({ print: true });
  expect(link).toContain(`${ui}/namespaces/${world.temporal.namespace}/workflows/${encodeURIComponent(workflowId)}/`);
  expect(opened).toEqual([]);
  expect(await onTerminal({})).toMatchObject({ text: link, document: { opened: true } });
  expect(opened).toEqual([link]);
  await expect(onTerminal({ ui: 'file:///etc' })).rejects.toMatchObject({ exitCode: 2 });
});
