import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { NativeConnection } from '@temporalio/worker';
import { composeActivities } from '../../src/workers/activities.ts';
import { bundleWorkflows } from '../../src/workers/bundle.ts';
import { installRuntime } from '../../src/workers/temporalLogger.ts';
import { buildIdOf } from '../../src/workers/version.ts';
import { startWorkers } from '../../src/workers/worker.ts';
import { createMarketplaceCatalog } from '../../src/vendors/marketplaceCatalog/index.ts';
import { workerSchema } from '../../src/config/workerSchema.ts';
import { clientOf } from '../../src/delivery/connect.ts';
import { received } from '@marketplace-steward/testing/received';
import { startVersionMover } from '../../src/delivery/versionMover.ts';
import { queueNames } from '../../src/workflows/shared/taskQueues.ts';
import { searchAttributeTypes } from '../../src/workflows/shared/searchAttributes.ts';
import { moveToCurrentVersionSignal } from '../../src/workflows/shared/versionSignal.ts';
import { startCatalogSimulator, type CatalogSimulator } from '@marketplace-steward/simulators/marketplaceCatalog';
import { deliverCheckedFailure } from '@marketplace-steward/testing/checkedFailures';
import { account as observed, changed } from '@marketplace-steward/testing/sampleEvents';
import { otherVersion } from '@marketplace-steward/testing/otherVersion';
import { silent } from '@marketplace-steward/testing/silent';
import { findTemporalServer } from '@marketplace-steward/testing/temporal/temporalBinary';
import { testTemporal, type TestTemporal } from '@marketplace-steward/testing/temporal/testServer';
import { until } from '@marketplace-steward/testing/until';

const account = '111122223333';
const deploymentName = 'steward';
const configuration = {
  file: 'none',
  merchants: {},
  buyWithPrime: {},
  endpoints: {},
  policies: {},
  notices: { channels: {}, routes: [] },
  morningDigests: [],
  accounts: { [account]: observed },
};

let temporal: TestTemporal;
let simulator: CatalogSimulator;
const closing: Array<() => Promise<void>> = [];
/** The build ids, in the order of their start. */
const started: string[] = [];
const ran = new Set<string>();
const tools = mkdtempSync(join(tmpdir(), 'steward-versions-'));

beforeAll(async () => {
  installRuntime(silent);
  temporal = await testTemporal(searchAttributeTypes);
  const { STEWARD_TEMPORAL_ADDRESS: _, ...environment } = process.env;
  const found = await findTemporalServer({ environment, log: () => undefined });
  if (found.kind === 'address') throw new Error('there is no executable at an address');
  symlinkSync(found.path, join(tools, 'temporal'));
  simulator = await startCatalogSimulator({ seed: 9, account, quotas: 'off' });
}, 60_000);
afterAll(async () => {
  for (const close of closing.toReversed()) await close();
  await simulator.close();
  await temporal.close();
  rmSync(tools, { recursive: true });
});

const pace = { everyMs: 200, olderThanMs: 86_400_000, settlesMs: 0, askAgainMs: 2_000 };

/** A process of the workflows' version, with its own connection; gives its build id. */
async function startVersion(bundle: { readonly code: string }): Promise<string> {
  const { address, namespace } = temporal;
  const connection = await NativeConnection.connect({ address });
  const client = clientOf(connection, namespace);
  const buildId = buildIdOf(bundle);
  const version = { deploymentName, buildId };
  const catalog = createMarketplaceCatalog({
    logger: silent,
    endpoint: simulator.url,
    credentialsFor: () => ({ accessKeyId: `SIM${account}`, secretAccessKey: 'simulated' }),
  });
  const worker = await startWorkers({
    ...workerSchema.parse({}),
    queues: queueNames,
    connection,
    namespace,
    version,
    workflowBundle: bundle,
    activities: composeActivities(configuration, client, silent, () => catalog, {
      modes: { modeOf: () => 'observe', dailyCapOf: () => 50 },
    }),
    logger: silent,
  });
  const mover = startVersionMover(client, silent, pace);
  mover.keep(version);
  closing.push(async () => {
    await mover.close();
    await worker.close();
    await connection.close();
  });
  started.push(buildId);
  return buildId;
}

/** The build id of the version that the open run, or the last one, of a workflow is on. */
async function versionOf(workflowId: string): Promise<string | undefined> {
  const { raw } = await temporal.client.workflow.getHandle(workflowId).describe();
  return raw.workflowExecutionInfo?.versioningInfo?.deploymentVersion?.buildId ?? undefined;
}

/** When the first run of a workflow began, in milliseconds since the epoch. */
async function firstStartMs(workflowId: string): Promise<number> {
  const { raw } = await temporal.client.workflow.getHandle(workflowId).describe();
  const runId = raw.workflowExecutionInfo?.firstRunId ?? '';
  return (await temporal.client.workflow.getHandle(workflowId, runId).describe()).startTime.getTime();
}

async function openCase(): Promise<string> {
  const event = changed('securityReportCreated', {}, { account });
  await received(temporal.client, configuration, 'eventbridge', event);
  return `security:${account}`;
}

/** A lineage that waits. */
async function openLineage(): Promise<string> {
  return `change-set:${await deliverCheckedFailure(simulator, temporal.client, account)}`;
}

const page = readFileSync(join(__dirname, '../../docs/upgrading.md'), 'utf8');

/** The commands of docs/upgrading.md by the names that it gives them. */
const documented = new Map(
  [...page.matchAll(/<!-- run: (.+) -->\s+```sh\n([^]*?)```/g)].map(([, name = '', command = '']) => [name, command]),
);

/** Runs a documented command as an operator does; the names of those that ran are kept. */
async function run(name: string, variables: Readonly<Record<string, string>>): Promise<string> {
  const { address: TEMPORAL_ADDRESS, namespace: TEMPORAL_NAMESPACE } = temporal;
  const PATH = [tools, process.env['PATH']].join(delimiter);
  const { stdout } = await promisify(execFile)('sh', ['-ec', documented.get(name) ?? `no command: ${name}`], {
    env: { PATH, HOME: tools, TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, ...variables },
  });
  ran.add(name);
  return stdout;
}

/** Until workflows that begin now are on the version: before, a run that is asked to move finds nowhere to move to. */
async function untilTaken(version: string): Promise<void> {
  await until(async () => {
    const lineage = await openLineage();
    return (await until(() => versionOf(lineage))) === version;
  });
}

/** Runs a command that the server refuses until it knows the version on every queue. */
const runOnceKnown = (name: string, variables: Readonly<Record<string, string>>): Promise<string> =>
  until(() => run(name, variables).catch(() => undefined));

test('runs end on the version they began on, what stays and what is asked to moves over, and a rollback brings it back', async () => {
  const bundle = (await bundleWorkflows(silent)) as { readonly code: string };
  const OLD = await startVersion(bundle);
  await runOnceKnown('current', { NEW: OLD });
  const securityCase = await openCase();
  const ending = await openLineage();
  const moving = await openLineage();
  for (const id of [ending, moving, securityCase]) await until(async () => (await versionOf(id)) === OLD);

  const NEW = await startVersion(otherVersion(bundle));
  expect(NEW).not.toBe(OLD);
  const versions = { OLD, NEW };
  await runOnceKnown('ramp', versions);
  expect(await run('describe', versions)).toMatch(new RegExp(`${NEW}[^]*${OLD}|${OLD}[^]*${NEW}`));
  await run('current', versions);
  await until(async () => (await versionOf(securityCase)) === NEW);
  const fresh = await openLineage();
  await until(async () => (await versionOf(fresh)) === NEW);
  expect(await Promise.all([ending, moving].map(versionOf))).toEqual([OLD, OLD]);

  await temporal.client.workflow.getHandle(moving).signal(moveToCurrentVersionSignal);
  await until(async () => (await versionOf(moving)) === NEW);
  expect(await run('count', versions)).toContain('Total: 1');
  await temporal.client.workflow.getHandle(ending).cancel();
  await temporal.client.workflow.getHandle(ending).result();
  expect(await versionOf(ending)).toBe(OLD);
  await until(async () => (await run('count', versions)).includes('Total: 0'));
  expect(await run('drained', versions)).toMatch(/DrainageStatus\s+drain/);

  await run('rollback', versions);
  await until(async () => (await versionOf(securityCase)) === OLD);
  const afterRollback = await openLineage();
  await until(async () => (await versionOf(afterRollback)) === OLD);
  expect(await versionOf(fresh)).toBe(NEW);
  await run('move back', versions);
  await until(async () => (await versionOf(fresh)) === OLD);
}, 180_000);

test('a run that does not stay open moves over without being asked once it is older than the rule says, and not before', async () => {
  const [OLD = '', NEW = ''] = started;
  const olderThanMs = 4_000;
  const lineage = await openLineage();
  await until(async () => (await versionOf(lineage)) === OLD);
  await run('current', { NEW });
  const mover = startVersionMover(temporal.client, silent, { ...pace, olderThanMs });
  mover.keep({ deploymentName, buildId: NEW });
  await until(async () => (await versionOf(lineage)) === NEW);
  await mover.close();
  const { startTime } = await temporal.client.workflow.getHandle(lineage).describe();
  const first = await firstStartMs(lineage);
  expect(startTime.getTime() - first).toBeGreaterThanOrEqual(olderThanMs);
  await run('rollback', { OLD });
  await untilTaken(OLD);
  await run('move back', { NEW });
  await until(async () => (await versionOf(lineage)) === OLD);
}, 60_000);

test('a run can be kept on a version, and versions be given up', async () => {
  const [OLD = '', NEW = ''] = started;
  const ID = await openLineage();
  await until(async () => (await versionOf(ID)) === OLD);
  await run('current', { NEW });
  await untilTaken(NEW);
  await run('override', { ID, OLD });
  const { raw } = await temporal.client.workflow.getHandle(ID).describe();
  expect(raw.workflowExecutionInfo?.versioningInfo?.versioningOverride).toMatchObject({ pinned: expect.anything() });
  await temporal.client.workflow.getHandle(ID).signal(moveToCurrentVersionSignal);
  await run('no override', { ID });
  await temporal.client.workflow.getHandle(ID).signal(moveToCurrentVersionSignal);
  await until(async () => (await versionOf(ID)) === NEW);
  await run('unversioned', {});
}, 60_000);

test('every command of docs/upgrading.md was run', () => {
  expect([...ran].toSorted()).toEqual([...documented.keys()].toSorted());
});
