import { randomUUID } from 'node:crypto';
import { shareRegistry, shareRegistryQueue } from '../../src/quotas/shareRegistry.ts';
import { testTemporal, type TestTemporal } from '@marketplace-steward/testing/temporal/testServer';

let temporal: TestTemporal;

beforeAll(async () => {
  temporal = await testTemporal();
}, 60_000);
afterAll(() => temporal.close());
afterEach(() => {
  jest.restoreAllMocks();
});

test('a worker is on the list as soon as it has registered, with another mark each time, until it is taken off', async () => {
  const registry = shareRegistry(temporal.client, temporal.namespace);
  expect(await registry.list()).toEqual([]);
  await registry.register('a');
  const [first] = await registry.list();
  expect(first).toEqual({ key: 'a', mark: expect.any(String) });
  // However often the clock says the same.
  jest.spyOn(Date, 'now').mockReturnValue(Date.now());
  const marks = new Set([first?.mark]);
  for (let round = 0; round < 5; round += 1) {
    await registry.register('a');
    for (const { mark } of await registry.list()) marks.add(mark);
  }
  expect(marks.size).toBe(6);
  await registry.register('b');
  await registry.remove(['a']);
  expect((await registry.list()).map(({ key }) => key)).toEqual(['b']);
});

test('the list has the workers of this namespace that share quotas, and no others', async () => {
  const name = randomUUID();
  await temporal.connection.workflowService.recordWorkerHeartbeat({
    namespace: temporal.namespace,
    identity: name,
    workerHeartbeat: [{ workerInstanceKey: name, taskQueue: 'steward', status: 1 }],
  });
  const other = await testTemporal();
  try {
    await shareRegistry(other.client, other.namespace).register('elsewhere');
    const registry = shareRegistry(temporal.client, temporal.namespace);
    await registry.register('here');
    const keys = (await registry.list()).map(({ key }) => key);
    expect(keys).toContain('here');
    expect(keys).not.toContain('elsewhere');
    expect(keys).not.toContain(name);
  } finally {
    await other.close();
  }
  // What the Web UI shows beside the SDK's own entries.
  const { workers } = await temporal.connection.workflowService.listWorkers({ namespace: temporal.namespace });
  expect(workers.map(({ taskQueue }) => taskQueue)).toEqual(expect.arrayContaining(['steward', shareRegistryQueue]));
});

test('a list that is longer than a page is not gone by', async () => {
  const registry = shareRegistry(temporal.client, temporal.namespace);
  const keys = Array.from({ length: 1_001 }, () => randomUUID());
  await temporal.connection.workflowService.recordWorkerHeartbeat({
    namespace: temporal.namespace,
    workerHeartbeat: keys.map((key) => ({ workerInstanceKey: key, taskQueue: shareRegistryQueue, status: 1 })),
  });
  await expect(registry.list()).rejects.toThrow('More than 1000 workers are listed');
  await registry.remove(keys);
  expect((await registry.list()).length).toBeLessThan(1_000);
});
