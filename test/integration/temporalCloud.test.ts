import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeSearchAttributeIndexedValueType } from '@temporalio/common/lib/search-attributes.js';
import { probeSearchAttributes, visibilityOf } from '../../src/delivery/searchAttributeProbe.ts';
import { searchAttributeTypes } from '../../src/workflows/shared/searchAttributes.ts';
import { createAuthority } from '@marketplace-steward/testing/certificates';
import { changed, fixture } from '@marketplace-steward/testing/sampleEvents';
import { runSteward, answeredSteward, startSteward, type Ended } from '@marketplace-steward/testing/steward';
import { startCloudEndpoint, type CloudEndpoint } from '@marketplace-steward/testing/temporal/cloudEndpoint';
import { testTemporal, type TestTemporal } from '@marketplace-steward/testing/temporal/testServer';
import { until } from '@marketplace-steward/testing/until';

const folder = mkdtempSync(join(tmpdir(), 'temporal-cloud-'));
afterAll(() => rmSync(folder, { recursive: true }));

const file = join(folder, 'steward.yaml');
writeFileSync(
  file,
  `
accounts: { "123456789012": { mode: observe } }
ingress: { port: 0, credentials: { eventbridge: [{ header: x-api-key, valueVariable: EVENTBRIDGE_KEY }] } }
`,
);
const senderKey = 'the key of the sender';

function newNamespace(): string {
  return `team-${randomBytes(4).toString('hex')}.a1b2c`;
}

async function create(server: TestTemporal): Promise<void> {
  const searchAttributes = Object.fromEntries(
    Object.entries(searchAttributeTypes).map(([name, type]) => [
      name,
      encodeSearchAttributeIndexedValueType(type) ?? 0,
    ]),
  );
  await server.connection.operatorService.addSearchAttributes({ namespace: server.namespace, searchAttributes });
}

const authority = createAuthority('authority of the clients');
const client = authority.issue('steward');
const keyFile = join(folder, 'client.key');
const certificateFile = join(folder, 'client.pem');
writeFileSync(keyFile, client.key);
writeFileSync(certificateFile, client.certificate);

const accesses = [
  {
    title: 'an API key',
    access: { kind: 'apiKey', key: 'the right key' },
    variables: { TEMPORAL_API_KEY: 'the right key' },
    wrong: { TEMPORAL_API_KEY: 'another key' },
  },
  {
    title: 'a client certificate',
    access: { kind: 'certificate', authority },
    variables: { TEMPORAL_TLS_CLIENT_CERT_PATH: certificateFile, TEMPORAL_TLS_CLIENT_KEY_PATH: keyFile },
    wrong: {},
  },
] as const;

describe.each(accesses)('a namespace of Temporal Cloud, with $title in the environment alone', (given) => {
  let server: TestTemporal;
  let endpoint: CloudEndpoint;
  let environment: NodeJS.ProcessEnv;
  beforeAll(async () => {
    server = await testTemporal({}, newNamespace());
    endpoint = await startCloudEndpoint(server.address, `${server.namespace}.tmprl.cloud`, given.access);
    environment = {
      TEMPORAL_ADDRESS: endpoint.address,
      TEMPORAL_NAMESPACE: server.namespace,
      TEMPORAL_TLS_SERVER_NAME: endpoint.serverName,
      TEMPORAL_TLS_SERVER_CA_CERT_DATA: endpoint.certificate,
      TEMPORAL_CONFIG_FILE: join(folder, 'none'),
      STEWARD_CONFIG: file,
      EVENTBRIDGE_KEY: senderKey,
    };
  });
  afterAll(async () => {
    await endpoint.close();
    await server.close();
  });

  const withAccess = () => ({ ...environment, ...given.variables });
  const steward = (...words: string[]): Promise<Ended> =>
    (words[0] === 'show' ? answeredSteward : runSteward)(words, { folder, environment: withAccess() });

  test('worker and ingress start, name what is missing and how to create it, and work once it is there', async () => {
    const options = { folder, environment: withAccess() };
    const [worker, ingress] = await Promise.all([
      startSteward(['worker'], options),
      startSteward(['ingress'], options),
    ]);
    const url = String(ingress.ready['url']);
    const post = async (body: Uint8Array) => {
      const headers = { 'content-type': 'application/json', 'x-api-key': senderKey };
      return fetch(`${url}/v1/events/eventbridge`, { method: 'POST', headers, body: new Uint8Array(body) });
    };
    try {
      const command = `temporal cloud namespace search-attribute create --namespace ${server.namespace} --name StewardEntities --type KeywordList`;
      const notReady = await fetch(`${url}/readyz`, { headers: { 'x-api-key': senderKey } });
      expect(notReady.status).toBe(503);
      const { reason, commands } = (await notReady.json()) as { reason: string; commands: string[] };
      for (const name of Object.keys(searchAttributeTypes)) expect(reason).toContain(name);
      expect(commands).toHaveLength(Object.keys(searchAttributeTypes).length);
      expect(commands).toContain(command);
      expect((await post(fixture('changeSetSucceeded'))).status).toBe(503);
      for (const { log } of [worker, ingress]) await until(() => (log().includes(command) ? true : undefined));

      await create(server);
      await until(async () => ((await fetch(`${url}/readyz`)).status === 200 ? true : undefined));
      await until(async () => ((await post(fixture('changeSetSucceeded'))).status === 202 ? true : undefined));
      const handle = server.client.workflow.getHandle('change-set:76yesvf8y165pa4f98td2crtg');
      expect(await handle.result()).toMatchObject({ state: 'succeeded' });

      await everyKindOfCommand();

      // The frontend answers, and its other roles do not.
      const ready = async () => {
        const answer = await fetch(`${url}/readyz`, { headers: { 'x-api-key': senderKey } });
        return [answer.status, ((await answer.json()) as { reason?: string }).reason];
      };
      const history = ['DescribeWorkflowExecution', 'SignalWithStartWorkflowExecution'];
      for (const method of history) endpoint.unavailable.add(`WorkflowService/${method}`);
      expect((await post(fixture('changeSetFailed'))).status).toBe(503);
      expect(await ready()).toEqual([
        503,
        expect.stringMatching(/history service cannot be reached: Not enough hosts/),
      ]);
      endpoint.unavailable.clear();
      endpoint.unavailable.add('WorkflowService/DescribeTaskQueue');
      expect(await ready()).toEqual([503, expect.stringMatching(/matching service cannot be reached/)]);
      endpoint.unavailable.clear();
      expect(await ready()).toEqual([200, undefined]);
      // So much is asked at once that questions have to wait: events go before them.
      for (const method of ['DescribeTaskQueue', 'DescribeNamespace']) {
        endpoint.exhausted.add(`WorkflowService/${method}`);
        expect(await ready()).toEqual([200, undefined]);
      }
    } finally {
      await Promise.all([worker.stop('SIGTERM'), ingress.stop('SIGTERM')]);
    }
    expect(endpoint.calls.get('OperatorService/ListSearchAttributes')).toBeGreaterThan(0);
    expect([...endpoint.namespaces]).toEqual([server.namespace]);
  });

  async function everyKindOfCommand(): Promise<void> {
    const event = join(folder, 'event.json');
    writeFileSync(event, changed('changeSetFailed', { ChangeSetId: 'by-hand' }));
    expect(await steward('emit', event, '--direct', '--json')).toMatchObject({ exitCode: 0 });
    const rows = await until(async () => {
      const listed = await steward('list', '--json');
      expect(listed).toMatchObject({ exitCode: 0, stderr: '' });
      const { rows: found } = JSON.parse(listed.stdout) as { rows: Array<{ workflowId: string; link: string }> };
      return found.some(({ workflowId }) => workflowId === 'change-set:by-hand') ? found : undefined;
    });
    const link = `https://cloud.temporal.io/namespaces/${server.namespace}/workflows/change-set%3Aby-hand/`;
    expect(rows.find(({ workflowId }) => workflowId === 'change-set:by-hand')?.link).toContain(link);
    const shown = await steward('show', 'by-hand');
    expect(shown).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(link) });
    const why = ['--actor', 'ann', '--reason', 'it was a test'];
    expect(await steward('abandon', 'by-hand', ...why)).toMatchObject({ exitCode: 0, stderr: '' });
    const items = await steward('backfill', 'items', 'item-1', '--merchant', 'bp-1234567890', '--no-wait');
    expect(items).toMatchObject({ exitCode: 0, stderr: '' });
  }

  test('other credentials are refused, and each command says so', async () => {
    const refused = { folder, environment: { ...environment, ...given.wrong } };
    const [listed, worker] = await Promise.all([runSteward(['list'], refused), runSteward(['worker'], refused)]);
    for (const { exitCode, stderr } of [listed, worker]) {
      expect(exitCode).toBe(3);
      expect(stderr).toContain(`Temporal at ${endpoint.address}`);
      expect(stderr).toMatch(/TEMPORAL_API_KEY|TEMPORAL_TLS_/);
    }
  });
});

test('queries show which attributes are missing and which have another type, as far as types differ in queries', async () => {
  const server = await testTemporal({
    ...searchAttributeTypes,
    StewardState: 'TEXT',
    StewardAccount: 'KEYWORD_LIST',
    StewardAttention: 'KEYWORD',
    StewardEntities: 'TEXT',
    StewardAttempt: 'BOOL',
    StewardDueAt: 'INT',
  });
  try {
    const { workflowService } = server.connection;
    const count = (request: { namespace: string; query: string }) => workflowService.countWorkflowExecutions(request);
    expect(await probeSearchAttributes(visibilityOf(count, server.namespace))).toEqual({
      missing: [],
      mistyped: [
        'StewardState',
        'StewardAccount',
        'StewardAttention',
        'StewardEntities',
        'StewardAttempt',
        'StewardDueAt',
      ],
    });
  } finally {
    await server.close();
  }
});
