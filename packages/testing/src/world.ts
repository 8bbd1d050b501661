import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { WorkflowHandle } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { Worker } from '@temporalio/worker';
import { pino } from 'pino';
import { defined } from '../../../src/defined.ts';
import { createAccountActivities } from '../../../src/activities/accountHealth/index.ts';
import { createBackfillChangeSetsActivities } from '../../../src/activities/backfillChangeSets/index.ts';
import { createChangeSetActivities } from '../../../src/activities/changeSetRemediation/index.ts';
import { createNoticeActivities } from '../../../src/activities/notices.ts';
import { watchCatalog } from '../../../src/activities/watchedCatalog.ts';
import { createAccountAlarms } from '../../../src/delivery/accountAlarms.ts';
import type { RouteContext } from '../../../src/delivery/delivery.ts';
import { createEventDelivery } from '../../../src/delivery/eventDelivery.ts';
import { createListedChangeSets } from '../../../src/delivery/listedChangeSets.ts';
import { createAdmissionLimit } from '../../../src/delivery/admissionLimit.ts';
import type { Receipt } from '../../../src/delivery/delivery.ts';
import { receive } from '../../../src/delivery/receive.ts';
import type { Mode } from '../../../src/config/modes.ts';
import { startCatalogSimulator, type CatalogSimulator } from '@marketplace-steward/simulators/marketplaceCatalog';
import { createMarketplaceCatalog } from '../../../src/vendors/marketplaceCatalog/index.ts';
import { bundleWorkflows } from '../../../src/workers/bundle.ts';
import { installRuntime } from '../../../src/workers/temporalLogger.ts';
import type { ChangeSetPolicy } from '../../../src/workflows/changeSetRemediation/defaults.ts';
import type { AccountHealthPolicy } from '../../../src/workflows/accountHealth/defaults.ts';
import type { Notice } from '../../../src/workflows/shared/notices.ts';
import { searchAttributeTypes } from '../../../src/workflows/shared/searchAttributes.ts';
import { stewardTaskQueue } from '../../../src/workflows/shared/taskQueues.ts';
import { account } from './changeSets.ts';
import { testTemporal, type TestTemporal } from './temporal/testServer.ts';

export { until } from './until.ts';

/** The short waits of a test's lineages, in milliseconds. */
const quickPolicy: Partial<ChangeSetPolicy> = {
  retryBackOffMs: [50, 50, 50, 50, 50, 50],
  pollFirstMs: 200,
  pollLongestMs: 1_000,
  submitRetryFirstMs: 100,
  blockerPollMs: 200,
  watchEveryMs: 300,
  spreadingRepeatMs: 1_000,
};

/** A worker, the catalog simulator and a namespace of its own on the real dev server. */
export interface ChangeSetWorld {
  readonly temporal: TestTemporal;
  readonly simulator: CatalogSimulator;
  readonly notices: Notice[];
  /** Every try of every activity, by name. */
  readonly tries: string[];
  setMode(mode: Mode): void;
  setDailyCap(cap: number): void;
  /** The values of lineages that start from now on, in place of the short waits. */
  setPolicy(values: Partial<ChangeSetPolicy>): void;
  /** Hands bytes to the one way in, as the ingress does. */
  receive(event: object): Promise<Receipt>;
  close(): Promise<void>;
}

/** Reads a cleaned copy of a vendor's sample. */
function fixture(name: string): Record<string, unknown> & { detail: Record<string, unknown> } {
  return JSON.parse(readFileSync(new URL(`../fixtures/events/${name}.json`, import.meta.url), 'utf8'));
}

/**
 * Starts the world; a worker with the real bundle and the real adapters.
 * @param accountHealth the values by which refused accounts are checked; without them nobody tells of refusals.
 */
export async function changeSetWorld({
  accountHealth,
}: { accountHealth?: AccountHealthPolicy } = {}): Promise<ChangeSetWorld> {
  const silent = pino({ level: 'silent' });
  installRuntime(silent);
  const temporal = await testTemporal(searchAttributeTypes);
  const simulator = await startCatalogSimulator({ seed: 11, quotas: 'off', defaultDurationMs: 100 });
  const notices: Notice[] = [];
  const tries: string[] = [];
  let mode: Mode = 'auto';
  let dailyCap = 1_000;
  let routed = quickPolicy;
  const context: RouteContext = {
    accounts: { [account]: { mode: 'auto', catalogs: ['AWSMarketplace'], kind: 'vendor', dailyCap: 50 } },
    policies: { changeSet: quickPolicy, ...defined({ accountHealth }) },
  };
  const delivery = createEventDelivery(temporal.client, context);
  const catalog = createMarketplaceCatalog({
    endpoint: simulator.url,
    credentialsFor: () => ({ accessKeyId: `SIM${account}`, secretAccessKey: 'simulated' }),
  });
  const alarms = createAccountAlarms(temporal.client, context);
  const watched = accountHealth === undefined ? catalog : watchCatalog(catalog, { alarms, logger: silent });
  const counting: ActivityInterceptorsFactory = ({ info }) => ({
    inbound: {
      execute: (input, next) => {
        tries.push(info.activityType);
        return next(input);
      },
    },
  });
  const worker = await Worker.create({
    connection: temporal.nativeConnection,
    namespace: temporal.namespace,
    taskQueue: stewardTaskQueue,
    workflowBundle: await bundleWorkflows(silent),
    interceptors: { activity: [counting] },
    activities: {
      ...createAccountActivities({ catalog }),
      ...createChangeSetActivities({
        catalog: watched,
        modes: { modeOf: () => mode, dailyCapOf: () => dailyCap },
        delivery,
      }),
      ...createBackfillChangeSetsActivities({
        catalog: watched,
        changeSets: createListedChangeSets(temporal.client, context),
        lineages: createAdmissionLimit(temporal.client, () => 10),
        context,
      }),
      ...createNoticeActivities({
        channels: [{ name: 'test', send: async (notice) => void notices.push(notice) }],
        routes: [{ channels: ['test'], showBuyers: false }],
      }),
    },
  });
  const run = worker.run();
  return {
    temporal,
    simulator,
    notices,
    tries,
    setMode: (next) => {
      mode = next;
    },
    setDailyCap: (next) => {
      dailyCap = next;
    },
    setPolicy: (values) => {
      routed = { ...quickPolicy, ...values };
    },
    receive: (event) => {
      const current = { ...context, policies: { ...context.policies, changeSet: routed } };
      return receive(temporal.client, current, 'eventbridge', Buffer.from(JSON.stringify(event)));
    },
    async close() {
      worker.shutdown();
      await run;
      await simulator.close();
      await temporal.close();
    },
  };
}

/** A change set that failed a minute ago at the simulator, and the vendor's event of it. */
export function failedChangeSet(
  world: Pick<ChangeSetWorld, 'simulator'>,
  values: { failureCode?: 'SERVER_FAULT' | 'CLIENT_ERROR'; errors?: Array<{ code: string; message: string }> } = {},
): { changeSetId: string; name: string; event: object } {
  const changeSetId = randomUUID().replaceAll('-', '').slice(0, 25);
  const name = `Update ${changeSetId.slice(0, 6)}`;
  const at = (agoMs: number): string => `${new Date(Date.now() - agoMs).toISOString().slice(0, 19)}Z`;
  const failureCode = values.failureCode ?? 'SERVER_FAULT';
  const times = { StartTime: at(120_000), EndTime: at(60_000) };
  world.simulator.control.putChangeSet({
    changeSetId,
    name,
    status: 'FAILED',
    failureCode,
    startTime: times.StartTime,
    endTime: times.EndTime,
    changes: [
      {
        changeType: 'UpdateInformation',
        entityType: 'SaaSProduct@1.0',
        identifier: `prod-${changeSetId}`,
        details: '{"ProductTitle":"A title"}',
        errors: values.errors ?? [],
      },
    ],
  });
  return {
    changeSetId,
    name,
    event: finishedEvent('Failed', changeSetId, name, { FailureCode: failureCode, ...times }),
  };
}

/** The vendor's event with the ids and times of this change set. */
export function finishedEvent(
  how: 'Succeeded' | 'Failed' | 'Cancelled',
  changeSetId: string,
  name: string,
  detail: Record<string, string> = {},
): object {
  const sample = fixture(`changeSet${how}`);
  return {
    ...sample,
    id: randomUUID(),
    detail: { ...sample.detail, ChangeSetId: changeSetId, ChangeSetName: name, ...detail },
  };
}

/** The number of events in a workflow's history, and how many there are of each type. */
export async function historyOf(handle: WorkflowHandle): Promise<{ events: number; count: (type: string) => number }> {
  const { events } = await handle.fetchHistory();
  const names = (events ?? []).map(({ eventType }) => temporal.api.enums.v1.EventType[eventType ?? 0] ?? '');
  return { events: names.length, count: (type) => names.filter((name) => name === `EVENT_TYPE_${type}`).length };
}
