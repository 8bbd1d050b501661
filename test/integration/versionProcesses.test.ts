import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { loadConfiguration } from '../../src/config/load.ts';
import { received } from '@marketplace-steward/testing/received';
import { searchAttributeTypes } from '../../src/workflows/shared/searchAttributes.ts';
import { moveToCurrentVersionSignal } from '../../src/workflows/shared/versionSignal.ts';
import { changed } from '@marketplace-steward/testing/sampleEvents';
import { startSteward } from '@marketplace-steward/testing/steward';
import { testTemporal, type TestTemporal } from '@marketplace-steward/testing/temporal/testServer';
import { until } from '@marketplace-steward/testing/until';

const repository = resolve(__dirname, '../..');
const deploymentName = 'steward';
const account = '123456789012';
const folder = mkdtempSync(join(tmpdir(), 'steward-versions-'));
const configurationFile = join(folder, 'steward.yaml');
let temporal: TestTemporal;
let environment: NodeJS.ProcessEnv;

beforeAll(async () => {
  temporal = await testTemporal(searchAttributeTypes);
  writeFileSync(configurationFile, `accounts: { "${account}": { mode: observe } }`);
  environment = {
    STEWARD_CONFIG: configurationFile,
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_NAMESPACE: temporal.namespace,
    TEMPORAL_CONFIG_FILE: join(folder, 'none'),
  };
});
afterAll(async () => {
  await temporal.close();
  rmSync(folder, { recursive: true });
});

/** A copy of the sources in which each phase's work begins with a further timer: another version of the workflows. */
function otherVersion(): string {
  const copy = join(folder, 'other');
  for (const path of ['src', 'package.json', 'tsconfig.json'])
    cpSync(join(repository, path), join(copy, path), { recursive: true });
  symlinkSync(join(repository, 'node_modules'), join(copy, 'node_modules'));
  const file = join(copy, 'src', 'workflows', 'shared', 'case.ts');
  const source = readFileSync(file, 'utf8');
  const other = source.replace('working = work();', 'working = condition(() => false, 1).then(work);');
  expect(other).not.toBe(source);
  writeFileSync(file, other);
  return join(copy, 'src', 'cli', 'main.ts');
}

async function startVersion(entry?: string) {
  const worker = await startSteward(['worker', '--deployment', deploymentName], {
    folder,
    environment,
    ...(entry === undefined ? {} : { entry }),
  });
  const { buildId, deployment } = worker.ready as { readonly buildId: string; readonly deployment: string };
  expect(deployment).toBe(deploymentName);
  return { ...worker, buildId };
}

/** Makes a version the current one, once the server knows it on every queue. */
async function makeCurrent(buildId: string): Promise<void> {
  const { namespace, client } = temporal;
  const identity = 'test';
  await until(() =>
    client.workflowService
      .setWorkerDeploymentCurrentVersion({ namespace, deploymentName, buildId, identity })
      .then(() => true)
      .catch(() => undefined),
  );
}

async function versionOf(workflowId: string): Promise<string | undefined> {
  const { raw } = await temporal.client.workflow.getHandle(workflowId).describe();
  return raw.workflowExecutionInfo?.versioningInfo?.deploymentVersion?.buildId ?? undefined;
}

/** Delivers a report of an account, which opens its case. */
async function openCase(): Promise<string> {
  const configuration = loadConfiguration(environment, configurationFile);
  await received(temporal.client, configuration, 'eventbridge', changed('securityReportCreated', {}, { account }));
  return `security:${account}`;
}

test('two processes of two versions run side by side: a case moves from one to the other, and the old one can be stopped', async () => {
  const old = await startVersion();
  await makeCurrent(old.buildId);
  const id = await openCase();
  await until(async () => (await versionOf(id)) === old.buildId);

  const young = await startVersion(otherVersion());
  expect(young.buildId).not.toBe(old.buildId);
  await makeCurrent(young.buildId);
  const handle = temporal.client.workflow.getHandle(id);
  await until(async () => {
    await handle.signal(moveToCurrentVersionSignal);
    return (await versionOf(id)) === young.buildId;
  });
  expect(await old.stop('SIGTERM')).toMatchObject({ exitCode: 0 });
  expect(await handle.query('status')).toMatchObject({ state: 'open' });
  expect(await young.stop('SIGTERM')).toMatchObject({ exitCode: 0 });
}, 180_000);
