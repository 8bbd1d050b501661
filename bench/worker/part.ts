import { randomInt } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { startCatalogSimulator } from '@marketplace-steward/simulators/marketplaceCatalog';
import { stewardTaskQueue } from '../../src/workflows/shared/taskQueues.ts';
import { startIngressChild } from '../ingress/child.ts';
import { interleave } from '../interleave.ts';
import type { BenchPlan } from '../options.ts';
import type { WorkerFigures } from '../report.ts';
import { openTenancy } from '../stage.ts';
import type { Stage } from '../stage.ts';
import { ratioSpread, spreadOf } from '../statistics.ts';
import { startWorkerChild } from './child.ts';
import type { WorkerChild } from './child.ts';
import type { emptyWorkflow } from './floors.ts';
import { remediate } from './remediations.ts';

/** Starts so many workflows, and returns when all have ended. */
type Side = (count: number) => Promise<void>;

/** From accept to outcome at the simulated vendor: long enough that the workflow waits for the event. */
const changeSetTakesMs = 200;
/** Production's are minutes; the processor time of a timer does not depend on its length. */
const policies = { changeSet: { retryBackOffMs: [100] } };
/** What a worker still does after the last answer (evictions, collected garbage) belongs to the round. */
const settleMs = 250;

async function runEmpty(client: Client, count: number): Promise<void> {
  const run = async (): Promise<void> => {
    const handle = await client.workflow.signalWithStart<typeof emptyWorkflow>('emptyWorkflow', {
      workflowId: `empty:${crypto.randomUUID()}`,
      taskQueue: stewardTaskQueue,
      signal: 'go',
    });
    await handle.result();
  };
  await Promise.all(Array.from({ length: count }, run));
}

/** Processor time of the worker for each workflow of one round, in milliseconds. */
async function cpuMsPerWorkflow(worker: WorkerChild, side: Side, count: number): Promise<number> {
  const beforeMs = await worker.cpuMs();
  await side(count);
  await wait(settleMs);
  return ((await worker.cpuMs()) - beforeMs) / count;
}

async function startSteward(stage: Stage) {
  const simulator = await startCatalogSimulator({ seed: randomInt(2 ** 31), quotas: 'off' });
  stage.stops.add(() => simulator.close());
  const tenancy = await openTenancy(stage, 'remediation', { marketplaceCatalog: simulator.url, policies });
  const { url, credential } = tenancy.ingress;
  simulator.control.setEvents({ target: { url, headers: { [credential.header]: credential.value } } });
  simulator.control.plan({
    match: { nameContains: '+retry.' },
    outcomes: [{ status: 'SUCCEEDED', durationMs: changeSetTakesMs, event: 'sent' }],
  });
  const stopIngress = await startIngressChild(stage, tenancy);
  const worker = await startWorkerChild(stage, tenancy, 'steward');
  const side: Side = (count) => remediate(simulator.control, tenancy.client, count);
  const stop = async () => {
    await worker.stop();
    await stopIngress();
    await simulator.close();
  };
  return { worker, side, stop };
}

async function startEmpty(stage: Stage) {
  const tenancy = await openTenancy(stage, 'empty');
  const worker = await startWorkerChild(stage, tenancy, 'empty');
  const side: Side = (count) => runEmpty(tenancy.client, count);
  return { worker, side, stop: () => worker.stop() };
}

/**
 * Measures the worker's processor time for one SERVER_FAULT, retried once and remediated by its success event,
 * against that for an empty workflow, in worker processes of the same settings.
 */
export async function measureWorker(stage: Stage, load: BenchPlan['worker']): Promise<WorkerFigures> {
  const { pairs: pairsAsked, workflowsPerRound, warmUpWorkflows, budgetMs } = load;
  const step = 'worker CPU: pairs of rounds';
  stage.progress.at(step, 0, pairsAsked);
  const steward = await startSteward(stage);
  const empty = await startEmpty(stage);
  for (const { side } of [steward, empty]) await side(warmUpWorkflows);
  const pairs = await interleave({
    baseline: () => cpuMsPerWorkflow(empty.worker, empty.side, workflowsPerRound),
    subject: () => cpuMsPerWorkflow(steward.worker, steward.side, workflowsPerRound),
    pairs: pairsAsked,
    budgetMs,
    signal: stage.signal,
    onPair: (done) => stage.progress.at(step, done, pairsAsked),
  });
  await Promise.all([steward.stop(), empty.stop()]);
  const figures = (rounds: readonly number[]) => ({
    workflows: rounds.length * workflowsPerRound,
    cpuMsPerWorkflow: spreadOf(rounds),
  });
  return {
    pairsAsked,
    pairs: pairs.length,
    workflowsPerRound,
    empty: figures(pairs.map(({ baseline }) => baseline)),
    remediation: figures(pairs.map(({ subject }) => subject)),
    ratio: ratioSpread(pairs, (cpuMs) => cpuMs),
  };
}
