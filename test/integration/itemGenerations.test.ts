import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { exportJWK } from 'jose';
import { Secret } from '../../src/config/secret.ts';
import { startIngress, type RunningIngress } from '../../src/ingress/server.ts';
import type { QueriedProduct } from '../../src/vendors/buyWithPrime/port.ts';
import { itemStatusQuery, type ItemStatus } from '../../src/workflows/itemBuyability/contract.ts';
import { context, fixture } from '@marketplace-steward/testing/sampleEvents';
import {
  newSigningKey,
  signToken,
  startJwksServer,
  type JwksServer,
  type SigningKey,
} from '@marketplace-steward/testing/jwks';
import { silent } from '@marketplace-steward/testing/silent';
import { stewardWorld, type StewardWorld } from '@marketplace-steward/testing/stewardWorld';
import { historyOf } from '@marketplace-steward/testing/history';
import { until } from '@marketplace-steward/testing/until';

const issuer = 'https://issuer.example.com';
const vendorPair = generateKeyPairSync('ec', { namedCurve: 'P-384' });
/** What Buy with Prime says to a query. */
let product: QueriedProduct;
let asked = 0;

let world: StewardWorld;
let keys: JwksServer;
let tokenKey: SigningKey;
let ingress: RunningIngress;

beforeAll(async () => {
  world = await stewardWorld('real', {
    parts: () => ({
      products: {
        queryProduct: async () => {
          asked += 1;
          return product;
        },
      },
    }),
  });
  tokenKey = await newSigningKey('RS256', 'token-1');
  keys = await startJwksServer();
  keys.answer = { keys: [tokenKey.jwk, { ...(await exportJWK(vendorPair.publicKey)), kid: 'vendor-1' }] };
  const { connection, namespace } = world.temporal;
  ingress = await startIngress({
    host: '127.0.0.1',
    port: 0,
    credentials: {
      eventbridge: [{ kind: 'basic', userPass: new Secret('KEY', 'eventbridge:password') }],
      webhook: [
        {
          kind: 'bearer',
          issuer,
          audience: 'steward',
          jwksUrl: keys.url,
          algorithms: ['RS256'],
          clockToleranceSeconds: 10,
        },
      ],
    },
    signatures: { webhook: { jwksUrl: keys.url } },
    context,
    connection,
    namespace,
    logger: silent,
  });
}, 60_000);

afterAll(async () => {
  await ingress.close();
  await keys.close();
  await world.close();
});

beforeEach(() => {
  asked = 0;
});

/** As every sender does, it repeats what was not taken. */
function post(envelope: string, headers: Record<string, string>, body: Buffer) {
  return until(async () => {
    const answer = await fetch(`${ingress.url}/v1/events/${envelope}`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: new Uint8Array(body),
    });
    const reported: unknown = await answer.json();
    if (answer.status === 503) return undefined;
    return { status: answer.status, ...(reported as { workflowId: string; eventId: string }) };
  });
}

const sample = (name: string) => JSON.parse(fixture(name).toString());

/** The fields of the event itself, dated now. */
function own(item: string, idempotencyKey: string, status: string) {
  const { data, ...rest } = sample('buyabilityChanged.webhook');
  return {
    ...rest,
    idempotencyKey,
    eventTime: new Date().toISOString(),
    resources: [`businessProduct/merchant/items/${item}`],
    data: { product: { ...data.product, buyability: { status } } },
  };
}

/** By webhook: a token, and the vendor's signature over the body. */
async function byWebhook(item: string, key: string, status: string) {
  const body = Buffer.from(JSON.stringify(own(item, key, status)));
  const exp = Math.floor(Date.now() / 1_000) + 600;
  const headers = {
    authorization: `Bearer ${await signToken(tokenKey, { iss: issuer, aud: 'steward', exp })}`,
    'x-amzn-kid': 'vendor-1',
    'x-amzn-signature': sign('sha384', body, vendorPair.privateKey).toString('base64'),
  };
  return post('webhook', headers, body);
}

function byEnvelope(name: string, item: string, envelope: object) {
  const resources = [`businessProduct/merchant/items/${item}`];
  const body = { ...sample(name), time: new Date().toISOString(), resources, ...envelope };
  const authorization = `Basic ${Buffer.from('eventbridge:password').toString('base64')}`;
  return post('eventbridge', { authorization }, Buffer.from(JSON.stringify(body)));
}

const byEventBridge = (item: string, key: string, status: string) =>
  byEnvelope('buyabilityChanged.eventBridge', item, { id: randomUUID(), detail: own(item, key, status) });
const byDeprecatedEventBridge = (item: string, id: string) =>
  byEnvelope('buyabilityChanged.eventBridgeDeprecated', item, { id });

const handleOf = (item: string) => world.client.workflow.getHandle(`item:merchant:${item}`);
const statusOf = (item: string): Promise<ItemStatus> => handleOf(item).query(itemStatusQuery);
const reaches = (item: string, state: string, queries: number) =>
  until(async () => ((await statusOf(item)).state === state && asked === queries ? true : undefined));

const nothing = { offerPrime: true };

test('webhook, EventBridge and deprecated EventBridge reach one workflow, and a repeat in another form is a repeat', async () => {
  const item = randomUUID();
  const taken = { status: 202, workflowId: `item:merchant:${item}` };

  const first = await byWebhook(item, 'key-1', 'BUYABLE');
  expect(first).toMatchObject(taken);
  const recorded = await statusOf(item);
  expect(recorded).toMatchObject({ state: 'BUYABLE', product: { amazonSku: 'example-amazon-sku' } });

  const { runId } = await handleOf(item).describe();

  // Newer, and of another opinion: only its idempotencyKey says that it is the first one again.
  const repeat = await byEventBridge(item, 'key-1', 'NOT_BUYABLE');
  expect(repeat).toMatchObject({ ...taken, eventId: first.eventId });
  expect(await statusOf(item)).toEqual(recorded);

  product = { ...nothing, buyabilityStatus: 'NOT_BUYABLE' };
  expect(await byEventBridge(item, 'key-2', 'NOT_BUYABLE')).toMatchObject(taken);
  // One query adds to the notice what the event lacked.
  await reaches(item, 'NOT_BUYABLE', 1);

  product = { ...nothing, buyabilityStatus: 'BUYABLE' };
  expect(await byDeprecatedEventBridge(item, 'envelope-1')).toMatchObject(taken);
  await reaches(item, 'BUYABLE', 2);

  product = { ...nothing, buyabilityStatus: 'NOT_BUYABLE' };
  expect(await byDeprecatedEventBridge(item, 'envelope-1')).toMatchObject(taken);
  expect(await statusOf(item)).toMatchObject({ state: 'BUYABLE' });
  expect(await byWebhook(item, 'key-2', 'NOT_BUYABLE')).toMatchObject(taken);
  expect(await statusOf(item)).toMatchObject({ state: 'BUYABLE' });
  expect(asked).toBe(2);

  expect(await byDeprecatedEventBridge(item, 'envelope-2')).toMatchObject(taken);
  await reaches(item, 'NOT_BUYABLE', 3);

  expect((await handleOf(item).describe()).runId).toBe(runId);
  expect((await historyOf(handleOf(item))).count('WORKFLOW_EXECUTION_SIGNALED')).toBeGreaterThanOrEqual(7);
  expect((await statusOf(item)).notes.join('\n')).not.toContain('came late');
});

test('an event about several items reaches the workflow of each', async () => {
  const items = [randomUUID(), randomUUID()];
  const resources = items.map((item) => `businessProduct/merchant/items/${item}`);
  const body = { ...own('ignored', randomUUID(), 'BUYABLE'), resources };
  expect(await byEnvelope('buyabilityChanged.eventBridge', 'ignored', { resources, detail: body })).toMatchObject({
    status: 202,
    deliveries: items.map((item) => ({ outcome: 'delivered', workflowId: `item:merchant:${item}` })),
  });
  for (const item of items) expect(await statusOf(item)).toMatchObject({ state: 'BUYABLE' });
});
