import type { CatalogControl } from '@marketplace-steward/simulators/marketplaceCatalog';
import { readMarker } from '../../src/workflows/changeSetRemediation/lineage.ts';
import { stewardTaskQueue } from '../../src/workflows/shared/taskQueues.ts';
import { assumedAccounts } from '../assumedAccounts.ts';
import { startIngressChild } from '../ingress/child.ts';
import { freshChangeSetId } from '../ingress/events.ts';
import { runRound } from '../ingress/round.ts';
import type { BenchPlan } from '../options.ts';
import type { ResubmitFigures } from '../report.ts';
import { openTenancy } from '../stage.ts';
import type { Stage } from '../stage.ts';
import { latenciesOf } from '../statistics.ts';
import { startWorkerChild } from '../worker/child.ts';
import type { floorWorkflow } from '../worker/floors.ts';
import { putFailed, remediateOne } from '../worker/remediations.ts';

/** Taken out of both sides: production's first back-off is a minute. */
const backOffMs = 100;
/** From accept to outcome at the simulated vendor. */
const changeSetTakesMs = 100;

/** When the simulated vendor has accepted the first successor, in milliseconds since the epoch. */
function acceptedAtMs(control: CatalogControl, changeSetId: string): number {
  const accepted = control
    .log({ kind: 'call', operation: 'StartChangeSet' })
    .find((entry) => entry.kind === 'call' && readMarker(entry.changeSetName)?.originId === changeSetId);
  if (accepted === undefined) throw new Error(`no successor of ${changeSetId} was accepted`);
  return Date.parse(accepted.at);
}

async function measureSteward(stage: Stage, { samples, accounts: count, callers, warmUp }: BenchPlan['resubmit']) {
  const policies = { changeSet: { retryBackOffMs: [backOffMs] } };
  const { accounts, catalog, tenancy, close } = await assumedAccounts(stage, 'resubmit', { count, policies });
  const { control } = catalog;
  control.plan({
    match: { nameContains: '+retry.' },
    outcomes: [{ status: 'SUCCEEDED', durationMs: changeSetTakesMs, event: 'sent' }],
  });
  const stopIngress = await startIngressChild(stage, tenancy);
  const worker = await startWorkerChild(stage, tenancy, 'steward');
  const step = 'failed event to accepted resubmit';
  const latenciesMs: number[] = [];
  const one = async (index: number): Promise<void> => {
    const changeSetId = freshChangeSetId();
    putFailed(control, changeSetId, accounts[index % accounts.length]);
    const begunMs = Date.now();
    await remediateOne(control, tenancy.client, changeSetId);
    latenciesMs.push(acceptedAtMs(control, changeSetId) - begunMs - backOffMs);
    stage.progress.at(step, latenciesMs.length, samples + warmUp);
  };
  const calls = Array.from({ length: samples + warmUp }, (_, index) => () => one(index));
  await runRound(calls.slice(0, warmUp), callers);
  latenciesMs.length = 0;
  await runRound(calls.slice(warmUp), callers);
  await worker.stop();
  await stopIngress();
  await close();
  return latenciesMs;
}

/** The same steps of Temporal's: a start with a signal, an activity, a timer of the same length, an activity. */
async function measureFloor(stage: Stage, { samples, callers, warmUp }: BenchPlan['resubmit']) {
  const tenancy = await openTenancy(stage, 'floor');
  const worker = await startWorkerChild(stage, tenancy, 'empty');
  const one = async (): Promise<void> => {
    const handle = await tenancy.client.workflow.signalWithStart<typeof floorWorkflow>('floorWorkflow', {
      workflowId: `floor:${crypto.randomUUID()}`,
      taskQueue: stewardTaskQueue,
      args: [backOffMs],
      signal: 'go',
    });
    await handle.result();
  };
  await runRound(
    Array.from({ length: warmUp }, () => one),
    callers,
  );
  const { latenciesMs } = await runRound(
    Array.from({ length: samples }, () => one),
    callers,
  );
  await worker.stop();
  return latenciesMs.map((ms) => ms - backOffMs);
}

/**
 * Measures the time from a failed change set's event to the moment at which the simulated vendor has accepted its
 * successor, without the back-off, at the vendor's own quotas and with accounts that have nothing else to ask.
 */
export async function measureResubmit(stage: Stage, load: BenchPlan['resubmit']): Promise<ResubmitFigures> {
  const floorMs = await measureFloor(stage, load);
  const stewardMs = await measureSteward(stage, load);
  return { samples: load.samples, floorMs: latenciesOf(floorMs), resubmitMs: latenciesOf(stewardMs) };
}
