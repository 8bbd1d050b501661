import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { startCatalogSimulator } from '@marketplace-steward/simulators/marketplaceCatalog';
import type { CatalogControl } from '@marketplace-steward/simulators/marketplaceCatalog';
import pMap from 'p-map';
import { deliver } from '../../src/delivery/deliver.ts';
import { itemDelivery } from '../../src/delivery/routing/routeItem.ts';
import * as ids from '../../src/events/ids.ts';
import type { BuyabilityChanged } from '../../src/events/types.ts';
import { changeSetStatusQuery, changeSetWorkflowId } from '../../src/workflows/changeSetRemediation/contract.ts';
import { itemWorkflowId } from '../../src/workflows/itemBuyability/contract.ts';
import { freshChangeSetId } from '../ingress/events.ts';
import { startIngressProcess } from '../ingress/process.ts';
import { merchant } from '../items/waiting.ts';
import type { BenchPlan } from '../options.ts';
import { openTenancy } from '../stage.ts';
import type { Stage } from '../stage.ts';
import { startWorkerChild } from '../worker/child.ts';
import type { WorkerChild } from '../worker/child.ts';
import { putFailed } from '../worker/remediations.ts';
import type { LimitFigures } from './figures.ts';
import { runsOf } from './runs.ts';

const atOnce = 32;
const deliverWithinMs = 30_000;
const retryAfterMs = 1_000;
const checkEveryMs = 200;
/** More are submitted by an operator's command; the configuration takes no more. */
const mostAutomatic = 50;
const operator = { actor: 'bench', reason: 'again' };

function eventOf(itemId: string, at: number): BuyabilityChanged {
  const time = new Date(Date.now() + at).toISOString();
  return {
    kind: 'buyability.changed',
    generation: 'eventBridge',
    eventId: ids.eventId(randomUUID()),
    occurredAt: time,
    eventTime: time,
    businessProductId: ids.businessProductId(merchant),
    itemId: ids.itemId(itemId),
    product: { id: 'product-1', sku: 'sku-1', buyabilityStatus: 'NOT_BUYABLE' },
    detail: {},
    notes: [],
  };
}

/** Where both grow: one worker, one ingress, and the simulated vendor. */
interface Running {
  readonly stage: Stage;
  readonly load: BenchPlan['limits'];
  readonly client: Client;
  readonly control: CatalogControl;
  readonly worker: WorkerChild;
}

/** As many signals of one workflow that nobody works on. */
async function floorOf({ client, load: { floorEvents } }: Running): Promise<number> {
  const begunMs = performance.now();
  const one = (): Promise<unknown> =>
    client.workflow.signalWithStart('nobody', {
      workflowId: 'nobody',
      taskQueue: 'nobody',
      signal: 'buyability',
      signalArgs: [eventOf('floor', 0)],
    });
  await pMap(Array.from({ length: floorEvents }), one, { concurrency: atOnce });
  return (performance.now() - begunMs) / 1_000;
}

/** An item that cannot be bought, and says so again with each event: its workflow stays open all the while. */
async function measureItem(running: Running): Promise<LimitFigures> {
  const { stage, load, client, worker } = running;
  const { itemEvents: count, floorEvents } = load;
  const itemId = `item-${randomUUID()}`;
  const floorSeconds = ((await floorOf(running)) / floorEvents) * count;
  let done = 0;
  const one = async (at: number): Promise<void> => {
    const delivery = itemDelivery(eventOf(itemId, at), { accounts: {}, policies: {} });
    // As a sender does: again, where there is no room in the history for a while.
    while ((await deliver(client, delivery, deliverWithinMs)).outcome !== 'delivered') {
      await wait(retryAfterMs, undefined, { signal: stage.signal });
    }
    stage.progress.at('events of one item', (done += 1), count);
  };
  const begunMs = performance.now();
  await pMap(
    Array.from({ length: count }, (_, at) => at),
    one,
    { concurrency: atOnce },
  );
  const seconds = (performance.now() - begunMs) / 1_000;
  const runs = await runsOf(client, itemWorkflowId(merchant, itemId), count);
  const { peakKilobytes } = await worker.memory();
  return { what: 'events of one item', count, ...runs, peakKilobytes, seconds, floorSeconds };
}

/** A change set that fails again with each successor, submitted again by the policy, and then by an operator. */
async function measureLineage({ stage, load, client, control, worker }: Running): Promise<LimitFigures> {
  const { successors: count } = load;
  const changeSetId = freshChangeSetId();
  putFailed(control, changeSetId);
  const begunMs = performance.now();
  await control.emit({ changeSetId });
  const handle = client.workflow.getHandle(changeSetWorkflowId(changeSetId));
  for (;;) {
    const { state, attempt } = await handle.query(changeSetStatusQuery);
    stage.progress.at('successors of one lineage', attempt, count);
    if (state === 'awaitingDecision' && attempt >= count) break;
    if (state === 'awaitingDecision') await handle.executeUpdate('retry', { args: [operator] });
    await wait(checkEveryMs, undefined, { signal: stage.signal });
  }
  const seconds = (performance.now() - begunMs) / 1_000;
  const runs = await runsOf(client, handle.workflowId, count);
  const { peakKilobytes } = await worker.memory();
  return { what: 'successors of one lineage', count, ...runs, peakKilobytes, seconds };
}

/** Measures workflows that grow as large as they may: their histories, actions, and the memory of their worker. */
export async function measureLimits(stage: Stage, load: BenchPlan['limits']): Promise<readonly LimitFigures[]> {
  const simulator = await startCatalogSimulator({ seed: randomInt(2 ** 31), quotas: 'off' });
  const closeSimulator = stage.stops.add(() => simulator.close());
  const { control } = simulator;
  const failure = { status: 'FAILED', failureCode: 'SERVER_FAULT', durationMs: 50 } as const;
  control.plan({ match: { nameContains: '+retry.' }, outcomes: [failure] });
  const retryBackOffMs = Array<number>(Math.min(load.successors, mostAutomatic)).fill(100);
  const policies = { changeSet: { retryBackOffMs } };
  const tenancy = await openTenancy(stage, 'limits', { marketplaceCatalog: simulator.url, policies });
  const { url, credential } = tenancy.ingress;
  control.setEvents({ target: { url, headers: { [credential.header]: credential.value } } });
  const [ingress, worker] = await Promise.all([
    startIngressProcess(stage, tenancy),
    startWorkerChild(stage, tenancy, 'steward'),
  ]);
  const running: Running = { stage, load, client: tenancy.client, control, worker };
  const figures = [await measureItem(running), await measureLineage(running)];
  await worker.stop();
  await ingress.stop();
  await closeSimulator();
  return figures;
}
