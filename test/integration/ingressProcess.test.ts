import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { loadConfiguration, type Configuration } from '../../src/config/load.ts';
import { startTemporalServer } from '@marketplace-steward/testing/temporal/temporalServer';
import { connectClient } from '../../src/delivery/connect.ts';
import { runWorkerProcess } from '../../src/workers/process.ts';
import { runIngressProcess } from '../../src/ingress/process.ts';
import type { RunningIngress } from '../../src/ingress/server.ts';
import { changed, fixture } from '@marketplace-steward/testing/sampleEvents';
import { silent as logger } from '@marketplace-steward/testing/silent';

const folder = mkdtempSync(join(tmpdir(), 'ingress-process-'));
const senderKey = 'the key of a sender';
afterAll(() => rmSync(folder, { recursive: true }));

function configurationFor(address: string): Configuration {
  const file = join(folder, 'steward.yaml');
  writeFileSync(
    file,
    `
accounts: { "123456789012": { mode: observe } }
ingress: { port: 0, credentials: { eventbridge: [{ header: x-api-key, valueVariable: EVENTBRIDGE_KEY }] } }
`,
  );
  const environment = {
    TEMPORAL_ADDRESS: address,
    TEMPORAL_CONFIG_FILE: join(folder, 'none'),
    EVENTBRIDGE_KEY: senderKey,
  };
  return loadConfiguration(environment, file);
}

function post(ingress: RunningIngress, body: Uint8Array) {
  const headers = { 'content-type': 'application/json', 'x-api-key': senderKey };
  return fetch(`${ingress.url}/v1/events/eventbridge`, { method: 'POST', headers, body: new Uint8Array(body) });
}

/** Waits until a request has this status: Temporal is back, or away. */
async function until(status: number, request: () => Promise<Response>): Promise<Response> {
  for (;;) {
    const answer = await request();
    if (answer.status === status) return answer;
    await answer.body?.cancel();
    await wait(100);
  }
}

test('Temporal goes away and comes back: the event stays with its sender meanwhile, and the ingress stays up', async () => {
  const first = await startTemporalServer({ retentionDays: 1, uiPort: false });
  const ingress = await runIngressProcess(configurationFor(first.address), logger);
  const ready = () => fetch(`${ingress.url}/readyz`);
  try {
    // It registers the search attributes automatically.
    await until(200, ready);
    expect((await post(ingress, fixture('changeSetFailed'))).status).toBe(202);

    await first.stop();
    const refused = await post(ingress, changed('changeSetFailed', { ChangeSetId: 'meanwhile' }));
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await refused.json()).toMatchObject({ outcome: 'unavailable' });
    expect((await ready()).status).toBe(503);
    expect((await fetch(`${ingress.url}/healthz`)).status).toBe(200);
  } finally {
    await ingress.close();
    await first.stop();
  }
});

test('an ingress and a worker that start before Temporal work once it is there', async () => {
  const earlier = await startTemporalServer({ retentionDays: 1, uiPort: false });
  const port = Number(earlier.address.split(':')[1]);
  await earlier.stop();
  const configuration = configurationFor(earlier.address);
  const ingress = await runIngressProcess(configuration, logger);
  const starting = runWorkerProcess(configuration, logger);
  try {
    expect((await post(ingress, fixture('changeSetFailed'))).status).toBe(503);
    const later = await startTemporalServer({ retentionDays: 1, uiPort: false, port });
    try {
      expect(later.address).toBe(earlier.address);
      const taken = await until(202, () => post(ingress, fixture('changeSetSucceeded')));
      expect(await taken.json()).toMatchObject({ outcome: 'delivered' });
      const worker = await starting;
      const client = await connectClient({ address: later.address }, 'default');
      const handle = client.workflow.getHandle('change-set:76yesvf8y165pa4f98td2crtg');
      expect(await handle.result()).toMatchObject({ state: 'succeeded' });
      await client.connection.close();
      await worker.close();
    } finally {
      await later.stop();
    }
  } finally {
    await ingress.close();
  }
});

test('closing while Temporal is away ends on its own', async () => {
  const ingress = await runIngressProcess(configurationFor('127.0.0.1:1'), logger);
  await ingress.close();
  await expect(fetch(`${ingress.url}/healthz`)).rejects.toThrow('fetch failed');
});
