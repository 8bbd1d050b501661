import {
  DescribeChangeSetCommand,
  DescribeEntityCommand,
  ListChangeSetsCommand,
  StartChangeSetCommand,
} from '@aws-sdk/client-marketplace-catalog';
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startReceiver, type Receiver } from '@marketplace-steward/testing/receiver';
import { until } from '@marketplace-steward/testing/until';
import type { LogEntry } from '../../src/marketplaceCatalog/log.ts';
import { type SimulatorProcess, startBuyWithPrimeProcess, startCatalogProcess } from '../../src/processes.ts';
import { clientFor } from '../marketplaceCatalog/support.ts';

let folder: string;
let receiver: Receiver;
let simulator: SimulatorProcess;
const sorted = (texts: readonly (string | undefined)[]): string[] => texts.map(String).sort((a, b) => (a < b ? -1 : 1));
const portOf = (url: string): number => Number(new URL(url).port);

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'steward-simulators-'));
  receiver = await startReceiver();
});
afterEach(async () => {
  await simulator.kill();
  await receiver.close();
  rmSync(folder, { recursive: true });
});

describe('AWS Marketplace Catalog', () => {
  const kills = 3;
  const perLife = 6;
  const names = Array.from({ length: kills * perLife }, (_, index) => `set ${index}`);
  const productOf = (name: string): string => `prod-${name.replace(' ', '-')}`;
  const requestOf = (name: string) => ({
    Catalog: 'AWSMarketplace',
    ChangeSetName: name,
    ClientRequestToken: `token-${name.replace(' ', '-')}`,
    ChangeSetTags: [{ Key: 'name', Value: name }],
    ChangeSet: [
      {
        ChangeType: 'UpdateInformation',
        Entity: { Type: 'SaaSProduct@1.0', Identifier: `${productOf(name)}@1` },
        Details: `{"ProductTitle": "${name}", "Number": 12345678901234567890}`,
      },
    ],
  });
  const start = async (): Promise<void> => {
    const again = simulator === undefined ? {} : { port: portOf(simulator.url) };
    const stateFile = join(folder, 'catalog.jsonl');
    simulator = await startCatalogProcess({ seed: 4, quotas: 'off', defaultDurationMs: 300, stateFile, ...again });
  };
  const submit = (name: string) => clientFor(simulator).send(new StartChangeSetCommand(requestOf(name)));
  const log = async (filter = {}) => (await simulator.log(filter)) as LogEntry[];

  test('killed again and again under calls it loses nothing that it answered', async () => {
    await start();
    const events = { url: receiver.url, headers: { 'x-key': 'one' } };
    await simulator.control('events', { target: events, policy: { kind: 'late', lateMs: 400 } });
    for (const name of names) {
      await simulator.control('entities', { entityId: productOf(name), entityType: 'SaaSProduct@1.0' });
    }
    const failure = {
      status: 'FAILED',
      failureCode: 'SERVER_FAULT',
      errors: [{ changeIndex: 0, code: 'E', message: 'm' }],
    };
    await simulator.control('plan', {
      match: { nameContains: 'set 1' },
      outcomes: [failure, failure, { status: 'CANCELLED' }],
    });
    await simulator.control('faults', { fault: 'throttle', operation: 'ListChangeSets', times: 2 });

    const idOf = new Map<string, string | undefined>();
    const answered = async (name: string): Promise<void> => {
      const { ChangeSetId } = await submit(name);
      // A repeat of a token gives the set that an answer named, in whichever life of the process it was.
      expect(idOf.get(name) ?? ChangeSetId).toBe(ChangeSetId);
      idOf.set(name, ChangeSetId);
    };
    for (let life = 0; life < kills; life += 1) {
      const mine = names.slice(life * perLife, (life + 1) * perLife);
      const calls = mine.map(answered);
      // In the middle: some are answered, some are not.
      await calls[life % perLife];
      await simulator.kill();
      await Promise.allSettled(calls);
      // As if the kill had come while it wrote.
      appendFileSync(join(folder, 'catalog.jsonl'), '[["changeSets","half');
      await start();
      for (const name of names.slice(0, (life + 1) * perLife)) await answered(name);
    }

    const client = clientFor(simulator);
    const described = await until(async () => {
      const sets = await Promise.all(
        names.map((name) =>
          client.send(new DescribeChangeSetCommand({ Catalog: 'AWSMarketplace', ChangeSetId: idOf.get(name) })),
        ),
      );
      return sets.every(({ EndTime }) => EndTime !== undefined) ? sets : undefined;
    });
    const planned = described.filter(({ ChangeSetName = '' }) => ChangeSetName.startsWith('set 1'));
    expect(sorted(planned.map(({ Status }) => Status))).toEqual([
      ...Array<string>(planned.length - 2).fill('CANCELLED'),
      'FAILED',
      'FAILED',
    ]);
    expect(planned.filter(({ Status }) => Status === 'FAILED')[0]).toMatchObject({
      FailureCode: 'SERVER_FAULT',
      ChangeSet: [{ ErrorDetailList: [{ ErrorCode: 'E', ErrorMessage: 'm' }] }],
    });
    for (const [index, name] of names.entries()) {
      const { Status, ChangeSetName, ChangeSet: [change] = [] } = described[index]!;
      const [request] = requestOf(name).ChangeSet;
      expect([ChangeSetName, change?.Details]).toEqual([name, request!.Details]);
      const about = { Catalog: 'AWSMarketplace', EntityId: productOf(name) };
      const { EntityIdentifier } = await client.send(new DescribeEntityCommand(about));
      expect(EntityIdentifier).toBe(`${productOf(name)}@${Status === 'SUCCEEDED' ? 2 : 1}`);
    }

    // The fault was put in the first life, and met in the last, twice.
    const list = () => client.send(new ListChangeSetsCommand({ Catalog: 'AWSMarketplace', MaxResults: 20 }));
    await expect(list()).rejects.toThrow('Rate exceeded');
    await expect(list()).rejects.toThrow('Rate exceeded');
    expect((await list()).ChangeSetSummaryList).toHaveLength(names.length);

    const ids = sorted([...idOf.values()]);
    await until(() => new Set(receiver.received.map(({ body }) => body)).size >= names.length);
    const ended = await until(async () => {
      const entries = (await log({ kind: 'event' })).filter((entry) => entry.kind === 'event');
      return entries.length >= names.length ? entries : undefined;
    });
    expect(sorted(ended.map(({ changeSetId }) => changeSetId))).toEqual(ids);
    expect(receiver.received.every(({ headers }) => headers['x-key'] === 'one')).toBe(true);
    // What was carried out, once for each token; every other answer is a repeat.
    const calls = (await log({ operation: 'StartChangeSet' })).filter((entry) => entry.kind === 'call');
    const first = calls.filter(({ tokenRepeated }) => tokenRepeated === undefined);
    expect(sorted(first.map(({ changeSetId }) => changeSetId))).toEqual(ids);
    expect(new Set(ids).size).toBe(names.length);

    const other = startBuyWithPrimeProcess({
      seed: 1,
      clients: [],
      stateFile: join(folder, 'catalog.jsonl'),
      logFile: join(folder, 'log'),
    });
    await expect(other).rejects.toThrow('ended with 1 before it served');
    expect(readFileSync(join(folder, 'log'), 'utf8')).toContain('does not hold the state of buyWithPrime');
  });
});

describe('Buy with Prime', () => {
  test('answers, tokens, limits, events and the log outlast a kill', async () => {
    const merchant = { clientId: 'client-1', clientSecret: 'secret-1', businessProductIds: ['bp-1'] };
    const start = async (port: number): Promise<void> => {
      const stateFile = join(folder, 'buyWithPrime.jsonl');
      simulator = await startBuyWithPrimeProcess({ seed: 4, clients: [merchant], stateFile, port });
    };
    const restart = async (): Promise<void> => {
      await simulator.kill();
      await start(portOf(simulator.url));
    };
    const token = async (): Promise<{ access_token?: string; error?: string; expires_in?: number }> => {
      const form = { grant_type: 'client_credentials', client_id: 'client-1', client_secret: 'secret-1' };
      const answer = await fetch(`${simulator.url}/token`, { method: 'POST', body: new URLSearchParams(form) });
      return answer.ok ? ((await answer.json()) as object) : { error: String(answer.status) };
    };
    const query = async (accessToken = ''): Promise<unknown> => {
      const answer = await fetch(`${simulator.url}/graphql`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${accessToken}`,
          'x-api-target-id': 'bp-1',
          'x-api-version': '2024-11-01',
        },
        body: JSON.stringify({ query: '{ product(identifier: {productId: "item-1"}) { id } }' }),
      });
      const { data } = (await answer.json()) as { data?: { product: unknown } };
      return data?.product;
    };
    await start(0);
    const products = [{ null: true }, { product: { id: 'one' } }, { product: { id: 'two' } }];
    await simulator.control('products', { businessProductId: 'bp-1', itemId: 'item-1', answers: products });
    await simulator.control('tokens', { answers: [{ http: 503 }, { http: 502 }] });
    await simulator.control('limits', { tokenLifetimeMs: 100_000 });
    await simulator.control('events', { webhook: { url: receiver.url }, policy: { kind: 'late', lateMs: 300 } });
    expect(await token()).toEqual({ error: '503' });
    await restart();
    expect(await token()).toEqual({ error: '502' });
    const { access_token: first, expires_in } = await token();
    expect(expires_in).toBe(100);
    expect(await query(first)).toBeNull();
    await simulator.control('announce', { form: 'webhook', businessProductId: 'bp-1', itemIds: ['item-1'] });
    await restart();
    expect(await query(first)).toEqual({ id: 'one' });
    await restart();
    expect(await query(first)).toEqual({ id: 'two' });
    expect((await token()).access_token).not.toBe(first);
    await until(() => receiver.received.length >= 1);
    const lines = await until(async () => {
      const entries = (await simulator.log()) as { call: string; answer?: string; result?: string }[];
      return entries.length === 8
        ? entries.map(({ call, answer, result }) => `${call} ${answer ?? result}`)
        : undefined;
    });
    expect(sorted(lines)).toEqual([
      'event answered',
      'query null',
      'query product',
      'query product',
      'token http 502',
      'token http 503',
      'token token',
      'token token',
    ]);
  });
});
