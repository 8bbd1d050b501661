import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { readFixture, withReplaced } from '@marketplace-steward/testing/fixtures';
import { freshEvent, sampleAccount } from '../../../bench/ingress/events.ts';
import { runPaced } from '../../../bench/ingress/paced.ts';
import { createPoster, type Poster } from '../../../bench/ingress/post.ts';
import { runRound } from '../../../bench/ingress/round.ts';
import type { Stage } from '../../../bench/stage.ts';
import { latenciesOf, type LatencyFigures } from '../../../bench/statistics.ts';
import { currentLoad } from '../../../bench/machine.ts';
import { runStewards, type Sizes } from './running.ts';

/** How much load one measurement puts on. */
export interface LoadPlan {
  readonly callers: number;
  readonly warmUpEvents: number;
  /** As many events as are acknowledged meanwhile. */
  readonly atMostMs: number;
  readonly pacedPerSecond: number;
  readonly pacedEvents: number;
}

/** What a size carried. */
export interface LoadFigures {
  readonly name: string;
  readonly workers: number;
  readonly ingresses: number;
  readonly accounts: number;
  readonly events: number;
  readonly acknowledgedPerSecond: number;
  /** Until every workflow had ended. */
  readonly settledPerSecond: number;
  /** From sending an event to its 202, with all callers at once. */
  readonly latencyMs: LatencyFigures;
  /** The same at a rate that all sizes carry. */
  readonly pacedPerSecond: number;
  readonly pacedLatencyMs: LatencyFigures;
  /** Answers other than 202, after which the event is repeated: its latency counts whole. */
  readonly repeats: number;
  /** Load average before it: above 1, something else was at work. */
  readonly loadBefore: number;
}

const batch = 100;
const checkEveryMs = 250;
const repeatAfterMs = 250;
const success = readFixture('changeSetSucceeded');

/** A success of a change set that nobody has seen before, in one of these accounts. */
function eventOf(account: string): Buffer {
  if (account === sampleAccount) return freshEvent().bytes;
  const { changeSetId } = freshEvent();
  const replacements = new Map([
    ['76yesvf8y165pa4f98td2crtg', changeSetId],
    ['01234567-0123-0123-0123-0123456789ab', randomUUID()],
    ['3d4c9f9b-b809-4f5e-9fac-a9ae98b05cbb', randomUUID()],
    [sampleAccount, account],
  ]);
  return Buffer.from(JSON.stringify(withReplaced(success, replacements)));
}

/** Waits until no workflow of an event is open any more. */
export async function untilSettled(client: Client, signal: AbortSignal): Promise<void> {
  for (;;) {
    const { count } = await client.workflow.count('ExecutionStatus="Running" AND WorkflowType="changeSetRemediation"');
    if (count === 0) return;
    await wait(checkEveryMs, undefined, { signal });
  }
}

/** Measures how many events a size takes, and how soon. */
export async function measureLoad(stage: Stage, name: string, sizes: Sizes, plan: LoadPlan): Promise<LoadFigures> {
  const loadBefore = currentLoad();
  const accounts = sizes.accounts ?? [sampleAccount];
  stage.progress.say(`${name}: ${sizes.workers} workers, ${sizes.ingresses} ingresses, ${accounts.length} accounts`);
  const running = await runStewards(stage, `load-${sizes.workers}-${sizes.ingresses}-${accounts.length}`, sizes);
  const posters = running.urls.map((url): Poster => createPoster(url, running.credential, plan.callers));
  let sent = 0;
  let repeats = 0;
  /** As its sender does where the ingress cannot take it, or answers too late. */
  const untilTaken = async (poster: Poster, bytes: Buffer): Promise<void> => {
    for (;;) {
      try {
        return await poster.post(bytes);
      } catch (error) {
        if (stage.signal.aborted) throw error;
        repeats += 1;
        await wait(repeatAfterMs, undefined, { signal: stage.signal });
      }
    }
  };
  const call = (): (() => Promise<void>) => {
    const number = (sent += 1);
    const bytes = eventOf(accounts[number % accounts.length] ?? sampleAccount);
    const poster = posters[number % posters.length];
    return () => (poster === undefined ? Promise.resolve() : untilTaken(poster, bytes));
  };
  const calls = (count: number) => Array.from({ length: count }, call);
  await runRound(calls(plan.warmUpEvents), plan.callers);
  await untilSettled(running.client, stage.signal);
  const latenciesMs: number[] = [];
  const begunMs = performance.now();
  while (performance.now() - begunMs < plan.atMostMs) {
    stage.signal.throwIfAborted();
    latenciesMs.push(...(await runRound(calls(batch), plan.callers)).latenciesMs);
  }
  const acknowledgedMs = performance.now() - begunMs;
  await untilSettled(running.client, stage.signal);
  const settledMs = performance.now() - begunMs;
  const paced = await runPaced(calls(plan.pacedEvents), plan.pacedPerSecond);
  await untilSettled(running.client, stage.signal);
  for (const poster of posters) poster.close();
  await running.close();
  return {
    name,
    workers: sizes.workers,
    ingresses: sizes.ingresses,
    accounts: accounts.length,
    events: latenciesMs.length,
    acknowledgedPerSecond: (latenciesMs.length / acknowledgedMs) * 1_000,
    settledPerSecond: (latenciesMs.length / settledMs) * 1_000,
    latencyMs: latenciesOf(latenciesMs),
    pacedPerSecond: plan.pacedPerSecond,
    pacedLatencyMs: latenciesOf(paced),
    repeats,
    loadBefore,
  };
}
