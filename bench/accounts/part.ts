import { setTimeout as wait } from 'node:timers/promises';
import { reconcileScheduleId } from '../../src/workflows/reconcileChangeSets/contract.ts';
import { assumedAccounts } from '../assumedAccounts.ts';
import type { AssumedAccounts } from '../assumedAccounts.ts';
import type { BenchPlan } from '../options.ts';
import type { AccountFigures, AccountsFigures } from '../report.ts';
import type { Stage } from '../stage.ts';
import { idleUsage, startWorkerChild } from '../worker/child.ts';

const checkEveryMs = 250;

/** How many accounts have been checked: of these the worker holds a client, credentials and a line. */
function askedOf({ accounts, catalog }: AssumedAccounts): number {
  const calls = catalog.control.log({ kind: 'call', operation: 'ListChangeSets' });
  const asked = new Set(calls.flatMap((entry) => (entry.kind === 'call' ? [entry.account] : [])));
  return accounts.filter((account) => asked.has(account)).length;
}

/** Has every account reconciled now; the schedule is made by the worker, a moment after its start. */
async function reconcileAll(stage: Stage, assumed: AssumedAccounts, step: string): Promise<void> {
  const schedule = assumed.tenancy.client.schedule.getHandle(reconcileScheduleId);
  for (;;) {
    const made = await schedule.describe().catch(() => undefined);
    if (made !== undefined) break;
    await wait(checkEveryMs, undefined, { signal: stage.signal });
  }
  await schedule.trigger();
  const total = assumed.accounts.length;
  for (let asked = askedOf(assumed); asked < total; asked = askedOf(assumed)) {
    stage.progress.at(step, asked, total);
    await wait(checkEveryMs, undefined, { signal: stage.signal });
  }
}

async function measureCount(stage: Stage, load: BenchPlan['accounts'], count: number): Promise<AccountFigures> {
  // The window of the first check would be empty for ten minutes, and AWS would not be asked.
  const assumed = await assumedAccounts(stage, `accounts-${count}`, {
    count,
    policies: { reconcile: { settlingMs: 1 } },
  });
  const worker = await startWorkerChild(stage, assumed.tenancy, 'steward');
  await reconcileAll(stage, assumed, `accounts: ${count}`);
  const { rssKilobytes, idleCpuShare } = await idleUsage(worker, load);
  await worker.stop();
  await assumed.close();
  return { accounts: count, rssKilobytes, idleCpuShare };
}

/**
 * Measures what accounts cost the process of one worker while nothing happens but their reconciliation, at production's
 * interval: one account first, then many.
 */
export async function measureAccounts(stage: Stage, load: BenchPlan['accounts']): Promise<AccountsFigures> {
  const one = await measureCount(stage, load, 1);
  return { one, many: await measureCount(stage, load, load.accounts) };
}
