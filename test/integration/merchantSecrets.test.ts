import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import { temporal as protos } from '@temporalio/proto';
import { pino } from 'pino';
import { stringify } from 'yaml';
import { loadConfiguration } from '../../src/config/load.ts';
import { received } from '@marketplace-steward/testing/received';
import { startBuyWithPrimeSimulator } from '@marketplace-steward/simulators/buyWithPrime';
import { runWorkerProcess } from '../../src/workers/process.ts';
import { installRuntime } from '../../src/workers/temporalLogger.ts';
import { itemStatusQuery, itemWorkflowId } from '../../src/workflows/itemBuyability/contract.ts';
import { testTemporal } from '@marketplace-steward/testing/temporal/testServer';
import { until } from '@marketplace-steward/testing/until';

type Simulator = Awaited<ReturnType<typeof startBuyWithPrimeSimulator>>;
type Answers = Parameters<Simulator['control']['planItem']>[0]['answers'];

const folder = mkdtempSync(join(tmpdir(), 'merchant-secrets-'));
afterAll(() => rmSync(folder, { recursive: true }));

const secret = 'NobodyMayReadThisSecret';
const wrongSecret = 'NorMayAnybodyReadThisOne';
/** What every token of the simulator begins with. */
const tokenBeginning = 'simulated-';
const client = { clientId: randomUUID(), clientSecret: secret, businessProductIds: ['bp-1'] };
const product = (status: string) => ({ product: { id: 'p', offerPrime: true, buyability: { status } } });

/** What the service answers, an item each. */
const plans: readonly Answers[] = [
  [product('BUYABLE')],
  [product('NOT_BUYABLE')],
  [{ notFound: 'classification' }],
  [{ partial: 'buyability', ...product('BUYABLE') }],
  [{ endsToken: true }, product('BUYABLE')],
  ...(['AccessDeniedException', 'ThrottlingException', 'InternalServerError', 'ValidationException'] as const).map(
    (error): Answers => [{ error }],
  ),
  ...([400, 401, 403, 429, 500, 'html', 'truncated', 'empty', 'oversized', 'reset'] as const).map((http): Answers => [
    { http },
  ]),
];

function eventOf(businessProductId: string, itemId: string): Uint8Array {
  const event = {
    idempotencyKey: randomUUID(),
    eventDescriptor: 'BUYABILITY_CHANGED',
    resources: [`businessProduct/${businessProductId}/items/${itemId}`],
    eventId: randomUUID(),
    apiVersion: '2024-11-01',
    eventTime: new Date().toISOString(),
    data: {},
  };
  return Buffer.from(JSON.stringify(event));
}

/** All of a run's history, its payloads as they are. */
async function historyText(handle: WorkflowHandle): Promise<string> {
  const history = await handle.fetchHistory();
  return Buffer.from(protos.api.history.v1.History.encode(history).finish()).toString('latin1');
}

test('neither secrets nor tokens get into histories, logs, notices or what workflows say', async () => {
  const lines: string[] = [];
  const logger = pino({ level: 'trace' }, { write: (line: string) => lines.push(line) });
  // Before the first connection, else the SDK's own lines go elsewhere.
  installRuntime(logger);
  const server = await testTemporal();
  const simulator = await startBuyWithPrimeSimulator({ seed: 1, clients: [client] });
  simulator.control.setLimits({ tokenRequestsPerMinute: null });
  const file = join(folder, 'steward.yaml');
  const settings = {
    merchants: {
      'bp-1': { clientId: client.clientId, clientSecretVariable: 'SECRET' },
      'bp-2': { clientId: client.clientId, clientSecretVariable: 'WRONG_SECRET' },
    },
    endpoints: { buyWithPrime: simulator.url },
    policies: {
      itemBuyability: { queryFirstMs: 50, queryLongestMs: 100, queryWithinMs: 500, completeNoticeWithinMs: 2_000 },
    },
  };
  writeFileSync(file, stringify(settings));
  const environment = {
    TEMPORAL_ADDRESS: server.address,
    TEMPORAL_NAMESPACE: server.namespace,
    TEMPORAL_CONFIG_FILE: join(folder, 'none'),
    SECRET: secret,
    WRONG_SECRET: wrongSecret,
  };
  const configuration = loadConfiguration(environment, file);
  const worker = await runWorkerProcess(configuration, logger);
  const reported: string[] = [];
  try {
    const items = [
      ...plans.map((answers, index) => ({ businessProductId: 'bp-1', itemId: `item-${index}`, answers })),
      { businessProductId: 'bp-2', itemId: 'item', answers: undefined },
      { businessProductId: 'bp-unheard-of', itemId: 'item', answers: undefined },
    ];
    for (const { businessProductId, itemId, answers } of items) {
      if (answers !== undefined) simulator.control.planItem({ businessProductId, itemId, answers });
      await received(server.client, configuration, 'webhook', eventOf(businessProductId, itemId));
    }
    for (const { businessProductId, itemId } of items) {
      const handle = server.client.workflow.getHandle(itemWorkflowId(businessProductId, itemId));
      const status = await until(async () => {
        const found = await handle.query(itemStatusQuery);
        return found.state === 'querying' ? undefined : found;
      });
      reported.push(JSON.stringify(status));
    }
    const ids = await until(async () => {
      const found: string[] = [];
      for await (const { workflowId } of server.client.workflow.list()) found.push(workflowId);
      return found.length < items.length ? undefined : found;
    });
    for (const id of ids) reported.push(await historyText(server.client.workflow.getHandle(id)));
  } finally {
    await worker.close();
    await server.close();
    await simulator.close();
  }
  const everything = [...reported, ...lines, JSON.stringify(configuration)].join('\n');
  // What is checked through is legible, and the secrets were in use.
  for (const legible of ['View & Edit Catalog Data', 'merchants.bp-unheard-of', 'invalid_client', 'item-3']) {
    expect(everything).toContain(legible);
  }
  expect(simulator.control.log({ call: 'token', answer: 'token' }).length).toBeGreaterThan(1);
  for (const hidden of [secret, wrongSecret, tokenBeginning]) {
    for (const form of [hidden, Buffer.from(hidden).toString('base64').slice(0, 12)]) {
      expect(everything.includes(form)).toBe(false);
    }
  }
});
