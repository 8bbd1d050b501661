import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { startBuyWithPrimeProcess, startCatalogProcess } from '@marketplace-steward/simulators/processes';
import { startLocalQueue, type LocalQueue } from '@marketplace-steward/testing/localQueue';
import { freePort } from '@marketplace-steward/testing/ports';
import type { Stops } from '../../../bench/stops.ts';
import { reconcileScheduleId } from '../../../src/workflows/reconcileChangeSets/contract.ts';
import type { Plan } from '../records.ts';
import {
  configurationOf,
  environmentOf,
  merchantClient,
  writeConfiguration,
  type Addresses,
  type Variation,
} from './configuration.ts';
import { deploymentName, knownVersions, makeCurrent } from './deployment.ts';
import { processPart, simulatorPart, stewardWords, untilTrue, type Part, type PartKind } from './parts.ts';
import type { Secrets } from './secrets.ts';
import { clusterServer, devServer } from './server.ts';
import { vendorAt, type Vendor } from './vendors.ts';

/** Everything that runs. */
export interface Stage {
  /** What can be killed. */
  readonly parts: readonly Part[];
  readonly client: Client;
  readonly queue: LocalQueue;
  readonly vendors: Readonly<Record<'aws' | 'buyWithPrime', Vendor>>;
  /** Addresses of the ingresses that take HTTP. */
  readonly ingresses: readonly string[];
  /** What a command of an operator sees. */
  readonly environment: NodeJS.ProcessEnv;
  readonly folder: string;
  /** Changes a policy in the files of all processes. */
  readonly configure: () => void;
  /** Starts a worker of another version beside those that run, and lets new runs begin on it. */
  readonly deploy: () => Promise<string>;
  /** SIGCONT to all, and start of what is down; resolves once all of it serves. */
  readonly raise: () => Promise<void>;
}

/** What a stage is made of. */
export interface StageOptions {
  readonly plan: Plan;
  readonly secrets: Secrets;
  /** For all that processes write. */
  readonly folder: string;
  readonly receivers: { readonly noticesUrl: string; readonly outcomesUrl: string; readonly keySetUrl: string };
  /** Variables for the processes of the steward, beside those of every run. */
  readonly breach: NodeJS.ProcessEnv;
  /** On the four roles over PostgreSQL, in place of the dev server. */
  readonly onCluster: boolean;
  readonly stops: Stops;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
  /** Hears of a process that ended and that nobody had killed. */
  readonly onUnexpectedEnd: (part: Part) => void;
}

/** An event of the stream is about what ended a second before it, in whole seconds. */
const afterScheduleMs = 3_000;
const servesWithinMs = 240_000;
const compileCache = fileURLToPath(new URL('../../../.steward/compile-cache', import.meta.url));
const versionHook = new URL('./versionHook.ts', import.meta.url).href;

/** As often as a message may be received that killed processes had. */
const maxReceiveCount = 30;

/** Starts all of it, and resolves once all of it serves. */
export async function openStage(options: StageOptions): Promise<Stage> {
  const { plan, secrets, folder, receivers, stops, signal, say } = options;
  for (const name of ['logs', 'state', 'home']) mkdirSync(join(folder, name), { recursive: true });
  say('starting Temporal, the vendors and the queue …');
  const server = options.onCluster ? await clusterServer(say, signal) : await devServer(folder);
  const { address, namespace } = server;
  stops.add(async () => void (await server.stop()));
  const connection = await Connection.connect({ address });
  stops.add(() => connection.close());
  const client = new Client({ connection, namespace });
  const queue = await startLocalQueue({ maxReceiveCount });
  stops.add(() => queue.close());
  const simulators = await startSimulators(options);
  const addresses: Addresses = {
    temporal: address,
    namespace,
    catalog: simulators.aws.url,
    buyWithPrime: simulators.buyWithPrime.url,
    queue: queue.url,
    notices: receivers.noticesUrl,
    keySet: receivers.keySetUrl,
  };
  const environment = environmentOf(plan, addresses, secrets, { home: join(folder, 'home'), compileCache });
  const variations = new Map<string, Omit<Variation, 'isChanged'>>();
  const fileOf = (name: string): string => join(folder, 'home', `${name}.yaml`);
  const write = (name: string, isChanged: boolean): void =>
    writeConfiguration(fileOf(name), configurationOf(plan, addresses, { ...variations.get(name), isChanged }));
  let isChanged = false;

  /** A process of the steward; it may be restarted on the same file and the same port. */
  function steward(
    kind: Extract<PartKind, 'worker' | 'httpIngress' | 'queueIngress'>,
    name: string,
    variation: Omit<Variation, 'isChanged'> = {},
    flags: readonly string[] = [],
  ): Part {
    variations.set(name, variation);
    write(name, isChanged);
    const words = kind === 'worker' ? ['worker', '--deployment', deploymentName] : ['ingress'];
    return processPart(
      { name, kind },
      () => ({
        flags,
        words: stewardWords([...words, '--config', fileOf(name), '--json']),
        environment: { ...environment, ...options.breach },
        logFile: join(folder, 'logs', `${name}.log`),
        stops,
      }),
      options.onUnexpectedEnd,
    );
  }
  const [firstPort, secondPort] = [await freePort(), await freePort()];
  const ingresses = [firstPort, secondPort].map((port) => `http://127.0.0.1:${port}`);
  const parts = [
    ...server.parts,
    ...simulators.parts,
    steward('worker', 'worker-1'),
    steward('worker', 'worker-2'),
    steward('httpIngress', 'ingress-1', { port: firstPort }),
    steward('httpIngress', 'ingress-2', { port: secondPort }),
    steward('queueIngress', 'queue-1', { takesQueue: true }),
    steward('queueIngress', 'queue-2', { takesQueue: true }),
  ];
  say('starting workers and ingresses …');
  for (const part of parts) if (!part.isUp()) await part.start();
  const serves = async (): Promise<boolean> => {
    const answers = await Promise.all(ingresses.map((url) => fetch(`${url}/readyz`)));
    return answers.every(({ ok }) => ok);
  };
  const untilServing = () =>
    untilTrue(serves, { withinMs: servesWithinMs, signal, what: 'an ingress that can deliver events' });
  const versions = async (count: number): Promise<readonly string[]> => {
    let known: readonly string[] = [];
    const enough = async (): Promise<boolean> => (known = await knownVersions(client)).length >= count;
    await untilTrue(enough, { withinMs: servesWithinMs, signal, what: 'the version of a worker' });
    return known;
  };
  const [original = ''] = await versions(1);
  await makeCurrent(client, original);
  await untilServing();
  // What ended before the accounts were configured is nothing that reconciliation finds.
  const isScheduled = async (): Promise<boolean> => {
    await client.schedule.getHandle(reconcileScheduleId).describe();
    return true;
  };
  await untilTrue(isScheduled, { withinMs: servesWithinMs, signal, what: 'the schedule of reconciliation' });
  await pause(afterScheduleMs, undefined, { signal });
  return {
    parts,
    client,
    queue,
    vendors: { aws: simulators.aws, buyWithPrime: simulators.buyWithPrime },
    ingresses,
    environment,
    folder,
    configure() {
      isChanged = true;
      for (const name of variations.keys()) write(name, isChanged);
    },
    async deploy() {
      const part = steward('worker', 'worker-3', {}, ['--import', versionHook]);
      parts.push(part);
      await part.start();
      const added = (await versions(2)).find((buildId) => buildId !== original) ?? '';
      // The server may be killed in between.
      const current = async (): Promise<boolean> => {
        await makeCurrent(client, added);
        return true;
      };
      await untilTrue(current, { withinMs: servesWithinMs, everyMs: 500, signal, what: 'a change of version' });
      return added;
    },
    async raise() {
      for (const part of parts) part.thaw();
      for (const part of parts) if (!part.isUp()) await part.start();
      await untilServing();
    },
  };
}

async function startSimulators({
  plan,
  secrets,
  folder,
  receivers,
  stops,
  signal,
}: StageOptions): Promise<Readonly<Record<'aws' | 'buyWithPrime', Vendor>> & { readonly parts: readonly Part[] }> {
  const { seed, merchants = [] } = plan;
  const filesOf = (name: string) => ({
    stateFile: join(folder, 'state', `${name}.journal`),
    logFile: join(folder, 'logs', `${name}.log`),
  });
  const catalog = await simulatorPart({ name: 'catalog', kind: 'catalog' }, (port) =>
    startCatalogProcess({ seed, port, quotas: 'off', ...filesOf('catalog') }),
  );
  stops.add(() => catalog.stop());
  const clients = [{ clientId: merchantClient, clientSecret: secrets.merchantSecret, businessProductIds: merchants }];
  const buyWithPrime = await simulatorPart({ name: 'buyWithPrime', kind: 'buyWithPrime' }, (port) =>
    startBuyWithPrimeProcess({ seed, port, clients, tokenRequestsPerMinute: 10_000, ...filesOf('buyWithPrime') }),
  );
  stops.add(() => buyWithPrime.stop());
  const aws = vendorAt(catalog.url, signal);
  await aws.control({ name: 'events', body: { target: { url: receivers.outcomesUrl } } });
  return { aws, buyWithPrime: vendorAt(buyWithPrime.url, signal), parts: [catalog, buyWithPrime] };
}
