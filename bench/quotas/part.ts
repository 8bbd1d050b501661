import { randomInt } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { startCatalogSimulator } from '@marketplace-steward/simulators/marketplaceCatalog';
import type { CatalogSimulator } from '@marketplace-steward/simulators/marketplaceCatalog';
import { vendorQuotas } from '../../src/quotas/catalogQuotas.ts';
import type { BenchPlan } from '../options.ts';
import type { QuotaFigures, QuotaUse } from '../report.ts';
import { openTenancy } from '../stage.ts';
import type { Stage, Tenancy } from '../stage.ts';
import { mostWithin } from '@marketplace-steward/testing/windows';
import { startWorkerChild } from '../worker/child.ts';
import { backfillFailures } from './failures.ts';

const accounts = ['111122223333', '444455556666'] as const;
const workers = 2;
/** The tightest of those that nobody shares: of look-ups up to ten share a ListChangeSets. */
const operation = 'DescribeChangeSet';
const windowMs = 10_000;
const checkEveryMs = 100;
const dayMs = 86_400_000;
/** Beyond what the quota lets through in the whole of a measurement, so that there is always more to ask. */
const plenty = 1.2;

interface QuotaStage {
  readonly stage: Stage;
  readonly tenancy: Tenancy;
  readonly simulator: CatalogSimulator;
  readonly load: BenchPlan['quotas'];
}

/** When calls of each account and operation reached the vendor, in milliseconds; refused ones count as well. */
function callTimes({ control }: CatalogSimulator): Map<string, number[]> {
  const calls = control.log().filter((entry) => entry.kind !== 'event');
  const entries = Map.groupBy(calls, ({ account, operation: name }) => `${account} ${name}`);
  return new Map([...entries].map(([key, ofKey]) => [key, ofKey.map(({ at }) => Date.parse(at))]));
}

function callsOf({ simulator }: QuotaStage, account: string): readonly number[] {
  return callTimes(simulator).get(`${account} ${operation}`) ?? [];
}

async function untilQuiet(quotas: QuotaStage, wanted: ReadonlyMap<string, number>): Promise<void> {
  for (const [account, count] of wanted) {
    while (callsOf(quotas, account).length < count) {
      await wait(checkEveryMs, undefined, { signal: quotas.stage.signal });
    }
  }
}

/** The calls of each account by what its quota lets through, once the lines are full. */
async function useOf(quotas: QuotaStage, measured: readonly string[]): Promise<number[]> {
  const { stage, load } = quotas;
  await wait(load.settleMs, undefined, { signal: stage.signal });
  const fromMs = Date.now();
  await wait(load.steadyMs, undefined, { signal: stage.signal });
  const untilMs = Date.now();
  return measured.map((account) => {
    const calls = callsOf(quotas, account).filter((atMs) => atMs >= fromMs && atMs < untilMs).length;
    return calls / ((vendorQuotas[operation] * (untilMs - fromMs)) / 1_000);
  });
}

/** Backfills failed change sets of these accounts, each of which is described once, and checks how fast it is. */
async function measure(quotas: QuotaStage, measured: readonly string[], untilMs: number): Promise<QuotaUse> {
  const { stage, tenancy, simulator, load } = quotas;
  const seconds = (load.settleMs + load.steadyMs) / 1_000;
  const count = Math.ceil(seconds * vendorQuotas[operation] * plenty);
  const wanted = new Map(measured.map((account) => [account, callsOf(quotas, account).length + count]));
  stage.progress.at(`quotas: ${measured.join(' and ')}`, 0, count);
  const [used] = await Promise.all([
    useOf(quotas, measured),
    ...measured.map((account) => backfillFailures(simulator.control, tenancy.client, { account, count, untilMs })),
  ]);
  await untilQuiet(quotas, wanted);
  return { accounts: measured, used };
}

function fullestWindow(simulator: CatalogSimulator): number {
  const shares = [...callTimes(simulator)].map(([key, times]) => {
    const quota = Object.entries(vendorQuotas).find(([name]) => key.endsWith(` ${name}`))?.[1] ?? Number.NaN;
    return mostWithin(times, windowMs) / (quota * (windowMs / 1_000));
  });
  return Math.max(...shares);
}

/**
 * Measures how two worker processes use the vendor's own quotas while backfills have more to ask than they let through: of
 * each account alone, and of both together.
 */
export async function measureQuotas(stage: Stage, load: BenchPlan['quotas']): Promise<QuotaFigures> {
  const simulator = await startCatalogSimulator({ seed: randomInt(2 ** 31) });
  stage.stops.add(() => simulator.close());
  const tenancy = await openTenancy(stage, 'quotas', {
    marketplaceCatalog: simulator.url,
    accounts: Object.fromEntries(accounts.map((account) => [account, { mode: 'observe' }])),
  });
  const children = [];
  for (let index = 0; index < workers; index += 1) children.push(await startWorkerChild(stage, tenancy, 'steward'));
  const quotas: QuotaStage = { stage, tenancy, simulator, load };
  const alone: QuotaUse[] = [];
  const begunMs = Date.now();
  for (const account of accounts) alone.push(await measure(quotas, [account], begunMs - dayMs));
  const together = await measure(quotas, accounts, begunMs - 2 * dayMs);
  for (const child of children) await child.stop();
  const refusals = simulator.control.log({ kind: 'refusal' });
  const throttled = refusals.filter((entry) => entry.kind === 'refusal' && entry.status === 429).length;
  const figures = { operation, alone, together, fullestWindow: fullestWindow(simulator), throttled };
  await simulator.close();
  return { ...figures, steadySeconds: load.steadyMs / 1_000 };
}
