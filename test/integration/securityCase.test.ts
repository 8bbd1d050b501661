import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import { resetToStart } from '@marketplace-steward/demo/operating';
import type { SecurityPolicy } from '../../src/workflows/securityCase/policyValues.ts';
import { securityStatusQuery, securityWorkflowId } from '../../src/workflows/securityCase/contract.ts';
import type { Notice } from '../../src/workflows/shared/notices.ts';
import { answeredSteward } from '@marketplace-steward/testing/steward';
import { sampleEvent } from '@marketplace-steward/testing/fixtures';
import { account as observed } from '@marketplace-steward/testing/sampleEvents';
import { stewardWorld, type StewardWorld } from '@marketplace-steward/testing/stewardWorld';
import { until } from '@marketplace-steward/testing/until';

/** Reminders of seconds lie exactly that far from the due instant. */
const policy: Partial<SecurityPolicy> = {
  beforeDueMs: [20_000, 10_000],
  overdueMs: [1_000, 4_000],
  overdueEveryMs: 7 * 86_400_000,
  checkEveryMs: 300,
};

let world: StewardWorld;
let folder: string;
let accounts = 0;
const sent: Array<{ readonly atMs: number; readonly notice: Notice }> = [];

beforeAll(async () => {
  const send = async (notice: Notice): Promise<void> => void sent.push({ atMs: Date.now(), notice });
  world = await stewardWorld('real', {
    policies: { securityCase: policy },
    parts: () => ({
      notices: { channels: [{ name: 'test', send }], routes: [{ channels: ['test'], showBuyers: false }] },
    }),
  });
  folder = mkdtempSync(join(tmpdir(), 'steward-security-'));
}, 120_000);
afterAll(async () => {
  await world.close();
  rmSync(folder, { recursive: true });
});

interface Case {
  readonly account: string;
  readonly workflowId: string;
  readonly handle: WorkflowHandle;
  readonly notices: () => Notice[];
  readonly report: (dueAt: string) => Promise<void>;
  readonly assess: (result: 'PASS' | 'FAIL', createdAt: string) => void;
}

/** The case of a fresh account, with a product of which one delivery option is assessed. */
function newCase(): Case {
  accounts += 1;
  const account = String(100_000_000_000 + accounts);
  const workflowId = securityWorkflowId(account);
  const details = {
    Description: { ProductTitle: 'My AMI' },
    Versions: [{ VersionTitle: '1.0', DeliveryOptions: [{ Id: 'do-1' }] }],
  };
  world.simulator.control.putEntity({ account, entityId: `prod-${account}`, entityType: 'AmiProduct@1.0', details });
  return {
    account,
    workflowId,
    handle: world.client.workflow.getHandle(workflowId),
    notices: () => sent.flatMap(({ notice }) => (notice.account === account ? [notice] : [])),
    async report(dueAt) {
      const envelope = { id: randomUUID(), account, time: new Date().toISOString() };
      const event = sampleEvent('securityReportCreated', envelope, { upcomingResolutionDueDate: dueAt });
      world.context = { ...world.context, accounts: { [account]: observed } };
      expect(await world.receive(event)).toMatchObject({ outcome: 'delivered' });
    },
    assess(result, createdAt) {
      const error = { Code: 'OPEN_PORT', Message: 'Port 22 is open.' };
      world.simulator.control.putAssessment({
        account,
        AssessmentId: `assessment-${randomUUID()}`,
        AssessmentTargetSummary: { EntityId: `prod-${account}` },
        FrameworkSummary: { AMISecuritySummary: { DeliveryOptionId: 'do-1' } },
        AssessmentResult: result,
        CreatedAt: createdAt,
        ControlAssessments: [{ ControlId: 'ports', ControlAssessmentResult: result, Errors: [error] }],
      });
    },
  };
}

const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString();

test('what is affected is named, and newer passes close the case, over the real SDK', async () => {
  const { account, handle, notices, report, assess } = newCase();
  assess('FAIL', '2026-01-01T00:00:00Z');
  await report(inDays(40));
  await until(() => notices()[0]);
  expect(notices()[0]?.lines).toContain(
    `My AMI (prod-${account}), version 1.0 (delivery option do-1): ports: OPEN_PORT (Port 22 is open.)`,
  );
  expect(await (await handle.describe()).staticDetails()).toContain(account);
  assess('PASS', '2026-01-02T00:00:00Z');
  await until(() => notices()[1]);
  expect(notices()[1]).toMatchObject({ kind: 'resolution', lines: [expect.stringContaining('that is the proof')] });
  expect(await handle.query(securityStatusQuery)).toMatchObject({ state: 'clear', commands: ['reopen'] });
}, 120_000);

test('workers that come and go and a reset change no identity, and nothing is sent early or twice', async () => {
  const { workflowId, handle, notices, report } = newCase();
  const dueMs = Date.now() + 25_000;
  const dueAt = new Date(dueMs).toISOString();
  await report(dueAt);
  await until(async () => (notices().length === 1 ? true : undefined));
  await world.stopWorkers();
  await until(() => (Date.now() > dueMs - 19_000 ? true : undefined));
  expect(notices()).toHaveLength(1);

  await world.startWorker();
  // The server gives a task to the worker that is gone first: by then it may be the second reminder's time.
  await until(() => notices().find(({ kind }) => kind === 'reminder'));
  await resetToStart(world.client, workflowId);
  await world.stopWorkers();
  await world.startWorker();
  await until(() => notices().find(({ id }) => id.endsWith(':overdue-4s')));

  const reminders = sent.filter(({ notice }) => notice.workflowId === workflowId && notice.kind === 'reminder');
  const fallsMs: Record<string, number> = {
    'before-20s': -20_000,
    'before-10s': -10_000,
    'overdue-1s': 1_000,
    'overdue-4s': 4_000,
  };
  for (const { atMs, notice } of reminders) {
    const reminder = notice.id.slice(`${workflowId}:${dueAt}:`.length);
    expect(notice.id).toBe(`${workflowId}:${dueAt}:${reminder}`);
    expect(atMs).toBeGreaterThanOrEqual(dueMs + (fallsMs[reminder] ?? Number.POSITIVE_INFINITY));
  }
  const ids = reminders.map(({ notice }) => notice.id);
  expect(new Set(ids).size).toBe(ids.length);
  const reports = new Set(
    notices()
      .map(({ id }) => id)
      .filter((id) => id.includes(':report:')),
  );
  expect(reports.size).toBe(1);
  expect((await handle.query(securityStatusQuery)).state).toBe('open');
}, 120_000);

test('operators answer by the steward command, and a repeat does no harm', async () => {
  const { workflowId, handle, notices, report, assess } = newCase();
  assess('FAIL', '2026-01-01T00:00:00Z');
  await report(inDays(40));
  await until(() => notices()[0]);
  const there = ['--address', world.temporal.address, '--namespace', world.temporal.namespace];
  const give = async (command: string, ...more: string[]): Promise<Record<string, unknown>> => {
    const words = [command, workflowId, '--actor', 'ann', '--reason', 'because', ...more, '--json', ...there];
    const { exitCode, stdout, stderr } = await answeredSteward(words, { folder });
    const document = JSON.parse(stdout) as Record<string, unknown>;
    return exitCode === 0 ? document : { exitCode, stderr };
  };
  expect(await give('snooze', '--days', '50')).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('A snooze ends at the due date at the latest'),
  });
  const snoozed = await give('snooze', '--days', '7');
  expect(snoozed).toMatchObject({ command: 'snooze', state: 'open', changed: true });
  expect(await give('snooze', '--days', '7')).toEqual(snoozed);
  for (const command of ['acknowledge', 'acknowledge', 'recheck', 'resolve', 'resolve', 'reopen', 'reopen']) {
    expect(await give(command)).toMatchObject({ command, changed: true });
  }
  expect(await give('retry')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('retry is for changeSetRemediation'),
  });
  const { audit } = await handle.query(securityStatusQuery);
  expect(audit.map(({ command }) => command)).toEqual(['snooze', 'acknowledge', 'recheck', 'resolve', 'reopen']);
  await until(() => notices().find(({ title }) => title.startsWith('Reopened')));
  expect(notices().map(({ kind }) => kind)).toEqual(['opening', 'acknowledgement', 'resolution', 'opening']);

  const shown = await answeredSteward(['show', workflowId, ...there], { folder });
  expect(shown.stdout).toContain(
    `steward snooze ${workflowId} --days '<number>' --actor '<your-name>' --reason '<why>'`,
  );
  expect(shown.stdout).toContain('My AMI');
}, 240_000);
