import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { parse, stringify } from 'yaml';
import { freePort } from '@marketplace-steward/testing/ports';
import { startCatalogSimulator, type CatalogControl } from '@marketplace-steward/simulators/marketplaceCatalog';
import { openTenancy, type Stage, type Tenancy } from '../../../bench/stage.ts';
import { stopProcess, type Started } from '../processes.ts';
import { startSteward } from '../steward.ts';

/** How many of what runs. */
export interface Sizes {
  readonly workers: number;
  readonly ingresses: number;
  /** The one of the vendors' samples where it is left out. */
  readonly accounts?: readonly string[];
}

/** Workers and ingresses at work in a namespace of their own, and the vendor that they call. */
export interface RunningStewards {
  readonly client: Client;
  readonly control: CatalogControl;
  readonly credential: { readonly header: string; readonly value: string };
  /** Of each ingress, for events of AWS. */
  readonly urls: readonly string[];
  /** Starts one of them again under the same name; it must have ended. */
  readonly restart: (name: string) => Promise<void>;
  /** The process of a name: `worker-1`, `ingress-2`. */
  readonly processOf: (name: string) => Started;
  readonly close: () => Promise<void>;
}

const graceMs = 10_000;

/** A configuration beside the tenancy's own, for one more ingress. */
async function furtherIngress({ folder }: Stage, { configurationFile }: Tenancy, number: number) {
  const configuration = parse(readFileSync(configurationFile, 'utf8')) as { ingress: { port: number } };
  configuration.ingress.port = await freePort();
  const file = join(folder, `ingress-${number}-${configuration.ingress.port}.yaml`);
  writeFileSync(file, stringify(configuration), { mode: 0o600 });
  return { file, url: `http://127.0.0.1:${configuration.ingress.port}/v1/events/eventbridge` };
}

/** Starts a simulated vendor, and so many workers and ingresses in a fresh namespace. */
export async function runStewards(stage: Stage, name: string, sizes: Sizes): Promise<RunningStewards> {
  const simulator = await startCatalogSimulator({ seed: 18, quotas: 'off', defaultDurationMs: 200 });
  const closeSimulator = stage.stops.add(() => simulator.close());
  const accounts = sizes.accounts?.map((id) => [id, { mode: 'auto' as const, dailyCap: 10_000 }] as const);
  const tenancy = await openTenancy(stage, name, {
    marketplaceCatalog: simulator.url,
    policies: { changeSet: { retryBackOffMs: [1_000] } },
    ...(accounts !== undefined && { accounts: Object.fromEntries(accounts) }),
  });
  const connection = await Connection.connect({ address: stage.temporal });
  const closeConnection = stage.stops.add(() => connection.close());
  const processes = new Map<string, Started>();
  const start = async (one: string, service: 'worker' | 'ingress', configurationFile: string): Promise<void> => {
    await startSteward({
      name: one,
      service,
      configurationFile,
      environment: tenancy.environment,
      logFile: join(stage.folder, `${name}-${one}.log`),
      lasting: false,
      signal: stage.signal,
      note: (started) => void processes.set(one, started),
    });
  };
  const restarts = new Map<string, () => Promise<void>>();
  const add = async (one: string, service: 'worker' | 'ingress', file: string): Promise<void> => {
    const again = () => start(one, service, file);
    restarts.set(one, again);
    await again();
  };
  const closeProcesses = stage.stops.add(async () => {
    await Promise.all([...processes.values()].map((one) => stopProcess(one, 'SIGTERM', graceMs)));
  });
  const urls: string[] = [];
  for (let number = 1; number <= sizes.ingresses; number += 1) {
    const first = { file: tenancy.configurationFile, url: tenancy.ingress.url };
    const { file, url } = number === 1 ? first : await furtherIngress(stage, tenancy, number);
    await add(`ingress-${number}`, 'ingress', file);
    urls.push(url);
  }
  for (let number = 1; number <= sizes.workers; number += 1) {
    await add(`worker-${number}`, 'worker', tenancy.configurationFile);
  }
  return {
    client: new Client({ connection, namespace: tenancy.namespace }),
    control: simulator.control,
    credential: tenancy.ingress.credential,
    urls,
    restart: async (one) => restarts.get(one)?.(),
    processOf: (one) => {
      const started = processes.get(one);
      if (started === undefined) throw new Error(`there is no ${one}`);
      return started;
    },
    close: async () => {
      await closeProcesses();
      await closeConnection();
      await closeSimulator();
    },
  };
}
