import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { loadConfiguration } from '../../src/config/load.ts';
import type { ProductCatalog } from '../../src/vendors/buyWithPrime/port.ts';
import { startBuyWithPrimeSimulator } from '@marketplace-steward/simulators/buyWithPrime';
import { productsOf } from '../../src/workers/products.ts';
import { failureOf } from '@marketplace-steward/testing/failures';

type Simulator = Awaited<ReturnType<typeof startBuyWithPrimeSimulator>>;

const folder = mkdtempSync(join(tmpdir(), 'steward-products-'));
const file = join(folder, 'steward.yaml');
afterAll(() => rmSync(folder, { recursive: true }));

let one = { clientId: '', clientSecret: 'the secret of one', businessProductIds: ['bp-1', 'bp-2'] };
let other = { clientId: '', clientSecret: 'the secret of the other', businessProductIds: ['bp-3'] };
const secrets = { SECRET_ONE: one.clientSecret, SECRET_OTHER: other.clientSecret, SECRET_WRONG: 'the wrong secret' };
/** The merchants of the configuration. */
let merchants: Record<string, { clientId: string; clientSecretVariable: string }> = {};

// Tokens are the process's: a client id of an earlier test might have one still.
beforeEach(() => {
  [one, other] = [
    { ...one, clientId: randomUUID() },
    { ...other, clientId: randomUUID() },
  ];
  merchants = {
    'bp-1': { clientId: one.clientId, clientSecretVariable: 'SECRET_ONE' },
    'bp-2': { clientId: one.clientId, clientSecretVariable: 'SECRET_ONE' },
    'bp-3': { clientId: other.clientId, clientSecretVariable: 'SECRET_OTHER' },
  };
});

let simulator: Simulator;
afterEach(() => simulator.close());

async function simulate(options: { targetHeader?: string } = {}): Promise<void> {
  simulator = await startBuyWithPrimeSimulator({ seed: 11, clients: [one, other], ...options });
  for (const businessProductId of ['bp-1', 'bp-2', 'bp-3']) {
    const product = { id: `product of ${businessProductId}`, buyability: { status: 'BUYABLE' } };
    simulator.control.planItem({ businessProductId, itemId: 'item', answers: [{ product }] });
  }
}

/** The product query of a process with this configuration file. */
function catalogOf(settings: object): ProductCatalog {
  writeFileSync(file, stringify({ merchants, endpoints: { buyWithPrime: simulator.url }, ...settings }));
  const environment = { ...secrets, TEMPORAL_CONFIG_FILE: join(folder, 'none.toml') };
  return productsOf(loadConfiguration(environment, file, ['merchants']));
}

const count = (filter: Parameters<Simulator['control']['log']>[0]) => simulator.control.log(filter).length;

test('three merchants of two client ids: each query carries its own target and its client’s token', async () => {
  await simulate();
  const catalog = catalogOf({});
  const ask = async (businessProductId: string) =>
    (await catalog.queryProduct({ businessProductId, itemId: 'item' }))?.id;
  const all = ['bp-1', 'bp-2', 'bp-3', 'bp-1', 'bp-2', 'bp-3'];
  expect(await Promise.all(all.map(ask))).toEqual(all.map((id) => `product of ${id}`));
  for (const { clientId, businessProductIds } of [one, other]) {
    expect(count({ call: 'token', clientId })).toBe(1);
    for (const businessProductId of businessProductIds) {
      expect(count({ call: 'query', clientId, businessProductId, answer: 'product' })).toBe(2);
    }
  }
  expect(count({})).toBe(8);
});

test('a merchant with a wrong secret disturbs none of the others, not even those of its client id', async () => {
  await simulate();
  const wrong = { clientId: one.clientId, clientSecretVariable: 'SECRET_WRONG' };
  const catalog = catalogOf({ merchants: { ...merchants, 'bp-2': wrong } });
  const ask = (businessProductId: string) => catalog.queryProduct({ businessProductId, itemId: 'item' });
  for (let round = 0; round < 3; round += 1) {
    expect((await failureOf(ask('bp-2'))).type).toBe('CredentialsRejected');
    expect((await ask('bp-1'))?.id).toBe('product of bp-1');
    expect((await ask('bp-3'))?.id).toBe('product of bp-3');
  }
  expect(count({ call: 'token', clientId: one.clientId, answer: 'token' })).toBe(1);
  expect(count({ call: 'token', clientId: one.clientId, answer: 'invalid_client' })).toBe(1);
  expect(count({ call: 'query', businessProductId: 'bp-2' })).toBe(0);
});

test.each(['bp-4', 'constructor'])(
  'the merchant %s, which nobody has configured, is named with what to add',
  async (id) => {
    await simulate();
    const failure = await failureOf(catalogOf({}).queryProduct({ businessProductId: id, itemId: 'item' }));
    expect([failure.type, failure.message]).toEqual([
      'NotConfigured',
      expect.stringContaining(`add merchants.${id} with clientId and clientSecretVariable`),
    ]);
    expect(count({})).toBe(0);
  },
);

test('the header that names the merchant and the version are the configuration’s; an event’s version comes first', async () => {
  await simulate({ targetHeader: 'x-omni-targetid' });
  const catalog = catalogOf({ buyWithPrime: { targetHeader: 'X-Omni-TargetId', apiVersion: '2026-05-06' } });
  await catalog.queryProduct({ businessProductId: 'bp-1', itemId: 'item' });
  await catalog.queryProduct({ businessProductId: 'bp-1', itemId: 'item', apiVersion: '2025-01-01' });
  expect(count({ businessProductId: 'bp-1', apiVersion: '2026-05-06', answer: 'product' })).toBe(1);
  expect(count({ businessProductId: 'bp-1', apiVersion: '2025-01-01', answer: 'product' })).toBe(1);
});

test('without them they are the documented ones', async () => {
  await simulate();
  await catalogOf({}).queryProduct({ businessProductId: 'bp-1', itemId: 'item' });
  expect(count({ businessProductId: 'bp-1', apiVersion: '2024-11-01', answer: 'product' })).toBe(1);
});
