import { randomInt } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { startCatalogSimulator } from '@marketplace-steward/simulators/marketplaceCatalog';
import type { CatalogControl } from '@marketplace-steward/simulators/marketplaceCatalog';
import { startIngressProcess } from '../ingress/process.ts';
import { interleave } from '../interleave.ts';
import type { BenchPlan } from '../options.ts';
import type { WorkerFigures } from '../report.ts';
import { openTenancy } from '../stage.ts';
import type { Stage } from '../stage.ts';
import { ratioSpread, spreadOf } from '../statistics.ts';
import { startBareIngress } from './bareIngress.ts';
import { startWorkerChild } from './child.ts';
import type { WorkerChild } from './child.ts';
import { remediate } from './remediations.ts';
import { requireSameSteps, stepsOf } from './sameSteps.ts';

/** Has so many change sets remediated, and returns their ids when all are. */
type Side = (count: number) => Promise<readonly string[]>;

/** From accept to outcome at the simulated vendor: long enough that the workflow waits for the event. */
const changeSetTakesMs = 200;
/** Production's are minutes; the processor time of a timer does not depend on its length. */
const policies = { changeSet: { retryBackOffMs: [100] } };
/** What a worker still does after the last answer (evictions, collected garbage) belongs to the round. */
const settleMs = 250;

/** Processor time of the worker for each workflow of one round, in milliseconds. */
async function cpuMsPerWorkflow(worker: WorkerChild, side: Side, count: number): Promise<number> {
  const beforeMs = await worker.cpuMs();
  await side(count);
  await wait(settleMs);
  return ((await worker.cpuMs()) - beforeMs) / count;
}

/** The simulated vendor of one side, which posts its events to it. */
async function startVendor(stage: Stage) {
  const simulator = await startCatalogSimulator({ seed: randomInt(2 ** 31), quotas: 'off' });
  stage.stops.add(() => simulator.close());
  simulator.control.plan({
    match: { nameContains: '+retry.' },
    outcomes: [{ status: 'SUCCEEDED', durationMs: changeSetTakesMs, event: 'sent' }],
  });
  return simulator;
}

/** A worker with its vendor, its ingress and what remediates there. */
interface Running {
  readonly worker: WorkerChild;
  readonly side: Side;
  readonly stop: () => Promise<void>;
  readonly control: CatalogControl;
  readonly client: Client;
}

async function startSteward(stage: Stage): Promise<Running> {
  const simulator = await startVendor(stage);
  const { control } = simulator;
  const tenancy = await openTenancy(stage, 'remediation', { marketplaceCatalog: simulator.url, policies });
  const { url, credential } = tenancy.ingress;
  control.setEvents({ target: { url, headers: { [credential.header]: credential.value } } });
  const { stop: stopIngress } = await startIngressProcess(stage, tenancy);
  const worker = await startWorkerChild(stage, tenancy, 'steward');
  const stop = async () => {
    await worker.stop();
    await stopIngress();
    await simulator.close();
  };
  const { client } = tenancy;
  return { worker, side: (count) => remediate(control, client, count), stop, control, client };
}

async function startBare(stage: Stage): Promise<Running> {
  const simulator = await startVendor(stage);
  const { control } = simulator;
  const tenancy = await openTenancy(stage, 'bare', { marketplaceCatalog: simulator.url });
  const { client } = tenancy;
  const ingress = await startBareIngress(client);
  stage.stops.add(() => ingress.close());
  control.setEvents({ target: { url: ingress.url, headers: {} } });
  const worker = await startWorkerChild(stage, tenancy, 'bare');
  const stop = async () => {
    await worker.stop();
    await simulator.close();
    await ingress.close();
  };
  return { worker, side: (count) => remediate(control, client, count), stop, control, client };
}

/** Whether both sides do the same, after the first remediation, which starts and counts what an account has once. */
async function checkSteps(bare: Running, steward: Running): Promise<void> {
  const steps = (running: Running) => stepsOf(running, async () => (await running.side(1))[0] ?? '');
  requireSameSteps(await steps(bare), await steps(steward));
}

/**
 * Measures the worker's processor time for one SERVER_FAULT, retried once and remediated by its success event, against
 * that of a bare worker of the same settings for the same steps.
 * @throws Error where they do not do the same
 */
export async function measureWorker(stage: Stage, load: BenchPlan['worker']): Promise<WorkerFigures> {
  const { pairs: pairsAsked, workflowsPerRound, warmUpWorkflows, budgetMs } = load;
  const step = 'worker CPU: pairs of rounds';
  stage.progress.at(step, 0, pairsAsked);
  const steward = await startSteward(stage);
  const bare = await startBare(stage);
  for (const { side } of [steward, bare]) await side(warmUpWorkflows);
  await checkSteps(bare, steward);
  const pairs = await interleave({
    baseline: () => cpuMsPerWorkflow(bare.worker, bare.side, workflowsPerRound),
    subject: () => cpuMsPerWorkflow(steward.worker, steward.side, workflowsPerRound),
    pairs: pairsAsked,
    budgetMs,
    signal: stage.signal,
    onPair: (done) => stage.progress.at(step, done, pairsAsked),
  });
  await Promise.all([steward.stop(), bare.stop()]);
  const figures = (rounds: readonly number[]) => ({
    workflows: rounds.length * workflowsPerRound,
    cpuMsPerWorkflow: spreadOf(rounds),
  });
  return {
    pairsAsked,
    pairs: pairs.length,
    workflowsPerRound,
    bare: figures(pairs.map(({ baseline }) => baseline)),
    remediation: figures(pairs.map(({ subject }) => subject)),
    ratio: ratioSpread(pairs, (cpuMs) => cpuMs),
  };
}
