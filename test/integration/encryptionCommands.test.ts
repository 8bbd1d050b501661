import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { changeSetWorld, failedChangeSet } from '@marketplace-steward/testing/changeSetWorld';
import { encryptedBy, keyNamed } from '@marketplace-steward/testing/encryption';
import { historyText } from '@marketplace-steward/testing/history';
import { lineagesOf } from '@marketplace-steward/testing/lineages';
import { runSteward, answeredSteward, startSteward } from '@marketplace-steward/testing/steward';
import type { StewardWorld } from '@marketplace-steward/testing/stewardWorld';

const folder = mkdtempSync(join(tmpdir(), 'encryption-'));
const file = join(folder, 'steward.yaml');
const encryption = { keys: [{ id: '2026-11', keyVariable: 'KEY' }] };
const codecServer = {
  port: 0,
  credentials: [{ kind: 'header', header: 'authorization', valueVariable: 'CODEC_KEY' }],
};
let world: StewardWorld;
/** The ingress and the worker, each a process of its own. */
const services: Array<Awaited<ReturnType<typeof startSteward>>> = [];

beforeAll(async () => {
  world = await changeSetWorld({}, { encryption: encryptedBy('2026-11') });
  world.simulator.control.setEvents({ target: null });
  await world.stopWorkers();
  const credentials = { accessKeyIdVariable: 'AWS_ID', secretAccessKeyVariable: 'AWS_SECRET' };
  const configuration = {
    accounts: { '123456789012': { mode: 'observe', credentials } },
    endpoints: { marketplaceCatalog: world.simulator.url },
    ingress: { port: 0, credentials: { eventbridge: [{ header: 'x-key', valueVariable: 'INGRESS_KEY' }] } },
    encryption,
    codecServer,
  };
  writeFileSync(file, JSON.stringify(configuration));
  for (const service of ['ingress', 'worker']) services.push(await startSteward([service], options('with keys')));
}, 120_000);
afterAll(async () => {
  for (const { stop } of services) await stop('SIGTERM');
  await world.close();
  rmSync(folder, { recursive: true });
});

const { handleOf, untilState } = lineagesOf(() => world);

/** With the configuration, or as an operator who has none. */
function options(known: 'with keys' | 'without') {
  const { address, namespace } = world.temporal;
  const there = { TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace };
  const aws = { AWS_ID: 'SIM123456789012', AWS_SECRET: 'simulated', INGRESS_KEY: 'a-key-of-the-ingress' };
  const secrets = {
    ...aws,
    STEWARD_CONFIG: file,
    KEY: keyNamed('2026-11'),
    CODEC_KEY: 'Bearer a-key-of-the-codec-server',
  };
  return { folder, environment: known === 'without' ? there : { ...there, ...secrets } };
}

test('ingress and worker encrypt, and commands show and answer with the keys of the configuration, and send nothing without them', async () => {
  const { changeSetId, name, event } = failedChangeSet(world, { failureCode: 'CLIENT_ERROR', errors: [] });
  writeFileSync(join(folder, 'event.json'), JSON.stringify(event));
  const ingress = ['--ingress', String(services[0]?.ready['url']), '--header', 'x-key: a-key-of-the-ingress'];
  expect(await runSteward(['emit', 'event.json', ...ingress], options('without'))).toMatchObject({ exitCode: 0 });
  const handle = handleOf(changeSetId);
  await untilState(handle, 'awaitingDecision');

  const shown = await answeredSteward(['show', changeSetId], options('with keys'));
  expect(shown.stdout).toContain('What you can send now');
  const blind = await answeredSteward(['show', changeSetId], options('without'));
  expect(blind.stdout).toContain('its answer is encrypted with key 2026-11, which this command does not have');
  expect(blind.stdout).not.toContain(name);

  const answer = ['resolve', changeSetId, '--actor', 'ann', '--reason', 'Rosalind did it'];
  const refused = await runSteward(answer, options('without'));
  expect(refused).toMatchObject({ exitCode: 3, stdout: '' });
  expect(refused.stderr).toContain('was not asked: its answer is encrypted with key 2026-11');
  expect(await runSteward(answer, options('with keys'))).toMatchObject({ exitCode: 0 });
  expect(await handle.result()).toMatchObject({ state: 'resolvedElsewhere', audit: [{ reason: 'Rosalind did it' }] });
  const text = await historyText(handle);
  for (const secret of [name, 'Rosalind']) expect([secret, text.includes(secret)]).toEqual([secret, false]);
}, 120_000);

test('steward codec-server decrypts what the server’s own API gives', async () => {
  const { changeSetId, name, event } = failedChangeSet(world, { failureCode: 'CLIENT_ERROR', errors: [] });
  await world.receive(event);
  const handle = handleOf(changeSetId);
  await untilState(handle, 'awaitingDecision');
  const { events } = await handle.fetchHistory();
  const payloads = events?.flatMap((one) => one.workflowExecutionSignaledEventAttributes?.input?.payloads ?? []) ?? [];
  expect(payloads.length).toBeGreaterThan(0);
  const base64 = (bytes: Uint8Array | null | undefined) => Buffer.from(bytes ?? []).toString('base64');
  const sent = payloads.map(({ metadata, data }) => ({
    metadata: Object.fromEntries(Object.entries(metadata ?? {}).map(([key, value]) => [key, base64(value)])),
    data: base64(data),
  }));
  const { ready, stop, log } = await startSteward(['codec-server'], options('with keys'));
  const answer = await fetch(`${String(ready['url'])}/decode`, {
    method: 'POST',
    headers: {
      authorization: 'Bearer a-key-of-the-codec-server',
      'content-type': 'application/json',
      'x-namespace': world.temporal.namespace,
    },
    body: JSON.stringify({ payloads: sent }),
  });
  const decoded = (await answer.json()) as { readonly payloads: ReadonlyArray<{ readonly data: string }> };
  expect(decoded.payloads.map(({ data }) => Buffer.from(data, 'base64').toString()).join()).toContain(name);
  expect(await stop('SIGTERM')).toMatchObject({ exitCode: 0 });
  expect(log()).not.toMatch(new RegExp(`${name}|a-key-of|${keyNamed('2026-11').slice(0, 10).replaceAll('+', '.')}`));
  await handle.terminate('the test is over');
}, 120_000);

test('without its sections it does not start, and says which is missing', async () => {
  const bare = join(folder, 'bare.yaml');
  writeFileSync(bare, JSON.stringify({ accounts: {}, encryption }));
  const ended = await runSteward(['codec-server', '--config', bare], options('with keys'));
  expect(ended.exitCode).toBe(2);
  expect(ended.stderr).toContain('codecServer: this section is missing');
  const missing = await runSteward(['list'], {
    ...options('with keys'),
    environment: { STEWARD_CONFIG: file, TEMPORAL_ADDRESS: world.temporal.address },
  });
  expect(missing.exitCode).toBe(2);
  expect(missing.stderr).toContain('KEY: this environment variable is not set');
}, 60_000);
