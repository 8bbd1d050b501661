import type { Client } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { Worker } from '@temporalio/worker';
import { pino } from 'pino';
import { createBackfillActivities } from '../../../src/activities/backfillItems/index.ts';
import { createItemActivities } from '../../../src/activities/itemBuyability/index.ts';
import { createNoticeActivities } from '../../../src/activities/notices.ts';
import { createItemRecheck } from '../../../src/delivery/itemRecheck.ts';
import { bundleWorkflows } from '../../../src/workers/bundle.ts';
import { installRuntime } from '../../../src/workers/temporalLogger.ts';
import { itemWorkflowId } from '../../../src/workflows/itemBuyability/contract.ts';
import type { Notice } from '../../../src/workflows/shared/notices.ts';
import { searchAttributeTypes } from '../../../src/workflows/shared/searchAttributes.ts';
import { stewardTaskQueue } from '../../../src/workflows/shared/taskQueues.ts';
import { testTemporal, type TestTemporal } from './temporal/testServer.ts';

/** A worker of backfills and items on a namespace of its own; every product is BUYABLE. */
export interface BackfillWorld {
  readonly temporal: TestTemporal;
  readonly notices: Notice[];
  /** How often each item was asked for, by `businessProductId/itemId`. */
  readonly asked: Map<string, number>;
  close(): Promise<void>;
}

/** What an item's workflow went through in its history. */
export interface ItemHistory {
  /** Wishes to ask again that reached it, repeats included. */
  readonly rechecks: number;
  /** Product queries that it began. */
  readonly queries: number;
}

/** Starts the worker, with the real way from a backfill to the items. */
export async function backfillWorld(): Promise<BackfillWorld> {
  const silent = pino({ level: 'silent' });
  installRuntime(silent);
  const temporal = await testTemporal(searchAttributeTypes);
  const notices: Notice[] = [];
  const asked = new Map<string, number>();
  const items = createItemActivities({
    products: {
      async queryProduct({ businessProductId, itemId }) {
        const key = `${businessProductId}/${itemId}`;
        asked.set(key, (asked.get(key) ?? 0) + 1);
        const names = { id: itemId, externalId: undefined, sku: undefined, amazonSku: undefined };
        return { ...names, offerPrime: true, buyabilityStatus: 'BUYABLE' };
      },
    },
  });
  const channel = { name: 'test', send: async (notice: Notice) => void notices.push(notice) };
  const worker = await Worker.create({
    connection: temporal.nativeConnection,
    namespace: temporal.namespace,
    taskQueue: stewardTaskQueue,
    workflowBundle: await bundleWorkflows(silent),
    activities: {
      ...items,
      ...createBackfillActivities({ items: createItemRecheck(temporal.client, { policies: {} }) }),
      ...createNoticeActivities({ channels: [channel], routes: [{ channels: ['test'], showBuyers: false }] }),
    },
  });
  const run = worker.run();
  const close = async (): Promise<void> => {
    worker.shutdown();
    await run;
    await temporal.close();
  };
  return { temporal, notices, asked, close };
}

/** Counts in the history of an item's workflow. */
export async function itemHistory(client: Client, businessProductId: string, itemId: string): Promise<ItemHistory> {
  const handle = client.workflow.getHandle(itemWorkflowId(businessProductId, itemId));
  const { events } = await handle.fetchHistory();
  const { EventType } = temporal.api.enums.v1;
  const count = (type: number): number => (events ?? []).filter(({ eventType }) => eventType === type).length;
  return {
    rechecks: count(EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED),
    queries: count(EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED),
  };
}
