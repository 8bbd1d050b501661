import { Client } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker, type ActivityInterceptorsFactory } from '@temporalio/worker';
import { startCatalogSimulator, type CatalogSimulator } from '@marketplace-steward/simulators/marketplaceCatalog';
import type { Mode } from '../../../src/config/modes.ts';
import type { Encryption } from '../../../src/config/encryption.ts';
import type { Policies } from '../../../src/config/policySchema.ts';
import { defined } from '../../../src/defined.ts';
import { clientOf } from '../../../src/delivery/connect.ts';
import { dataConverterOf } from '../../../src/delivery/dataConverter.ts';
import { workerSchema } from '../../../src/config/workerSchema.ts';
import type { RouteContext } from '../../../src/delivery/delivery.ts';
import type { Receipt } from '../../../src/delivery/delivery.ts';
import { createSubmitPermits, type SubmitPermits } from '../../../src/delivery/submitPermits.ts';
import type { Envelope } from '../../../src/events/parse.ts';
import { createMarketplaceCatalog } from '../../../src/vendors/marketplaceCatalog/index.ts';
import type { MarketplaceCatalog } from '../../../src/vendors/marketplaceCatalog/port.ts';
import { composeActivities, type ActivityParts } from '../../../src/workers/activities.ts';
import { endBugs } from '../../../src/workers/bugs.ts';
import { bundleWorkflows } from '../../../src/workers/bundle.ts';
import { bundleFor } from '../../../src/workers/worker.ts';
import { installRuntime } from '../../../src/workers/temporalLogger.ts';
import type { Notice } from '../../../src/workflows/shared/notices.ts';
import { searchAttributeTypes } from '../../../src/workflows/shared/searchAttributes.ts';
import { queueNames, taskQueues, type QueueName } from '../../../src/workflows/shared/taskQueues.ts';
import { account as accountId } from './changeSets.ts';
import { account } from './sampleEvents.ts';
import { silent } from './silent.ts';
import { testTemporal, timeSkippingEnvironment, type TestTemporal } from './temporal/testServer.ts';
import { received } from './received.ts';

/** Activities by name. */
export type Activities = Readonly<Record<string, (...args: never[]) => Promise<unknown>>>;

/** What a world has that differs from production, beside its clock. */
export interface WorldOptions {
  readonly policies?: Policies;
  /** Parts in place of those that the configuration would name. */
  readonly parts?: (world: StewardWorld) => Partial<ActivityParts> & { readonly catalog?: MarketplaceCatalog };
  /** Of the world's client and workers. */
  readonly encryption?: Encryption;
  /** What its first worker serves; all where it is left out. */
  readonly queues?: readonly QueueName[];
  /** Activities in place of the product's own. */
  readonly activities?: Activities | ((composed: Activities) => Activities);
}

/** A worker with the product's own bundle and activities, the catalog simulator, and a Temporal namespace. */
export interface StewardWorld {
  /** Whether its server skips time. */
  readonly skipsTime: boolean;
  readonly temporal: TestTemporal;
  /** Of the same namespace; on a skipping clock it lets no time pass, as the environment's own does. */
  readonly client: Client;
  readonly simulator: CatalogSimulator;
  /** Calls the simulator for any account. */
  readonly catalog: MarketplaceCatalog;
  /** What the one channel has got, which takes every topic; an account has the topics that its context gives. */
  readonly notices: Notice[];
  /** Thrown by the channel while it is set. */
  channelError?: Error;
  /** Every attempt of every activity, by name. */
  readonly attempts: string[];
  /** The accounts, and the policies of workflows that start from now on. */
  context: RouteContext;
  mode: Mode;
  dailyCap: number;
  /** Forgets notices and attempts. */
  reset(): void;
  /** Gives an event to the one way in, as the ingress does. */
  receive(event: object, envelope?: Envelope): Promise<Receipt>;
  /** Starts another worker, of all queues or of these, as a process of production does. */
  startWorker(queues?: readonly QueueName[]): Promise<void>;
  /** Stops all workers: they end what they have begun. */
  stopWorkers(): Promise<void>;
  /** Stops everything. @param keeping as of {@link TestTemporal}; what a time-skipping server has is always kept. */
  close(keeping?: 'histories' | 'nothing'): Promise<void>;
}

/** A world whose server skips time. */
export interface SkippingWorld extends StewardWorld {
  /** Its client lets time pass while it waits for a result. */
  readonly environment: TestWorkflowEnvironment;
}

/** Starts a world on a namespace of its own of the shared dev server, or on a time-skipping server of its own. */
export function stewardWorld(clock: 'skipping', options?: WorldOptions): Promise<SkippingWorld>;
export function stewardWorld(clock: 'real', options?: WorldOptions): Promise<StewardWorld>;
export async function stewardWorld(
  clock: 'real' | 'skipping',
  options: WorldOptions = {},
): Promise<StewardWorld & { readonly environment?: TestWorkflowEnvironment }> {
  installRuntime(silent);
  if (clock === 'real') return worldOn(await testTemporal(searchAttributeTypes), options, false);
  const environment = await timeSkippingEnvironment(searchAttributeTypes);
  const { address, connection, nativeConnection, namespace = 'default' } = environment;
  const client = new Client(defined({ connection, interceptors: environment.client.options.interceptors }));
  const close = () => environment.teardown();
  const temporal = { address, namespace, client, connection, nativeConnection, close };
  return Object.assign(await worldOn(temporal, options, true), { environment });
}

async function worldOn(given: TestTemporal, options: WorldOptions, skipsTime: boolean): Promise<StewardWorld> {
  const { nativeConnection: connection, namespace } = given;
  const { encryption } = options;
  const client = encryption === undefined ? given.client : clientOf(given.connection, namespace, { encryption });
  const temporal = { ...given, client };
  const simulator = await startCatalogSimulator({ seed: 11, quotas: 'off', defaultDurationMs: 100 });
  const workers: Array<{ readonly worker: Worker; readonly run: Promise<void> }> = [];
  const world: StewardWorld = {
    skipsTime,
    temporal,
    client,
    simulator,
    catalog: createMarketplaceCatalog({
      endpoint: simulator.url,
      credentialsFor: (id) => ({ accessKeyId: `SIM${id}`, secretAccessKey: 'simulated' }),
    }),
    notices: [],
    attempts: [],
    context: { accounts: { [accountId]: account }, policies: options.policies ?? {}, ...defined({ encryption }) },
    mode: 'auto',
    dailyCap: 1_000,
    receive: (event, envelope = 'eventbridge') =>
      received(client, world.context, envelope, Buffer.from(JSON.stringify(event))),
    reset() {
      for (const list of [world.notices, world.attempts]) list.length = 0;
      delete world.channelError;
    },
    async startWorker(queues = queueNames) {
      const activities = activitiesOf(world, options);
      for (const queue of queues) {
        const bundle = async () => ({ workflowBundle: bundleFor(encryption, await bundleWorkflows(silent)) });
        const worker = await Worker.create({
          connection,
          namespace,
          taskQueue: taskQueues[queue],
          ...(queue === 'workflows' ? await bundle() : {}),
          dataConverter: dataConverterOf(encryption),
          activities: activities[queue],
          interceptors: { activity: [counting(world.attempts), endBugs(silent)] },
          maxConcurrentActivityTaskExecutions: slots[queue],
          shutdownGraceTime: 100,
        });
        workers.push({ worker, run: worker.run() });
      }
    },
    async stopWorkers() {
      const stopping = workers.splice(0);
      for (const { worker } of stopping) worker.shutdown();
      await Promise.all(stopping.map(({ run }) => run));
    },
    async close(keeping) {
      await world.stopWorkers();
      await simulator.close();
      await temporal.close(keeping);
    },
  };
  await world.startWorker(options.queues);
  return world;
}

/** The time-skipping server starts no workflow by an update, and lists none by a query: there every submit is permitted. */
const everyPermit: SubmitPermits = {
  request: () => Promise.resolve({ outcome: 'granted', grant: 1 }),
  accepted: () => undefined,
  giveBack: () => Promise.resolve(),
  lastEndedMs: () => Promise.resolve(undefined),
};

/** As in production, where the file says nothing else. */
const { slots } = workerSchema.parse({});

function permitsOf(world: StewardWorld): SubmitPermits {
  // The simulator lists at once what it accepted, and has no quotas.
  return world.skipsTime ? everyPermit : createSubmitPermits(world.client, () => 1_000, 100);
}

function activitiesOf(
  world: StewardWorld,
  { parts, activities = {}, encryption }: WorldOptions,
): Readonly<Record<QueueName, Activities>> {
  const configuration = {
    file: 'none',
    merchants: {},
    buyWithPrime: {},
    endpoints: {},
    notices: { channels: {}, routes: [] },
    morningDigests: [],
    ...defined({ encryption }),
    get accounts() {
      return world.context.accounts;
    },
    get policies() {
      return world.context.policies;
    },
  };
  const send = async (notice: Notice): Promise<void> => {
    if (world.channelError !== undefined) throw world.channelError;
    world.notices.push(notice);
  };
  const { catalog = world.catalog, ...given } = parts?.(world) ?? {};
  const byQueue = composeActivities(configuration, world.client, silent, () => catalog, {
    modes: { modeOf: () => world.mode, dailyCapOf: () => world.dailyCap },
    permits: permitsOf(world),
    knowsMerchant: () => true,
    notices: {
      channels: [{ name: 'test', send }],
      routes: [
        { channels: ['test'], showBuyers: false },
        { channels: ['test'], showBuyers: false, topics: ['changeSet.succeeded'] },
      ],
    },
    ...given,
  });
  const composed = mapQueues((queue) => byQueue[queue]() as Activities);
  const all: Activities = Object.assign({}, ...queueNames.map((queue) => composed[queue]));
  const changed = { ...all, ...(typeof activities === 'function' ? activities(all) : activities) };
  // Each on its own queue and no other: what a workflow schedules in the wrong place fails.
  return mapQueues((queue) =>
    Object.fromEntries(Object.entries(changed).filter(([name]) => Object.hasOwn(composed[queue], name))),
  );
}

function mapQueues<Value>(of: (queue: QueueName) => Value): Record<QueueName, Value> {
  return {
    workflows: of('workflows'),
    aws: of('aws'),
    buyWithPrime: of('buyWithPrime'),
    notices: of('notices'),
  };
}

function counting(attempts: string[]): ActivityInterceptorsFactory {
  return ({ info }) => ({
    inbound: {
      execute: (input, next) => {
        attempts.push(info.activityType);
        return next(input);
      },
    },
  });
}
