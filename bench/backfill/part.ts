import { setTimeout as wait } from 'node:timers/promises';
import type { Client, WorkflowHandle } from '@temporalio/client';
import {
  backfillChangeSetsStatusQuery,
  backfillChangeSetsType,
  backfillChangeSetsWorkflowId,
  type BackfillChangeSetsInput,
  type BackfillChangeSetsStatus,
} from '../../src/workflows/backfillChangeSets/contract.ts';
import { stewardTaskQueue } from '../../src/workflows/shared/taskQueues.ts';
import { sampleAccount } from '../ingress/events.ts';
import type { BenchPlan } from '../options.ts';
import type { BackfillFigures, BackfillRunFigures } from './figures.ts';
import { openTenancy } from '../stage.ts';
import type { Stage } from '../stage.ts';
import { startWorkerChild } from '../worker/child.ts';
import { startLongListing } from './listing.ts';

const bytesPerKilobyte = 1_024;
const checkEveryMs = 500;

/** What a backfill and the runs that it continued as have left in Temporal. */
async function historiesOf(client: Client, workflowId: string) {
  const latest = await client.workflow.getHandle(workflowId).describe();
  for (;;) {
    const runs = [];
    for await (const run of client.workflow.list({ query: `WorkflowId = "${workflowId}"` })) runs.push(run);
    // The list lags a little behind: the run that has just ended comes last.
    if (runs.some(({ runId, status }) => runId === latest.runId && status.name !== 'RUNNING')) {
      return {
        runs: runs.length,
        mostEvents: Math.max(...runs.map(({ historyLength }) => historyLength)),
        mostKilobytes: Math.max(...runs.map(({ historySize = 0 }) => historySize)) / bytesPerKilobyte,
      };
    }
    await wait(checkEveryMs);
  }
}

async function follow(stage: Stage, handle: WorkflowHandle, total: BenchPlan['backfill']): Promise<void> {
  for (;;) {
    const { state, found, started } = await handle.query(backfillChangeSetsStatusQuery);
    if (state === 'completed' || state === 'stopped') return;
    if (state === 'finding') stage.progress.at('backfill: found', found, total.listed);
    else stage.progress.at('backfill: started', started, total.started);
    await wait(checkEveryMs, undefined, { signal: stage.signal });
  }
}

/** Starts a backfill of change sets. */
export function startBackfill(client: Client, input: BackfillChangeSetsInput) {
  return client.workflow.start<(input: BackfillChangeSetsInput) => Promise<BackfillChangeSetsStatus>>(
    backfillChangeSetsType,
    {
      workflowId: backfillChangeSetsWorkflowId(input.account, crypto.randomUUID()),
      taskQueue: stewardTaskQueue,
      args: [input],
    },
  );
}

async function measureRun(
  stage: Stage,
  client: Client,
  input: BackfillChangeSetsInput,
  total: BenchPlan['backfill'],
): Promise<BackfillRunFigures> {
  const begunMs = performance.now();
  const handle = await startBackfill(client, input);
  await follow(stage, handle, total);
  const { state, found, known, started, failed, left } = await handle.result();
  const seconds = (performance.now() - begunMs) / 1_000;
  const numbers = { found, known, started, failed, left };
  if (state !== 'completed' || failed > 0 || found !== known + started + left) {
    throw new Error(`a backfill ended as ${state} with ${JSON.stringify(numbers)}`);
  }
  return { ...numbers, seconds, ...(await historiesOf(client, handle.workflowId)) };
}

/**
 * Measures a backfill of many change sets that have succeeded: a dry run over all of them, and a real one that starts
 * some of them. AWS is a listing that answers at once; no quota slows it.
 * @throws Error where the numbers do not add up.
 */
export async function measureBackfill(stage: Stage, load: BenchPlan['backfill']): Promise<BackfillFigures> {
  const { listed, started } = load;
  const listing = await startLongListing(listed);
  stage.stops.add(() => listing.close());
  const tenancy = await openTenancy(stage, 'backfill', { marketplaceCatalog: listing.url });
  const worker = await startWorkerChild(stage, tenancy, 'steward');
  const input = { account: sampleAccount, from: listing.from, statuses: ['SUCCEEDED'] } as const;
  const dryRun = await measureRun(stage, tenancy.client, input, load);
  const real = await measureRun(stage, tenancy.client, { ...input, dryRun: false, limit: started }, load);
  await worker.stop();
  await listing.close();
  if (dryRun.found !== listed || real.found !== listed || real.started !== started) {
    throw new Error(`${listed} were listed and ${started} to be started: ${JSON.stringify({ dryRun, real })}`);
  }
  return { dryRun, real };
}
