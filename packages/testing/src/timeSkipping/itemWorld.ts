import { Context } from '@temporalio/activity';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { pino } from 'pino';
import { createMerchantActivities } from '../../../../src/activities/accountHealth/index.ts';
import { createItemActivities } from '../../../../src/activities/itemBuyability/index.ts';
import type { NoticeActivities } from '../../../../src/activities/notices.ts';
import { createQuarantineActivities } from '../../../../src/activities/quarantinedEvent/index.ts';
import { watchProducts } from '../../../../src/activities/watchedProducts.ts';
import { createAccountAlarms } from '../../../../src/delivery/accountAlarms.ts';
import { failure, type FailureType } from '../../../../src/failures.ts';
import type { RedeliveryResult } from '../../../../src/workflows/quarantinedEvent/contract.ts';
import type { ProductCatalog, QueriedProduct } from '../../../../src/vendors/buyWithPrime/port.ts';
import { bundleWorkflows } from '../../../../src/workers/bundle.ts';
import { installRuntime } from '../../../../src/workers/temporalLogger.ts';
import type { Notice } from '../../../../src/workflows/shared/notices.ts';
import { searchAttributeTypes } from '../../../../src/workflows/shared/searchAttributes.ts';
import { stewardTaskQueue } from '../../../../src/workflows/shared/taskQueues.ts';
import { timeSkippingEnvironment } from '../temporal/testServer.ts';

/** What the vendor answers: a product, none, a failure of the vocabulary, or nothing ever. */
type VendorAnswer = Partial<QueriedProduct> | 'notFound' | 'silence' | { readonly fails: FailureType };

/** A time-skipping server and a worker, with the real activities over ports of the test. */
export interface ItemWorld {
  readonly environment: TestWorkflowEnvironment;
  readonly notices: Notice[];
  /** Every try of every activity, by name. */
  readonly tries: string[];
  /** What the vendor answers, in order; the last goes on. */
  answers: VendorAnswer[];
  /** What a redelivery gives, in order; the last goes on. An error is thrown. */
  redeliveries: Array<RedeliveryResult | Error>;
  /** What was redelivered, as text. */
  readonly redelivered: string[];
  reset(): void;
  close(): Promise<void>;
}

function nextOf<Value>(list: Value[]): Value {
  const [first, ...rest] = list;
  if (first === undefined) throw new Error('the test has planned no answer');
  if (rest.length > 0) list.shift();
  return first;
}

async function vendorSays(answer: VendorAnswer): Promise<QueriedProduct | undefined> {
  if (answer === 'notFound') return undefined;
  // Until the worker ends.
  if (answer === 'silence') return Context.current().cancelled;
  if ('fails' in answer) throw failure(answer.fails, `the vendor says ${answer.fails}`);
  const nothing = { id: undefined, externalId: undefined, sku: undefined, amazonSku: undefined };
  return { ...nothing, offerPrime: undefined, buyabilityStatus: undefined, ...answer };
}

/** Counts every try of each activity. */
function counted<Activities extends Record<string, (...args: never[]) => Promise<unknown>>>(
  activities: Activities,
  tries: string[],
): Activities {
  const entries = Object.entries(activities).map(([name, run]) => [
    name,
    (...args: never[]) => {
      tries.push(name);
      return run(...args);
    },
  ]);
  return Object.fromEntries(entries) as Activities;
}

/** Starts the server and the worker, with the real bundle. */
export async function itemWorld(): Promise<ItemWorld> {
  const silent = pino({ level: 'silent' });
  installRuntime(silent);
  const environment = await timeSkippingEnvironment(searchAttributeTypes);
  const sending: NoticeActivities = { sendNotice: async (notice) => void world.notices.push(notice) };
  const products: ProductCatalog = { queryProduct: () => vendorSays(nextOf(world.answers)) };
  const alarms = createAccountAlarms(environment.client, { policies: {} });
  const items = createItemActivities({ products: watchProducts(products, { alarms, logger: silent }) });
  const merchants = createMerchantActivities({ products });
  const quarantine = createQuarantineActivities({
    delivery: {
      redeliver: async (envelope, bytes) => {
        world.redelivered.push(`${envelope} ${Buffer.from(bytes).toString()}`);
        const result = nextOf(world.redeliveries);
        if (result instanceof Error) throw result;
        return result;
      },
    },
  });
  const tries: string[] = [];
  const worker = await Worker.create({
    connection: environment.nativeConnection,
    taskQueue: stewardTaskQueue,
    workflowBundle: await bundleWorkflows(silent),
    activities: counted({ ...sending, ...items, ...merchants, ...quarantine }, tries),
    shutdownGraceTime: 100,
  });
  const run = worker.run();
  const world: ItemWorld = {
    environment,
    notices: [],
    tries,
    answers: [],
    redeliveries: [],
    redelivered: [],
    reset() {
      for (const list of [world.notices, tries, world.redelivered]) list.length = 0;
      world.answers = [];
      world.redeliveries = [];
    },
    async close() {
      worker.shutdown();
      await run;
      await environment.teardown();
    },
  };
  return world;
}
