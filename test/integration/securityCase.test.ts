import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import { pino } from 'pino';
import { createNoticeActivities } from '../../src/activities/notices.ts';
import { createSecurityActivities } from '../../src/activities/securityCase/index.ts';
import type { RouteContext } from '../../src/delivery/delivery.ts';
import { receive } from '../../src/delivery/receive.ts';
import { resetToStart } from '@marketplace-steward/demo/answering';
import { startCatalogSimulator, type CatalogSimulator } from '@marketplace-steward/simulators/marketplaceCatalog';
import { createMarketplaceCatalog } from '../../src/vendors/marketplaceCatalog/index.ts';
import { bundleWorkflows } from '../../src/workers/bundle.ts';
import { installRuntime } from '../../src/workers/temporalLogger.ts';
import type { SecurityPolicy } from '../../src/workflows/securityCase/defaults.ts';
import { securityStatusQuery, securityWorkflowId } from '../../src/workflows/securityCase/contract.ts';
import type { Notice } from '../../src/workflows/shared/notices.ts';
import { searchAttributeTypes } from '../../src/workflows/shared/searchAttributes.ts';
import { stewardTaskQueue } from '../../src/workflows/shared/taskQueues.ts';
import { runSteward } from '@marketplace-steward/testing/steward';
import { testTemporal, type TestTemporal } from '@marketplace-steward/testing/temporal/testServer';
import { until } from '@marketplace-steward/testing/world';

const silent = pino({ level: 'silent' });
/** Reminders of seconds lie exactly that far from the due instant. */
const policy: Partial<SecurityPolicy> = {
  beforeDueMs: [20_000, 10_000],
  overdueMs: [1_000, 4_000],
  overdueEveryMs: 7 * 86_400_000,
  checkEveryMs: 300,
};
const reported = JSON.parse(
  readFileSync(new URL('../../packages/testing/fixtures/events/securityReportCreated.json', import.meta.url), 'utf8'),
) as { detail: object };

let temporal: TestTemporal;
let simulator: CatalogSimulator;
let bundle: Awaited<ReturnType<typeof bundleWorkflows>>;
let folder: string;
let accounts = 0;
const sent: Array<{ readonly atMs: number; readonly notice: Notice }> = [];
const running: Array<() => Promise<void>> = [];

beforeAll(async () => {
  installRuntime(silent);
  temporal = await testTemporal(searchAttributeTypes);
  simulator = await startCatalogSimulator({ seed: 5, quotas: 'off' });
  bundle = await bundleWorkflows(silent);
  folder = mkdtempSync(join(tmpdir(), 'steward-security-'));
}, 120_000);
afterEach(async () => {
  for (const stop of running.splice(0)) await stop();
});
afterAll(async () => {
  await simulator.close();
  await temporal.close();
  rmSync(folder, { recursive: true });
});

/** A worker with the real activities over the real SDK; it is given back how to stop it. */
async function startWorker(): Promise<() => Promise<void>> {
  const catalog = createMarketplaceCatalog({
    endpoint: simulator.url,
    credentialsFor: (account) => ({ accessKeyId: `SIM${account}`, secretAccessKey: 'simulated' }),
  });
  const worker = await Worker.create({
    connection: temporal.nativeConnection,
    namespace: temporal.namespace,
    taskQueue: stewardTaskQueue,
    workflowBundle: bundle,
    activities: {
      ...createSecurityActivities({ catalog }),
      ...createNoticeActivities({
        channels: [{ name: 'test', send: async (notice) => void sent.push({ atMs: Date.now(), notice }) }],
        routes: [{ channels: ['test'], showBuyers: false }],
      }),
    },
  });
  const run = worker.run();
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    if (stopped === undefined) {
      worker.shutdown();
      stopped = run;
    }
    return stopped;
  };
  running.push(stop);
  return stop;
}

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
  const context: RouteContext = {
    accounts: { [account]: { mode: 'observe', catalogs: ['AWSMarketplace'], kind: 'vendor', dailyCap: 50 } },
    policies: { securityCase: policy },
  };
  const details = {
    Description: { ProductTitle: 'My AMI' },
    Versions: [{ VersionTitle: '1.0', DeliveryOptions: [{ Id: 'do-1' }] }],
  };
  simulator.control.putEntity({ account, entityId: `prod-${account}`, entityType: 'AmiProduct@1.0', details });
  return {
    account,
    workflowId,
    handle: temporal.client.workflow.getHandle(workflowId),
    notices: () => sent.flatMap(({ notice }) => (notice.account === account ? [notice] : [])),
    async report(dueAt) {
      const detail = { ...reported.detail, upcomingResolutionDueDate: dueAt };
      const event = { ...reported, id: randomUUID(), account, time: new Date().toISOString(), detail };
      const receipt = await receive(temporal.client, context, 'eventbridge', Buffer.from(JSON.stringify(event)));
      expect(receipt.outcome).toBe('delivered');
    },
    assess(result, createdAt) {
      const error = { Code: 'OPEN_PORT', Message: 'Port 22 is open.' };
      simulator.control.putAssessment({
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
  await startWorker();
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
  const stop = await startWorker();
  const { workflowId, handle, notices, report } = newCase();
  const dueMs = Date.now() + 25_000;
  const dueAt = new Date(dueMs).toISOString();
  await report(dueAt);
  await until(async () => (notices().length === 1 ? true : undefined));
  await stop();
  await until(() => (Date.now() > dueMs - 19_000 ? true : undefined));
  expect(notices()).toHaveLength(1);

  const stopSecond = await startWorker();
  // The server gives a task to the worker that is gone first: by then it may be the second reminder's time.
  await until(() => notices().find(({ kind }) => kind === 'reminder'));
  await resetToStart(temporal.client, workflowId);
  await stopSecond();
  await startWorker();
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
  const told = new Set(
    notices()
      .map(({ id }) => id)
      .filter((id) => id.includes(':report:')),
  );
  expect(told.size).toBe(1);
  expect((await handle.query(securityStatusQuery)).state).toBe('open');
}, 120_000);

test('operators answer by the steward command, and a repeat does no harm', async () => {
  await startWorker();
  const { workflowId, handle, notices, report, assess } = newCase();
  assess('FAIL', '2026-01-01T00:00:00Z');
  await report(inDays(40));
  await until(() => notices()[0]);
  const there = ['--address', temporal.address, '--namespace', temporal.namespace];
  const give = async (command: string, ...more: string[]): Promise<Record<string, unknown>> => {
    const words = [command, workflowId, '--actor', 'ann', '--reason', 'because', ...more, '--json', ...there];
    const { exitCode, stdout, stderr } = await runSteward(words, { folder });
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

  const shown = await runSteward(['show', workflowId, ...there], { folder });
  expect(shown.stdout).toContain(`npx steward snooze ${workflowId} --days N --actor NAME --reason REASON`);
  expect(shown.stdout).toContain('My AMI');
}, 240_000);
