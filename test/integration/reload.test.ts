import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { startCatalogSimulator, type CatalogSimulator } from '@marketplace-steward/simulators/marketplaceCatalog';
import {
  startTokenServiceSimulator,
  type TokenServiceSimulator,
} from '@marketplace-steward/simulators/securityTokenService';
import { accountHealthStatusQuery, accountHealthWorkflowId } from '../../src/workflows/accountHealth/contract.ts';
import { changeSetStatusQuery, changeSetWorkflowId } from '../../src/workflows/changeSetRemediation/contract.ts';
import { reconcileScheduleId } from '../../src/workflows/reconcileChangeSets/contract.ts';
import { startSteward } from '@marketplace-steward/testing/steward';
import { startReceiver, type Receiver } from '@marketplace-steward/testing/receiver';
import { testTemporal, type TestTemporal } from '@marketplace-steward/testing/temporal/testServer';
import { finishedEvent } from '@marketplace-steward/testing/changeSetWorld';
import { until } from '@marketplace-steward/testing/until';

const staying = '123456789012';
const coming = '444455556666';
const roleArn = `arn:aws:iam::${coming}:role/steward`;
const key = 'the first key of events';
const externalId = 'external-id-that-no-log-shows';

type Running = Awaited<ReturnType<typeof startSteward>>;

const folder = mkdtempSync(join(tmpdir(), 'reload-'));
const file = join(folder, 'steward.yaml');
const keyFile = join(folder, 'next-key');
let temporal: TestTemporal;
let tokenService: TokenServiceSimulator;
let catalog: CatalogSimulator;
let team: Receiver;
let otherTeam: Receiver;
let worker: Running;
let ingress: Running;

const withRole = { mode: 'auto', role: { arn: roleArn, externalId } };

/** Writes the file again with these accounts beside the one that stays, and a key and a channel by their variables. */
function configure(others: object, keyVariable = 'EVENTS_KEY', teamVariable = 'TEAM_URL'): void {
  const configuration = {
    accounts: { [staying]: { mode: 'auto' }, ...others },
    ingress: { port: 0, credentials: { eventbridge: [{ header: 'x-api-key', valueVariable: keyVariable }] } },
    notices: { channels: { log: { type: 'log' }, team: { type: 'mattermost', urlVariable: teamVariable } } },
    endpoints: { marketplaceCatalog: catalog.url, securityTokenService: tokenService.url },
    policies: {
      changeSet: { retryBackOffMs: [50], pollFirstMs: 200, pollLongestMs: 500, submitRetryFirstMs: 100 },
      accountHealth: { recheckFirstMs: 300, recheckLongestMs: 1_000 },
    },
  };
  writeFileSync(file, JSON.stringify(configuration));
}

beforeAll(async () => {
  temporal = await testTemporal();
  tokenService = await startTokenServiceSimulator({ seed: 1 });
  tokenService.control.putRole({ arn: roleArn, externalId, callers: [staying] });
  catalog = await startCatalogSimulator({
    seed: 2,
    quotas: 'off',
    defaultDurationMs: 100,
    sessions: tokenService.sessions,
  });
  writeFileSync(keyFile, 'the second key of events\n');
  [team, otherTeam] = [await startReceiver(), await startReceiver()];
  configure({});
  const environment = {
    STEWARD_CONFIG: file,
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_NAMESPACE: temporal.namespace,
    EVENTS_KEY: key,
    NEXT_KEY_FILE: keyFile,
    TEAM_URL: team.url,
    OTHER_TEAM_URL: otherTeam.url,
    AWS_ACCESS_KEY_ID: `SIM${staying}`,
    AWS_SECRET_ACCESS_KEY: 'simulated',
  };
  ingress = await startSteward(['ingress'], { folder, environment });
  worker = await startSteward(['worker'], { folder, environment });
}, 120_000);
afterAll(async () => {
  await Promise.allSettled([worker?.stop('SIGKILL'), ingress?.stop('SIGKILL')]);
  await catalog?.close();
  await tokenService?.close();
  await team?.close();
  await otherTeam?.close();
  await temporal?.close();
  rmSync(folder, { recursive: true });
});

const handle = (changeSetId: string) => temporal.client.workflow.getHandle(changeSetWorkflowId(changeSetId));
const alarm = () => temporal.client.workflow.getHandle(accountHealthWorkflowId(coming));
const question = () => temporal.client.workflow.getHandle(`unconfigured:${coming}`);
const time = (agoMs: number): string => `${new Date(Date.now() - agoMs).toISOString().slice(0, 19)}Z`;

/** A change set that failed, and the event of it at the ingress. */
async function fail(account: string, changeSetId: string): Promise<{ outcome: string; reason?: string }> {
  const times = { StartTime: time(120_000), EndTime: time(60_000) };
  catalog.control.putChangeSet({
    changeSetId,
    account,
    name: `Update ${changeSetId}`,
    status: 'FAILED',
    failureCode: 'SERVER_FAULT',
    startTime: times.StartTime,
    endTime: times.EndTime,
    changes: [
      { changeType: 'UpdateInformation', entityType: 'SaaSProduct@1.0', identifier: `p-${changeSetId}`, details: '{}' },
    ],
  });
  const detail = { FailureCode: 'SERVER_FAULT', ...times };
  const event = { ...finishedEvent('Failed', changeSetId, `Update ${changeSetId}`, detail), account };
  const answer = await post(JSON.stringify(event), key);
  return (await answer.json()) as { outcome: string; reason?: string };
}

function post(body: string, apiKey: string): Promise<Response> {
  const headers = { 'content-type': 'application/json', 'x-api-key': apiKey };
  return fetch(`${String(ingress.ready['url'])}/v1/events/eventbridge`, { method: 'POST', headers, body });
}

let unreadable = 0;

/** The answer to bytes that nobody can read, of which operators get a notice once they are taken. */
async function statusWith(apiKey: string): Promise<number> {
  const { status } = await post(`{"id": ${(unreadable += 1)}`, apiKey);
  return status;
}

/** Events of an account, each of another change set, until one is answered so; gives that change set's id. */
function answered(account: string, outcome: string): Promise<string> {
  let events = 0;
  return until(async () => {
    events += 1;
    const changeSetId = `${outcome}${account}x${events}`;
    return (await fail(account, changeSetId)).outcome === outcome ? changeSetId : undefined;
  });
}

/** Asks both for the file at once; without it they follow within seconds. */
function reload(): void {
  for (const service of [worker, ingress]) void service.stop('SIGHUP');
}

const aliasBomb = [
  'a: &a0 [x]',
  ...Array.from({ length: 9 }, (_, n) => `b${n}: &a${n + 1} [${`*a${n},`.repeat(9)}]`),
].join('\n');

/** Who has worked on a change set: each worker's process id and host. */
async function workersOf(changeSetId: string): Promise<string[]> {
  const { events } = await handle(changeSetId).fetchHistory();
  const identities = (events ?? []).flatMap((event) => event.workflowTaskStartedEventAttributes?.identity ?? []);
  return [...new Set(identities)];
}

test.each([
  ['an alias of nothing', `accounts: { '${staying}': { mode: *auto } }`],
  ['an alias bomb', aliasBomb],
  ['nothing', ''],
  ['null', 'null'],
  ['half of itself', `accounts: { '${staying}': { mode: au`],
  ['bytes', Buffer.from([0x00, 0xff, 0xfe, 0x80, 0x0a])],
  ['five megabytes', '#'.repeat(5_000_000)],
])(
  'a file that becomes %s changes nothing in worker and ingress',
  async (name, content) => {
    const failures = () => [worker, ingress].map(({ log }) => log().split('Configuration reload failed: ').length - 1);
    const before = failures();
    writeFileSync(file, content);
    // Both take it without being asked.
    await until(() => (failures().every((count, index) => count > (before[index] ?? 0)) ? true : undefined));
    for (const { log } of [worker, ingress]) expect(log()).toContain('The previous configuration stays in use.');
    const schedules: string[] = [];
    for await (const { scheduleId } of temporal.client.schedule.list()) schedules.push(scheduleId);
    expect(schedules).toEqual([reconcileScheduleId]);
    expect(await fail(staying, `wrong${name.replace(/\W/g, '')}`)).toMatchObject({ outcome: 'delivered' });
    configure({});
  },
  60_000,
);

test('a key is rotated and a channel moves, while worker and ingress stay as they are', async () => {
  const [second, third] = ['the second key of events', 'the third key of events'];
  // More often than once a second, a wrong key would be taken for guesses.
  const admitted = (apiKey: string) =>
    until(async () => (await statusWith(apiKey)) === 202 || (await wait(1_000, undefined)));
  await admitted(key);
  await until(() => (team.received.length > 0 ? true : undefined));
  expect([await statusWith(second), otherTeam.received.length]).toEqual([401, 0]);

  configure({}, 'NEXT_KEY', 'OTHER_TEAM_URL');
  reload();
  await admitted(second);
  expect(await statusWith(key)).toBe(401);
  await until(() => (otherTeam.received.length > 0 ? true : undefined));

  // The file of a secret is followed without being asked.
  writeFileSync(keyFile, `${third}\n`);
  await admitted(third);
  expect([await statusWith(key), await statusWith(second)]).toEqual([401, 401]);

  configure({});
  await admitted(key);
  expect(await statusWith(third)).toBe(401);
  const shown = `${worker.log()}${ingress.log()}`;
  for (const secret of [key, second, third, team.url, otherTeam.url]) expect(shown).not.toContain(secret);
}, 60_000);

test('accounts come and go with the file, while worker and ingress stay as they are', async () => {
  await until(async () => ((await fail(staying, 'stays1')).outcome === 'delivered' ? true : undefined));
  const unknown = await fail(coming, 'unknown1');
  expect(unknown.outcome).toBe('held');

  // It is added: its events go to their workflows, which calls as the account's role.
  configure({ [coming]: withRole });
  reload();
  const first = await answered(coming, 'delivered');
  expect(await handle(first).result()).toMatchObject({ state: 'remediated' });
  // So does what was held, without an operator.
  await until(async () => ((await question().describe()).status.name === 'COMPLETED' ? true : undefined));
  expect(await question().result()).toMatchObject({ state: 'replayed', replayed: expect.any(Number), held: 0 });
  expect(await handle('unknown1').result()).toMatchObject({ state: 'remediated' });
  const submitted = catalog.control.log({ operation: 'StartChangeSet', kind: 'call' });
  expect(submitted).toContainEqual(expect.objectContaining({ account: coming }));
  expect(tokenService.control.log()).toMatchObject([{ answer: 'given', caller: staying, roleArn }]);

  // It is removed, while its work is under way.
  catalog.control.addFault({
    fault: 'error',
    operation: 'DescribeChangeSet',
    account: coming,
    type: 'InternalServiceException',
    status: 500,
    times: 1_000_000,
  });
  await fail(coming, 'underway1');
  const refusals = () => catalog.control.log({ operation: 'DescribeChangeSet', kind: 'refusal' }).length;
  await until(() => (refusals() > 0 ? true : undefined));
  configure({});
  await answered(coming, 'held');
  const { missing } = await until(() =>
    alarm()
      .query(accountHealthStatusQuery)
      .catch(() => undefined),
  );
  expect(missing).toMatchObject([{ action: `Add account ${coming} to the configuration` }]);
  expect(await handle('underway1').query(changeSetStatusQuery)).toMatchObject({ state: 'diagnosing', attempt: 0 });

  // It is added again: what was under way goes on automatically.
  catalog.control.reset();
  expect((await fail(coming, 'underway1')).outcome).toBe('held');
  expect((await fail(staying, 'stays2')).outcome).toBe('delivered');
  configure({ [coming]: withRole });
  await answered(coming, 'delivered');
  expect(await alarm().result()).toMatchObject({ state: 'recovered' });
  expect(await handle('underway1').result()).toMatchObject({ state: 'remediated' });
  expect(await handle('stays1').result()).toMatchObject({ state: 'remediated' });
  expect(await handle('stays2').result()).toMatchObject({ state: 'remediated' });

  const [before, after] = [await workersOf('stays1'), await workersOf('stays2')];
  expect([before, after]).toEqual([[expect.stringMatching(/^\d+@/)], before]);
  const [{ stderr }, { stderr: ofIngress }] = await Promise.all([worker.stop('SIGTERM'), ingress.stop('SIGTERM')]);
  for (const log of [stderr, ofIngress]) {
    expect(log.match(/configuration reloaded/g)?.length).toBeGreaterThanOrEqual(3);
    expect(log).not.toContain(externalId);
  }
}, 240_000);
