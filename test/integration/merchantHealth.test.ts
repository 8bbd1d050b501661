import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import { pino } from 'pino';
import { sendOperatorCommand, type BulkFlags } from '../../src/cli/bulkCommand.ts';
import type { CommandContext } from '../../src/cli/command.ts';
import { declaredCommands } from '../../src/cli/operatorCommands.ts';
import { loadConfiguration } from '../../src/config/load.ts';
import { received } from '@marketplace-steward/testing/received';
import { startBuyWithPrimeSimulator } from '@marketplace-steward/simulators/buyWithPrime';
import { runWorkerProcess } from '../../src/workers/process.ts';
import { installRuntime } from '../../src/workers/temporalLogger.ts';
import { accountHealthStatusQuery } from '../../src/workflows/accountHealth/contract.ts';
import { itemStatusQuery } from '../../src/workflows/itemBuyability/contract.ts';
import { testTemporal, type TestTemporal } from '@marketplace-steward/testing/temporal/testServer';
import { until } from '@marketplace-steward/testing/until';
import { silent } from '@marketplace-steward/testing/silent';

const secret = 'a-secret-of-the-merchant';
const client = { clientId: 'client-1', clientSecret: secret, businessProductIds: ['known'] };
const itemIds = ['one', 'two', 'three'];
const folder = mkdtempSync(path.join(tmpdir(), 'merchant-health-'));
let server: TestTemporal;
let simulator: Awaited<ReturnType<typeof startBuyWithPrimeSimulator>>;
let worker: Awaited<ReturnType<typeof runWorkerProcess>>;
let configuration: ReturnType<typeof loadConfiguration>;
const lines: string[] = [];

beforeAll(async () => {
  installRuntime(silent);
  server = await testTemporal();
  simulator = await startBuyWithPrimeSimulator({ seed: 5, clients: [client] });
  const file = path.join(folder, 'steward.yaml');
  const settings = {
    endpoints: { buyWithPrime: simulator.url },
    merchants: { known: { clientId: client.clientId, clientSecretVariable: 'MERCHANT_SECRET' } },
    policies: {
      itemBuyability: { queryFirstMs: 200, queryLongestMs: 400, lingerMs: 0 },
      accountHealth: { recheckFirstMs: 500, recheckLongestMs: 1_000 },
    },
  };
  writeFileSync(file, JSON.stringify(settings));
  const environment = {
    TEMPORAL_ADDRESS: server.address,
    TEMPORAL_NAMESPACE: server.namespace,
    TEMPORAL_CONFIG_FILE: path.join(folder, 'none'),
    MERCHANT_SECRET: secret,
  };
  configuration = loadConfiguration(environment, file);
  worker = await runWorkerProcess(configuration, pino({}, { write: (line: string) => void lines.push(line) }));
}, 120_000);
afterAll(async () => {
  await worker.close();
  await simulator.close();
  await server.close();
  rmSync(folder, { recursive: true });
}, 60_000);

/** Delivers an event of an item without data. */
async function announce(merchant: string, itemId: string): Promise<WorkflowHandle> {
  const key = randomUUID();
  const body = {
    idempotencyKey: key,
    eventDescriptor: 'BUYABILITY_CHANGED',
    resources: [`businessProduct/${merchant}/items/${itemId}`],
    eventId: key,
    eventTime: new Date().toISOString(),
    data: {},
  };
  const bytes = Buffer.from(JSON.stringify(body));
  expect(await received(server.client, configuration, 'webhook', bytes)).toMatchObject({ outcome: 'delivered' });
  return server.client.workflow.getHandle(`item:${merchant}:${itemId}`);
}

/** How often the item's workflow has asked for a product. */
async function queriesOf(handle: WorkflowHandle): Promise<{ readonly queries: number }> {
  const { events } = await handle.fetchHistory();
  const asked = (events ?? []).filter((event) => event.activityTaskScheduledEventAttributes);
  return { queries: asked.length };
}

const context: CommandContext = {
  environment: {},
  workingDirectory: folder,
  clone: folder,
  note: () => {},
  progress: () => {},
  run: () => Promise.resolve(),
};

async function isWaiting(handle: WorkflowHandle): Promise<true | undefined> {
  const { state } = await handle.query(itemStatusQuery);
  return state === 'awaitingAccess' ? true : undefined;
}

/** Kind and next step of the notices of a workflow, as the log channel wrote them. */
const sent = (workflowId: string): unknown[] =>
  lines.flatMap((line) => {
    const entry = JSON.parse(line);
    return 'noticeId' in entry && entry.workflowId === workflowId ? [`${entry.kind}: ${entry.nextStep}`] : [];
  });

test('a worker whose merchant lacks the permission raises one alarm, and all items go on once it is given', async () => {
  const plan = (answer: Parameters<typeof simulator.control.planItem>[0]['answers'][number]): void => {
    for (const itemId of itemIds) {
      simulator.control.planItem({ businessProductId: 'known', itemId, answers: [answer] });
    }
  };
  plan({ error: 'AccessDeniedException' });
  const items: WorkflowHandle[] = [];
  for (const itemId of itemIds) items.push(await announce('known', itemId));
  for (const handle of items) await until(() => isWaiting(handle));
  const alarm = server.client.workflow.getHandle('merchant:known');
  const action = 'Give the API client of merchant known the permission “View & Edit Catalog Data” in Buy with Prime';
  await until(() => (sent('merchant:known').length > 0 ? true : undefined));
  expect(await alarm.query(accountHealthStatusQuery)).toMatchObject({ state: 'refused', missing: [{ action }] });

  plan({ product: { id: 'p', buyability: { status: 'BUYABLE' } } });
  for (const handle of items) expect(await handle.result()).toMatchObject({ state: 'BUYABLE' });
  expect(await alarm.result()).toMatchObject({ state: 'recovered' });
  expect(sent('merchant:known')).toEqual([
    `opening: ${action}. No restart is needed.`,
    'resolution: You need to do nothing: what waited goes on automatically.',
  ]);
  for (const itemId of itemIds) expect(sent(`item:known:${itemId}`)).toEqual([]);
  expect(lines.filter((line) => line.includes(secret))).toEqual([]);
}, 120_000);

test('a merchant that nobody configured is named, and its item waits', async () => {
  const item = await announce('stranger', 'one');
  await until(() => isWaiting(item));
  await until(() => (sent('merchant:stranger').length > 0 ? true : undefined));
  expect(sent('merchant:stranger')).toEqual([
    'opening: Add merchant stranger with its client id and secret to the configuration, and restart the worker.',
  ]);
  expect(await item.query(itemStatusQuery)).toMatchObject({
    state: 'awaitingAccess',
    nextStep: expect.stringContaining('merchant:stranger'),
  });

  // What the Web UI takes, the terminal takes too: another query at once, and the end.
  const shown: string[] = [];
  const send = async (name: string, flags: BulkFlags = { wait: true }) => {
    const declared = declaredCommands().find((one) => one.name === name);
    if (declared === undefined) throw new Error(`there is no ${name}`);
    const given = { actor: 'ann', reason: 'the merchant is another one', data: {} };
    const { address, namespace } = server;
    return sendOperatorCommand(
      declared,
      ['item:stranger:one'],
      given,
      { address, namespace, ...flags },
      {
        ...context,
        progress: (line) => void shown.push(line),
      },
    );
  };
  expect(await send('recheck', { dryRun: true })).toMatchObject({ exitCode: 0, document: { wouldSend: true } });
  // Nothing is sent, and nobody takes anything.
  expect(shown).toEqual(['asking item:stranger:one for its state']);
  const { queries } = await queriesOf(item);
  expect(await send('recheck')).toMatchObject({ exitCode: 0, document: { outcome: { state: 'awaitingAccess' } } });
  expect((await queriesOf(item)).queries).toBeGreaterThan(queries);
  expect(await send('abandon')).toMatchObject({ exitCode: 0, document: { outcome: { isOver: true } } });
  expect(await item.result()).toMatchObject({
    state: 'UNKNOWN',
    audit: [{ command: 'recheck', actor: 'ann' }, { command: 'abandon' }],
  });
}, 60_000);
