import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { stringify } from 'yaml';
import { defined } from '../src/defined.ts';
import type { Policies } from '../src/config/policySchema.ts';
import { signingKey } from '@marketplace-steward/testing/notices';
import { freePort } from '@marketplace-steward/testing/ports';
import { startTemporalServer } from '@marketplace-steward/testing/temporal/temporalServer';
import { ensureNamespace } from '@marketplace-steward/testing/temporal/temporalNamespace';
import { catalogOperations } from '../src/quotas/catalogQuotas.ts';
import type { Mode } from '../src/config/modes.ts';
import { ensureSearchAttributes } from '../src/delivery/searchAttributes.ts';
import { sampleAccount } from './ingress/events.ts';
import type { Progress } from './progress.ts';
import type { Stops } from './stops.ts';

/** What the parts of a run share. */
export interface Stage {
  /** `host:port` */
  readonly temporal: string;
  /** Where the server keeps its histories. */
  readonly storage: string;
  readonly connection: Connection;
  /** For configurations and logs; gone at the end. */
  readonly folder: string;
  readonly stops: Stops;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** A namespace of one part, with what processes need to work in it. */
export interface Tenancy {
  readonly namespace: string;
  readonly client: Client;
  readonly configurationFile: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly ingress: { readonly url: string; readonly credential: { readonly header: string; readonly value: string } };
}

/** The simulated Buy with Prime, and the one merchant that it knows. */
interface TenancyMerchant {
  readonly url: string;
  readonly merchant: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** An account of a tenancy; its key is made for it. */
interface TenancyAccount {
  readonly mode: Mode;
  readonly dailyCap?: number;
  readonly role?: { readonly arn: string; readonly externalId: string };
}

const keyHeader = 'x-steward-key';
const keyVariable = 'STEWARD_BENCH_KEY';
const merchantVariable = 'STEWARD_BENCH_MERCHANT_SECRET';
const noticeVariable = 'STEWARD_BENCH_NOTICE_SECRET';
const loopback = '127.0.0.1';
const retentionDays = 1;
const unreachedPerSecond = 1_000;
const loopbackHosts: readonly string[] = [loopback, 'localhost', '[::1]'];

/**
 * Starts the Temporal dev server in memory, where STEWARD_TEMPORAL_ADDRESS does not name one that runs.
 * @throws Error where that one is on another machine: thousands of workflows are no gift to a server in use
 */
export async function openStage(shared: Pick<Stage, 'stops' | 'progress' | 'signal'>): Promise<Stage> {
  const { stops, progress } = shared;
  const folder = mkdtempSync(join(tmpdir(), 'steward-bench-'));
  stops.add(async () => rmSync(folder, { recursive: true, force: true }));
  const server = await startTemporalServer({ uiPort: false, retentionDays, log: (line) => progress.say(line) });
  stops.add(() => server.stop());
  const { address } = server;
  if (!loopbackHosts.includes(address.slice(0, address.lastIndexOf(':')))) {
    throw new Error(`STEWARD_TEMPORAL_ADDRESS is ${address}, expected a server on this machine: it is put under load`);
  }
  progress.say(`Temporal: ${server.source}, at ${address}`);
  const connection = await Connection.connect({ address });
  stops.add(() => connection.close());
  const storage = process.env['STEWARD_TEMPORAL_ADDRESS'] ? 'as that server has it' : 'in memory (SQLite)';
  return { ...shared, temporal: address, storage, connection, folder };
}

/**
 * Makes a fresh namespace with the search attributes, and a configuration for the processes that work in it: the
 * defaults, but for what is given.
 */
export async function openTenancy(
  stage: Stage,
  name: string,
  settings: {
    readonly marketplaceCatalog?: string;
    readonly buyWithPrime?: TenancyMerchant;
    readonly securityTokenService?: string;
    readonly policies?: Policies;
    /** A queue on a local server that brings events, beside HTTP. */
    readonly queue?: { readonly url: string; readonly receivers: number };
    /** Where every notice goes, one by one: a webhook's receiver. The worker's own log where it is left out. */
    readonly notices?: string;
    /** In place of the one account of the samples, whose quotas nothing reaches. */
    readonly accounts?: Readonly<Record<string, TenancyAccount>>;
  } = {},
): Promise<Tenancy> {
  const namespace = `bench-${name}-${randomBytes(4).toString('hex')}`;
  await ensureNamespace(stage.connection, namespace, retentionDays);
  await ensureSearchAttributes(stage.connection, namespace);
  const port = await freePort();
  const { marketplaceCatalog, buyWithPrime, securityTokenService } = settings;
  const merchants = buyWithPrime && {
    [buyWithPrime.merchant]: { clientId: buyWithPrime.clientId, clientSecretVariable: merchantVariable },
  };
  const configuration = {
    accounts: accountsOf(settings.accounts),
    ingress: {
      host: loopback,
      port,
      credentials: { eventbridge: [{ header: keyHeader, valueVariable: keyVariable }] },
      ...defined({ sqs: settings.queue && { queues: [{ ...settings.queue, region: 'us-east-1' }] } }),
    },
    ...defined({ merchants }),
    endpoints: {
      ...defined({ marketplaceCatalog, buyWithPrime: buyWithPrime?.url, securityTokenService }),
    },
    ...defined({ policies: settings.policies, notices: noticesOf(settings.notices) }),
  };
  const configurationFile = join(stage.folder, `${name}.yaml`);
  writeFileSync(configurationFile, stringify(configuration), { mode: 0o600 });
  const value = randomBytes(32).toString('base64url');
  return {
    namespace,
    client: new Client({ connection: stage.connection, namespace }),
    configurationFile,
    environment: {
      ...environmentOf(stage, namespace, value),
      ...defined({ [merchantVariable]: buyWithPrime?.clientSecret }),
      ...(settings.notices === undefined ? {} : { [noticeVariable]: signingKey('bench') }),
      ...Object.fromEntries(Object.keys(settings.accounts ?? {}).map((id) => [keyIdVariable(id), `SIM${id}`])),
    },
    ingress: { url: `http://${loopback}:${port}/v1/events/eventbridge`, credential: { header: keyHeader, value } },
  };
}

function noticesOf(url: string | undefined): object | undefined {
  if (url === undefined) return undefined;
  const channels = { receiver: { type: 'webhook', url, secretVariables: [noticeVariable] } };
  return { channels, routes: [{ channels: ['receiver'], grouping: 'off' }] };
}

/** The catalog simulator takes the account from the access key's id. */
function accountsOf(accounts: Readonly<Record<string, TenancyAccount>> | undefined): object {
  if (accounts === undefined) {
    const callsPerSecond = Object.fromEntries(catalogOperations.map((operation) => [operation, unreachedPerSecond]));
    return { [sampleAccount]: { mode: 'auto', dailyCap: 10_000, callsPerSecond } };
  }
  return Object.fromEntries(
    Object.entries(accounts).map(([id, account]) => {
      const credentials = { accessKeyIdVariable: keyIdVariable(id), secretAccessKeyVariable: 'AWS_SECRET_ACCESS_KEY' };
      return [id, { ...account, credentials }];
    }),
  );
}

function keyIdVariable(account: string): string {
  return `STEWARD_BENCH_KEY_${account}`;
}

/** The machine's own without anything that leads to a real Temporal or a real AWS account. */
function environmentOf({ temporal }: Stage, namespace: string, key: string): NodeJS.ProcessEnv {
  const neutral = Object.entries(process.env).filter(([name]) => !/^(AWS|TEMPORAL|STEWARD)_/.test(name));
  return {
    ...Object.fromEntries(neutral),
    TEMPORAL_ADDRESS: temporal,
    TEMPORAL_NAMESPACE: namespace,
    [keyVariable]: key,
    // The catalog simulator takes the account from the access key's id.
    AWS_ACCESS_KEY_ID: `SIM${sampleAccount}`,
    AWS_SECRET_ACCESS_KEY: 'simulated',
    AWS_REGION: 'us-east-1',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  };
}
