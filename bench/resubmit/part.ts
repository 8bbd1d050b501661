import { randomInt } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { startCatalogSimulator } from '@marketplace-steward/simulators/marketplaceCatalog';
import type { CatalogControl } from '@marketplace-steward/simulators/marketplaceCatalog';
import { changeSetWorkflowId } from '../../src/workflows/changeSetRemediation/contract.ts';
import { readMarker } from '../../src/workflows/changeSetRemediation/lineage.ts';
import { stewardTaskQueue } from '../../src/workflows/shared/taskQueues.ts';
import { assumedAccounts } from '../assumedAccounts.ts';
import { startIngressProcess } from '../ingress/process.ts';
import { freshChangeSetId } from '../ingress/events.ts';
import type { BenchPlan } from '../options.ts';
import type { ResubmitFigures } from '../report.ts';
import { openTenancy } from '../stage.ts';
import type { Stage } from '../stage.ts';
import { latenciesOf } from '../statistics.ts';
import { startWorkerChild } from '../worker/child.ts';
import type { bareRemediation } from '../worker/floors.ts';
import { putFailed, remediateOne } from '../worker/remediations.ts';

/** Taken out of both sides: production's first back-off is a minute. */
const backOffMs = 100;
/** From accept to outcome at the simulated vendor. */
const changeSetTakesMs = 100;
const firstAccount = 700_000_000_000;

type Side = (index: number) => Promise<number>;

/** When the simulated vendor has accepted the first successor, in milliseconds since the epoch. */
function acceptedAtMs(control: CatalogControl, changeSetId: string): number {
  const accepted = control
    .log({ kind: 'call', operation: 'StartChangeSet' })
    .find((entry) => entry.kind === 'call' && readMarker(entry.changeSetName)?.originId === changeSetId);
  if (accepted === undefined) throw new Error(`no successor of ${changeSetId} was accepted`);
  return Date.parse(accepted.at);
}

/** How long the back-off took, by the server: its timer fires up to a second late. */
async function backOffTookMs(handle: WorkflowHandle): Promise<number> {
  const { events } = await handle.fetchHistory();
  const atMs = (type: 'timerStartedEventAttributes' | 'timerFiredEventAttributes'): number => {
    const { eventTime } = events?.find((event) => event[type] != null) ?? {};
    if (eventTime == null) throw new Error(`${handle.workflowId} has no back-off`);
    return Number(eventTime.seconds) * 1_000 + Number(eventTime.nanos) / 1_000_000;
  };
  return atMs('timerFiredEventAttributes') - atMs('timerStartedEventAttributes');
}

async function openSteward(stage: Stage, count: number): Promise<{ one: Side; close: () => Promise<void> }> {
  const policies = { changeSet: { retryBackOffMs: [backOffMs] } };
  const { accounts, catalog, tenancy, close } = await assumedAccounts(stage, 'resubmit', { count, policies });
  const { control } = catalog;
  control.plan({
    match: { nameContains: '+retry.' },
    outcomes: [{ status: 'SUCCEEDED', durationMs: changeSetTakesMs, event: 'sent' }],
  });
  const { stop: stopIngress } = await startIngressProcess(stage, tenancy);
  const worker = await startWorkerChild(stage, tenancy, 'steward');
  return {
    async one(index) {
      const changeSetId = freshChangeSetId();
      putFailed(control, changeSetId, accounts[index % accounts.length]);
      const begunMs = Date.now();
      await remediateOne(control, tenancy.client, changeSetId);
      const handle = tenancy.client.workflow.getHandle(changeSetWorkflowId(changeSetId));
      return acceptedAtMs(control, changeSetId) - begunMs - (await backOffTookMs(handle));
    },
    async close() {
      await worker.stop();
      await stopIngress();
      await close();
    },
  };
}

/** The same steps with nothing around them: the same workflow tasks, and the same calls by the bare SDK. */
async function openBare(stage: Stage, count: number): Promise<{ one: Side; close: () => Promise<void> }> {
  const simulator = await startCatalogSimulator({ seed: randomInt(2 ** 31) });
  const closeSimulator = stage.stops.add(() => simulator.close());
  const { control } = simulator;
  const tenancy = await openTenancy(stage, 'bare', { marketplaceCatalog: simulator.url });
  const worker = await startWorkerChild(stage, tenancy, 'empty');
  return {
    async one(index) {
      const account = String(firstAccount + (index % count));
      const changeSetId = freshChangeSetId();
      putFailed(control, changeSetId, account);
      const begunMs = Date.now();
      const handle = await tenancy.client.workflow.signalWithStart<typeof bareRemediation>('bareRemediation', {
        workflowId: `bare:${changeSetId}`,
        taskQueue: stewardTaskQueue,
        args: [{ account, changeSetId }, backOffMs],
        signal: 'go',
      });
      await handle.result();
      return acceptedAtMs(control, changeSetId) - begunMs - (await backOffTookMs(handle));
    },
    async close() {
      await worker.stop();
      await closeSimulator();
    },
  };
}

/**
 * Measures the time from a failed change set's event to the moment at which the simulated vendor has accepted its
 * successor, without the back-off and the server's timer, at the vendor's own quotas and with accounts that have nothing
 * else to ask; in turns with the bare trace of the same steps.
 */
export async function measureResubmit(stage: Stage, load: BenchPlan['resubmit']): Promise<ResubmitFigures> {
  const { samples, accounts, warmUp } = load;
  const [steward, bare] = [await openSteward(stage, accounts), await openBare(stage, accounts)];
  const tookMs = { steward: [] as number[], bare: [] as number[] };
  for (let index = 0; index < warmUp + samples; index += 1) {
    stage.progress.at('failed event to accepted resubmit', index, warmUp + samples);
    const bareMs = await bare.one(index);
    const stewardMs = await steward.one(index);
    if (index < warmUp) continue;
    tookMs.bare.push(bareMs);
    tookMs.steward.push(stewardMs);
  }
  await steward.close();
  await bare.close();
  return { samples, floorMs: latenciesOf(tookMs.bare), resubmitMs: latenciesOf(tookMs.steward) };
}
