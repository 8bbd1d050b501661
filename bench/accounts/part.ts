import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { reconcileScheduleId } from '../../src/workflows/reconcileChangeSets/contract.ts';
import { assumedAccounts } from '../assumedAccounts.ts';
import type { AssumedAccounts } from '../assumedAccounts.ts';
import type { BenchPlan } from '../options.ts';
import type { AccountFigures, AccountsFigures } from './figures.ts';
import type { Stage } from '../stage.ts';
import { idleUsage, startWorkerChild, type WorkerChild } from '../worker/child.ts';

const checkEveryMs = 250;
const reloadWithinMs = 3_000;

/** How many accounts have been checked: of these the worker holds a client, credentials and a line. */
function askedOf({ accounts, catalog }: AssumedAccounts): number {
  const calls = catalog.control.log({ kind: 'call', operation: 'ListChangeSets' });
  const asked = new Set(calls.flatMap((entry) => (entry.kind === 'call' ? [entry.account] : [])));
  return accounts.filter((account) => asked.has(account)).length;
}

/** Changes every account in the configuration, and gives the processor time of the worker until it has taken that. */
async function reloadCpuMs({ tenancy }: AssumedAccounts, worker: WorkerChild): Promise<number> {
  const file = tenancy.configurationFile;
  const text = readFileSync(file, 'utf8');
  const changed = text.replaceAll(/(dailyCap"?: )10000/g, '$19999');
  if (changed === text) throw new Error(`${file} has no daily cap to change`);
  const beforeMs = await worker.cpuMs();
  writeFileSync(file, changed);
  worker.reload();
  await wait(reloadWithinMs);
  return (await worker.cpuMs()) - beforeMs;
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
  const begunMs = performance.now();
  await reconcileAll(stage, assumed, `accounts: ${count}`);
  const firstCheckSeconds = (performance.now() - begunMs) / 1_000;
  const { rssKilobytes, idleCpuShare } = await idleUsage(worker, load);
  const reloadMs = await reloadCpuMs(assumed, worker);
  await worker.stop();
  await assumed.close();
  return { accounts: count, rssKilobytes, idleCpuShare, firstCheckSeconds, reloadCpuMs: reloadMs };
}

/**
 * Measures what accounts cost the process of one worker while nothing happens but their reconciliation, at production's
 * interval: one account first, then more.
 */
export async function measureAccounts(stage: Stage, load: BenchPlan['accounts']): Promise<AccountsFigures> {
  const one = await measureCount(stage, load, 1);
  const many: AccountFigures[] = [];
  for (const count of load.accounts) many.push(await measureCount(stage, load, count));
  return { one, many };
}
