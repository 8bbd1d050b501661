import { randomUUID } from 'node:crypto';
import type { WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import { pino } from 'pino';
import { createBackfillChangeSetsActivities } from '../../../src/activities/backfillChangeSets/index.ts';
import { createChangeSetActivities } from '../../../src/activities/changeSetRemediation/index.ts';
import { createNoticeActivities } from '../../../src/activities/notices.ts';
import type { RouteContext } from '../../../src/delivery/delivery.ts';
import { createEventDelivery } from '../../../src/delivery/eventDelivery.ts';
import { createListedChangeSets } from '../../../src/delivery/listedChangeSets.ts';
import { createAdmissionLimit } from '../../../src/delivery/admissionLimit.ts';
import { receive } from '../../../src/delivery/receive.ts';
import type { CatalogSimulator } from '@marketplace-steward/simulators/marketplaceCatalog';
import { startCatalogSimulator } from '@marketplace-steward/simulators/marketplaceCatalog';
import { createMarketplaceCatalog } from '../../../src/vendors/marketplaceCatalog/index.ts';
import { bundleWorkflows } from '../../../src/workers/bundle.ts';
import { installRuntime } from '../../../src/workers/temporalLogger.ts';
import {
  backfillChangeSetsType,
  backfillChangeSetsWorkflowId,
  type BackfillChangeSetsInput,
  type BackfillChangeSetsStatus,
} from '../../../src/workflows/backfillChangeSets/contract.ts';
import type { Notice } from '../../../src/workflows/shared/notices.ts';
import { searchAttributeTypes } from '../../../src/workflows/shared/searchAttributes.ts';
import { stewardTaskQueue } from '../../../src/workflows/shared/taskQueues.ts';
import { account } from './changeSets.ts';
import { testTemporal, type TestTemporal } from './temporal/testServer.ts';

const dayMs = 86_400_000;

/** A run of a backfill. */
export type BackfillHandle = WorkflowHandleWithFirstExecutionRunId<
  (input: BackfillChangeSetsInput) => Promise<BackfillChangeSetsStatus>
>;

/** What of many change sets is the same. */
export interface ListedBatch {
  readonly prefix: string;
  readonly count: number;
  readonly status: 'FAILED' | 'SUCCEEDED' | 'CANCELLED';
  /** When the first of them started; the others follow, a minute each. */
  readonly daysAgo: number;
}

/** A worker of backfills and lineages, the catalog simulator, and a namespace of its own on the real dev server. */
export interface BackfillChangeSetsWorld {
  readonly temporal: TestTemporal;
  readonly simulator: CatalogSimulator;
  readonly notices: Notice[];
  /** Calls a second that the account is said to be allowed. */
  callsPerSecond: number;
  /** How often it was asked for. */
  admissionChecks: number;
  /** Hands bytes to the one way in, as the ingress does. */
  receive(event: object): Promise<unknown>;
  start(input: object, name?: string): Promise<BackfillHandle>;
  close(): Promise<void>;
}

/** So many days ago and so many minutes later, as the vendor writes times. */
export function timeAgo(days: number, minutes = 0): string {
  return `${new Date(Date.now() - days * dayMs + minutes * 60_000).toISOString().slice(0, 19)}Z`;
}

/** Puts change sets as history at the simulator; gives their ids, the oldest first. */
export function putListed(
  { control }: Pick<CatalogSimulator, 'control'>,
  { prefix, count, status, daysAgo }: ListedBatch,
): readonly string[] {
  const ids = Array.from({ length: count }, (_, index) => `${prefix}${String(index).padStart(6, '0')}`);
  for (const [index, changeSetId] of ids.entries()) {
    control.putChangeSet({
      changeSetId,
      name: `Update ${changeSetId}`,
      status,
      startTime: timeAgo(daysAgo, index),
      endTime: timeAgo(daysAgo, index + 1),
      ...(status === 'FAILED' ? { failureCode: 'SERVER_FAULT' } : {}),
      changes: [
        {
          changeType: 'UpdateInformation',
          entityType: 'SaaSProduct@1.0',
          identifier: `prod-${changeSetId}`,
          details: '{"ProductTitle":"A title"}',
        },
      ],
    });
  }
  return ids;
}

/** Starts the world, with the real way from a backfill to the lineages. */
export async function backfillChangeSetsWorld(): Promise<BackfillChangeSetsWorld> {
  const silent = pino({ level: 'silent' });
  installRuntime(silent);
  const temporal = await testTemporal(searchAttributeTypes);
  const simulator = await startCatalogSimulator({ seed: 17, quotas: 'off', defaultDurationMs: 100 });
  const notices: Notice[] = [];
  const context: RouteContext = {
    accounts: { [account]: { mode: 'observe', catalogs: ['AWSMarketplace'], kind: 'vendor', dailyCap: 50 } },
    policies: {},
  };
  const catalog = createMarketplaceCatalog({
    endpoint: simulator.url,
    credentialsFor: () => ({ accessKeyId: `SIM${account}`, secretAccessKey: 'simulated' }),
  });
  const delivery = createEventDelivery(temporal.client, context);
  const worker = await Worker.create({
    connection: temporal.nativeConnection,
    namespace: temporal.namespace,
    taskQueue: stewardTaskQueue,
    workflowBundle: await bundleWorkflows(silent),
    activities: {
      ...createChangeSetActivities({
        catalog,
        modes: { modeOf: () => 'auto', dailyCapOf: () => 1_000 },
        delivery,
      }),
      ...createBackfillChangeSetsActivities({
        catalog,
        changeSets: createListedChangeSets(temporal.client, context),
        lineages: createAdmissionLimit(temporal.client, (_account, operation) => {
          if (operation === 'ListChangeSets') world.admissionChecks += 1;
          return world.callsPerSecond;
        }),
        context,
      }),
      ...createNoticeActivities({
        channels: [{ name: 'test', send: async (notice) => void notices.push(notice) }],
        routes: [{ channels: ['test'], showBuyers: false }],
      }),
    },
  });
  const run = worker.run();
  const world: BackfillChangeSetsWorld = {
    temporal,
    simulator,
    notices,
    callsPerSecond: 100,
    admissionChecks: 0,
    receive: (event) => receive(temporal.client, context, 'eventbridge', Buffer.from(JSON.stringify(event))),
    start: (input, name = randomUUID()) =>
      temporal.client.workflow.start<(input: BackfillChangeSetsInput) => Promise<BackfillChangeSetsStatus>>(
        backfillChangeSetsType,
        {
          workflowId: backfillChangeSetsWorkflowId(account, name),
          taskQueue: stewardTaskQueue,
          args: [input as BackfillChangeSetsInput],
        },
      ),
    async close() {
      worker.shutdown();
      await run;
      await simulator.close();
      await temporal.close();
    },
  };
  return world;
}
