import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { ScheduleNotFoundError } from '@temporalio/client';
import { pino } from 'pino';
import type { CommandContext } from '../../src/cli/command.ts';
import { workerHealth } from '../../src/cli/workerHealth.ts';
import { loadConfiguration } from '../../src/config/load.ts';
import { receive } from '../../src/delivery/receive.ts';
import { runWorkerProcess } from '../../src/workers/process.ts';
import { morningDigestId } from '../../src/workflows/morningDigest/contract.ts';
import { reconcileScheduleId } from '../../src/workflows/reconcileChangeSets/contract.ts';
import { searchAttributeGaps } from '../../src/delivery/searchAttributes.ts';
import { fixture } from '@marketplace-steward/testing/sampleEvents';
import { testTemporal } from '@marketplace-steward/testing/temporal/testServer';
import { until } from '@marketplace-steward/testing/until';

const context: CommandContext = {
  environment: {},
  workingDirectory: '/',
  clone: '/',
  note: () => undefined,
  progress: () => undefined,
  run: () => Promise.resolve(),
};
const folder = mkdtempSync(join(tmpdir(), 'worker-process-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('a worker of a configuration registers and schedules what it needs, sees an event through, and ends when it is asked to', async () => {
  const server = await testTemporal();
  const file = join(folder, 'steward.yaml');
  const accounts = 'accounts: { "123456789012": { mode: observe } }';
  const route = { channels: ['log'], morningDigest: { at: '07:30', timeZone: 'Europe/Berlin' } };
  writeFileSync(file, `${accounts}\nnotices: ${JSON.stringify({ routes: [route] })}`);
  const environment = {
    TEMPORAL_ADDRESS: server.address,
    TEMPORAL_NAMESPACE: server.namespace,
    TEMPORAL_CONFIG_FILE: join(folder, 'none'),
  };
  const configuration = loadConfiguration(environment, file);
  const lines: string[] = [];
  const messages = () => lines.map((line) => JSON.parse(line).msg);
  const there = { address: server.address, namespace: server.namespace };
  const healthOf = (host: string) => workerHealth(there, context, host);
  const worker = await runWorkerProcess(configuration, pino({}, { write: (line: string) => lines.push(line) }));
  try {
    expect(await searchAttributeGaps(server.connection, server.namespace)).toEqual({ missing: [], mistyped: [] });
    const bytes = fixture('changeSetSucceeded');
    const take = () => receive(server.client, configuration, 'eventbridge', bytes);
    expect(await take()).toMatchObject({ outcome: 'delivered' });
    const handle = server.client.workflow.getHandle('change-set:76yesvf8y165pa4f98td2crtg');
    expect(await handle.result()).toMatchObject({ state: 'succeeded' });
    expect(await take()).toMatchObject({ outcome: 'duplicate' });
    await until(() => (messages().length > 2 ? true : undefined));
    await until(async () => ((await healthOf(hostname())).document as { polls: boolean }).polls || undefined);
    const health = await healthOf(hostname());
    expect(health).toMatchObject({ exitCode: 0, document: { polls: true, failingTasks: 0, host: hostname() } });
    expect(health.text).toMatch(/asks for work: .*workflows \(\d+ s ago\)/);
    // The worker of another container, whose name may end with the same letters.
    for (const other of ['elsewhere', hostname().slice(1)])
      expect(await healthOf(other)).toMatchObject({ exitCode: 1, document: { polls: false, queues: [] } });
    await server.client.schedule.getHandle(reconcileScheduleId).describe();
    // What a route asks for comes and goes with the file.
    const morning = server.client.schedule.getHandle(morningDigestId(route));
    expect(await morning.describe()).toMatchObject({ spec: { timezone: 'Europe/Berlin' } });
    writeFileSync(file, accounts);
    await until(() =>
      morning.describe().then(
        () => undefined,
        (error) => error instanceof ScheduleNotFoundError || undefined,
      ),
    );
  } finally {
    await worker.close();
    await server.close();
  }
  await expect(worker.run).resolves.toBeUndefined();
  const [first, ...others] = messages();
  expect(first).toBe('the worker takes work');
  expect(new Set(others.slice(0, 2))).toEqual(
    new Set(['the morning digests follow the routes', 'the schedule follows the accounts']),
  );
  expect(others.slice(2)).toContain('the morning digests follow the routes');
});

test('a worker that waits for Temporal ends at once when it is asked to', async () => {
  const file = join(folder, 'steward.yaml');
  writeFileSync(file, 'accounts: {}');
  const environment = { TEMPORAL_ADDRESS: '127.0.0.1:1', TEMPORAL_CONFIG_FILE: join(folder, 'none') };
  const lines: string[] = [];
  const stop = new AbortController();
  const logger = pino({}, { write: (line: string) => lines.push(line) });
  const starting = runWorkerProcess(loadConfiguration(environment, file), logger, { signal: stop.signal });
  await until(() => (lines.length > 0 ? true : undefined));
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    address: '127.0.0.1:1',
    msg: expect.stringMatching(/does not answer: nothing listens there.*The worker waits/),
  });
  stop.abort(new Error('asked to end'));
  await expect(starting).rejects.toThrow(/abort/);
});
