import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { createAuthority } from '@marketplace-steward/testing/certificates';
import { freePort } from '@marketplace-steward/testing/ports';
import { until } from '@marketplace-steward/testing/until';
import { stringify } from 'yaml';
import { composed, type Composed } from './engine.ts';
import type { Addresses } from './failedChangeSets.ts';

/** Two accounts: the key of the first is that of the SDK's own chain, the second has a key of its own. */
export const [chain, own] = ['123456789012', '210987654321'] as const;

/** The services that have a health check. */
const checked = ['postgresql', 'temporal', 'worker', 'ingress', 'simulators'];

/** Only what is fast differs from production. */
const configuration = {
  accounts: {
    [chain]: { mode: 'auto', dailyCap: 1_000 },
    [own]: {
      mode: 'auto',
      dailyCap: 1_000,
      credentials: { accessKeyIdVariable: 'SECOND_SELLER_KEY_ID', secretAccessKeyVariable: 'SECOND_SELLER_KEY' },
    },
  },
  ingress: {
    host: '0.0.0.0',
    port: 8080,
    credentials: { eventbridge: [{ header: 'x-steward-key', valueVariable: 'STEWARD_EVENTBRIDGE_KEY' }] },
  },
  endpoints: { marketplaceCatalog: 'https://simulators:8443' },
  policies: { changeSet: { retryBackOffMs: [2_000], pollFirstMs: 500, pollLongestMs: 2_000, submitRetryFirstMs: 500 } },
  notices: { channels: ['log'] },
};

/** What the steps of the test share. */
export interface Stage {
  readonly project: Composed;
  /** Of the files of the test; backups go there. */
  readonly folder: string;
  readonly addresses: Addresses & { readonly ui: string; readonly temporal: string };
  /** A new connection to Temporal, which {@link Stage.close} closes. */
  connect(): Promise<Client>;
  /** Waits until these services are healthy; all that have a health check where none is named. */
  untilHealthy(...services: readonly string[]): Promise<unknown>;
  /** The states of all lineages, by the id of the change set. */
  states(client: Client): Promise<ReadonlyMap<string, string>>;
  /** Waits until all of these lineages are in this state. */
  untilState(client: Client, ids: readonly string[], state: string): Promise<unknown>;
  /** Takes everything down. */
  close(): Promise<void>;
}

const asText = (values: object): string =>
  Object.entries(values)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');

/** Writes configuration and variables, and chooses ports; starts nothing. @param key that of EventBridge's events */
export async function openStage(key: string): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'steward-containers-'));
  const config = join(folder, 'config');
  const authority = createAuthority('an authority of the test');
  const { certificate, key: privateKey } = authority.issue('simulators');
  mkdirSync(config);
  const files = {
    'steward.yaml': stringify(configuration),
    'authority.crt': authority.certificate,
    'tls.crt': certificate,
    'tls.key': privateKey,
    'second-seller-key': 'simulated\n',
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(config, name), text);
  chmodSync(folder, 0o755);
  const variables = {
    AWS_ACCESS_KEY_ID: `SIM${chain}`,
    AWS_SECRET_ACCESS_KEY: 'simulated',
    // Names that docker-compose.yml does not know.
    SECOND_SELLER_KEY_ID: `SIM${own}`,
    SECOND_SELLER_KEY_FILE: '/etc/steward/second-seller-key',
    NODE_EXTRA_CA_CERTS: '/etc/steward/authority.crt',
  };
  const ports = {
    temporal: await freePort(),
    ui: await freePort(),
    ingress: await freePort(),
    sim: await freePort(),
  };
  const environment = {
    POSTGRES_PASSWORD: randomBytes(24).toString('hex'),
    STEWARD_CONFIG_FOLDER: config,
    STEWARD_ENVIRONMENT_FILE: join(folder, 'steward.env'),
    STEWARD_EVENTBRIDGE_KEY: key,
    TEST_TEMPORAL_PORT: ports.temporal,
    TEST_UI_PORT: ports.ui,
    TEST_INGRESS_PORT: ports.ingress,
    TEST_SIMULATORS_PORT: ports.sim,
  };
  writeFileSync(join(folder, '.env'), asText(environment));
  writeFileSync(join(folder, 'steward.env'), asText(variables));
  const addresses = {
    temporal: `127.0.0.1:${ports.temporal}`,
    ui: `http://127.0.0.1:${ports.ui}`,
    ingress: `http://127.0.0.1:${ports.ingress}`,
    simulators: `http://127.0.0.1:${ports.sim}`,
  };
  const project = composed(folder);
  const connections: Connection[] = [];
  const stage: Stage = {
    project,
    folder,
    addresses,
    async connect() {
      const connection = await Connection.connect({ address: addresses.temporal });
      connections.push(connection);
      return new Client({ connection, namespace: 'steward' });
    },
    untilHealthy: (...services) =>
      until(async () => {
        const health = new Map((await project.list()).map((one) => [one.Service, one.Health]));
        return (services.length === 0 ? checked : services).every((service) => health.get(service) === 'healthy');
      }),
    async states(client) {
      const found = new Map<string, string>();
      for await (const one of client.workflow.list({ query: "WorkflowType='changeSetRemediation'" }))
        found.set(one.workflowId.replace('change-set:', ''), String(one.searchAttributes['StewardState']?.[0]));
      return found;
    },
    untilState: (client, ids, state) =>
      until(async () => {
        const found = await stage.states(client);
        return ids.every((id) => found.get(id) === state);
      }),
    async close() {
      await Promise.all(connections.map((connection) => connection.close()));
      await project.close();
    },
  };
  return stage;
}
