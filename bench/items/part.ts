import { randomInt } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Policies } from '../../src/config/policySchema.ts';
import { startBuyWithPrimeSimulator } from '@marketplace-steward/simulators/buyWithPrime';
import type { BenchPlan } from '../options.ts';
import type { ItemFigures, WaitingFigures } from '../report.ts';
import { openTenancy } from '../stage.ts';
import type { Stage } from '../stage.ts';
import { idleUsage, startWorkerChild } from '../worker/child.ts';
import type { WorkerChild } from '../worker/child.ts';
import { merchant, startWaitingItems } from './waiting.ts';

const hourMs = 3_600_000;
/**
 * Production's first wait is 30 s, which doubles to an hour: after seven attempts every item waits an hour. That wait
 * is measured, without an attempt in between.
 */
const policies: Policies = { itemBuyability: { queryFirstMs: hourMs } };
const checkEveryMs = 250;
const givenUpAfterMs = 30_000;

interface ItemsStage {
  readonly stage: Stage;
  readonly load: BenchPlan['items'];
  readonly startWorker: () => Promise<WorkerChild>;
  /** Queries that the simulated vendor has answered. */
  readonly asked: () => number;
  readonly start: (count: number) => Promise<void>;
}

/** Memory and processor time once nothing is under way any more, and what a worker takes that is started only then. */
async function settled({ load, startWorker }: ItemsStage, worker: WorkerChild, waiting: number) {
  const { peakKilobytes } = await worker.memory();
  const usage = await idleUsage(worker, load);
  await worker.stop();
  const fresh = await startWorker();
  await wait(load.freshSettleMs);
  const figures: WaitingFigures = {
    waiting,
    ...usage,
    peakKilobytes,
    freshRssKilobytes: (await fresh.memory()).rssKilobytes,
  };
  return { figures, fresh };
}

/** Every item has been asked for once, and waits. One whose query did not arrive waits like the others. */
async function untilAsked({ asked, stage }: ItemsStage, count: number): Promise<void> {
  let last = asked();
  let changedMs = performance.now();
  while (last < count && performance.now() - changedMs < givenUpAfterMs) {
    await wait(checkEveryMs, undefined, { signal: stage.signal });
    const now = asked();
    if (now !== last) changedMs = performance.now();
    last = now;
  }
}

async function waitingFor(items: ItemsStage, counts: readonly number[]): Promise<WaitingFigures[]> {
  const figures: WaitingFigures[] = [];
  let worker = await items.startWorker();
  for (const count of [items.load.warmUpItems, ...counts]) {
    await items.start(count - (figures.at(-1)?.waiting ?? 0));
    await untilAsked(items, count);
    const check = await settled(items, worker, count);
    figures.push(check.figures);
    worker = check.fresh;
  }
  await worker.stop();
  return figures;
}

/**
 * Measures what items that wait for the next attempt at their product query cost the process of one worker, with the
 * settings that it has in production.
 */
export async function measureItems(stage: Stage, load: BenchPlan['items']): Promise<ItemFigures> {
  const total = load.waiting.at(-1) ?? 0;
  const step = 'items waiting';
  stage.progress.at(step, 0, total);
  const clientId = 'bench-client';
  const clientSecret = randomInt(2 ** 47).toString(36);
  const simulator = await startBuyWithPrimeSimulator({
    seed: randomInt(2 ** 31),
    clients: [{ clientId, clientSecret, businessProductIds: [merchant] }],
  });
  stage.stops.add(() => simulator.close());
  const tenancy = await openTenancy(stage, 'items', {
    buyWithPrime: { url: simulator.url, merchant, clientId, clientSecret },
  });
  let started = 0;
  const items: ItemsStage = {
    stage,
    load,
    startWorker: () => startWorkerChild(stage, tenancy, 'steward'),
    asked: () => simulator.control.log({ call: 'query' }).length,
    start: async (count) => {
      const before = started;
      await startWaitingItems(tenancy.client, {
        count,
        policies,
        onStarted: (done) => stage.progress.at(step, (started = before + done), total),
      });
    },
  };
  const begunMs = performance.now();
  const [few, ...figures] = await waitingFor(items, load.waiting);
  if (few === undefined) throw new RangeError('nothing was measured');
  const seconds = (performance.now() - begunMs) / 1_000;
  await simulator.close();
  return { few, figures, seconds };
}
