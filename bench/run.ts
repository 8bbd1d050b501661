/**
 * `npm run bench [-- --json] [--quick] [--part …]`: what the ingress costs over the bare call to Temporal, over
 * HTTP and from a queue, and whether its memory is flat; what a
 * remediation costs the worker over a bare one, what items that wait cost it, how a backfill of many change sets
 * goes, how soon a retry of a failed change set is submitted, what accounts cost, how the vendor's quotas are used, and how
 * many change sets that fail at once are submitted again, and how large one workflow grows (docs/performance.md).
 */
import picocolors from 'picocolors';
import { measureAccounts } from './accounts/part.ts';
import { measureBackfill } from './backfill/part.ts';
import { measureIngress } from './ingress/part.ts';
import { measureItems } from './items/part.ts';
import { currentLoad, describeMachine } from './machine.ts';
import { flagsOrExit, stopSignal } from './commandLine.ts';
import { holdsAccounts } from './accounts/figures.ts';
import { planOf, readFlags, usage } from './options.ts';
import type { BenchFlags, BenchPart } from './options.ts';
import { createProgress } from './progress.ts';
import type { Progress } from './progress.ts';
import { staysBounded } from './limits/figures.ts';
import { measureLimits } from './limits/part.ts';
import { measureQuotas } from './quotas/part.ts';
import { measureMemory } from './memory/part.ts';
import { measureQueues } from './queues/part.ts';
import {
  drainsQueue,
  holdsMemory,
  holdsQuotas,
  holdsTail,
  ingressFloors,
  isFlat,
  isSoon,
  reachesFloor,
} from './report.ts';
import type { Report } from './report.ts';
import { openStage } from './stage.ts';
import type { Stage } from './stage.ts';
import { measureResubmit } from './resubmit/part.ts';
import { createStops } from './stops.ts';
import { keepsBounds } from './storm/figures.ts';
import { measureStorms } from './storm/part.ts';
import { reportText } from './table.ts';
import { measureWorker } from './worker/part.ts';

/** The parts of items and backfill have no budgets of their own: a slow machine takes this long at the most. */
const endWithinMs = 1_800_000;
const stopWithinMs = 20_000;
const exitCodes = { belowFloor: 1, failed: 1 } as const;

async function measure(stage: Stage, flags: BenchFlags, loadBefore: number): Promise<Report> {
  const begunMs = performance.now();
  const plan = planOf(flags);
  const machine = await describeMachine(stage.connection, stage.storage, loadBefore);
  const has = (part: BenchPart): boolean => flags.parts.includes(part);
  const { ingress, halfLoad } = has('ingress')
    ? await measureIngress(stage, plan.ingress, plan.halfLoad)
    : { ingress: [], halfLoad: null };
  const queues = has('queues') ? await measureQueues(stage, plan.queues) : null;
  const memory = has('memory') ? await measureMemory(stage, plan.memory) : null;
  const workerCpu = has('worker') ? await measureWorker(stage, plan.worker) : null;
  const itemsWaiting = has('items') ? await measureItems(stage, plan.items) : null;
  const backfill = has('backfill') ? await measureBackfill(stage, plan.backfill) : null;
  const resubmit = has('resubmit') ? await measureResubmit(stage, plan.resubmit) : null;
  const accounts = has('accounts') ? await measureAccounts(stage, plan.accounts) : null;
  const quotas = has('quotas') ? await measureQuotas(stage, plan.quotas) : null;
  const storms = has('storm') ? await measureStorms(stage, plan.storm) : null;
  const limits = has('limits') ? await measureLimits(stage, plan.limits) : null;
  const seconds = (performance.now() - begunMs) / 1_000;
  const verdicts = [
    ...ingress.map(reachesFloor),
    ...(halfLoad === null ? [] : [holdsTail(halfLoad)]),
    ...(queues === null ? [] : [drainsQueue(queues)]),
    ...(memory === null ? [] : [isFlat(memory)]),
    ...(itemsWaiting === null ? [] : [holdsMemory(itemsWaiting)]),
    ...(quotas === null ? [] : [holdsQuotas(quotas)]),
    ...(storms ?? []).map(keepsBounds),
    ...(limits ?? []).map(staysBounded),
    ...(resubmit === null ? [] : [isSoon(resubmit)]),
    ...(accounts === null ? [] : [holdsAccounts(accounts)]),
  ];
  const ok = flags.quick || verdicts.length === 0 ? null : verdicts.every(Boolean);
  const ofIngress = { ingress, halfLoad, queues, memory };
  const measured = { ...ofIngress, workerCpu, itemsWaiting, backfill, resubmit, accounts, quotas, storms, limits };
  return { ok, machine, seconds, ingressFloors, ...measured };
}

/** Aborted by the signals that ask to stop, and when the time is up. */
function endSignal(progress: Progress): AbortSignal {
  const stopped = stopSignal(() => {
    progress.say('stopping everything …');
    setTimeout(() => process.exit(), stopWithinMs).unref();
  });
  const late = new AbortController();
  const tooLate = () => late.abort(new Error(`the bench did not end within ${endWithinMs / 1_000} s`));
  setTimeout(tooLate, endWithinMs).unref();
  return AbortSignal.any([stopped, late.signal]);
}

async function run(flags: BenchFlags, progress: Progress): Promise<Report> {
  const loadBefore = currentLoad();
  const signal = endSignal(progress);
  const aborted = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
  const stops = createStops();
  const measured = openStage({ stops, progress, signal }).then((stage) => measure(stage, flags, loadBefore));
  // Once everything is being stopped, what is still under way fails, and nobody listens any more.
  measured.catch(() => undefined);
  try {
    return await Promise.race([measured, aborted]);
  } finally {
    progress.end();
    await stops.all();
  }
}

async function main(): Promise<void> {
  const flags = flagsOrExit('bench', usage, readFlags);
  const progress = createProgress(process.stderr, process.env);
  try {
    const report = await run(flags, progress);
    const colors = picocolors.createColors(process.stdout.isTTY && !process.env['NO_COLOR']);
    process.stdout.write(`${flags.json ? JSON.stringify(report, undefined, 2) : reportText(report, colors)}\n`);
    if (report.ok === false) process.exitCode = exitCodes.belowFloor;
  } catch (error) {
    progress.say(`bench: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode ??= exitCodes.failed;
  }
}

await main();
