import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Progress } from '../../../bench/progress.ts';
import { breachRun } from '../breach/index.ts';
import { checkRun } from '../check/readRun.ts';
import { planChaos } from '../plan/index.ts';
import type { ChaosCounts } from '../records.ts';
import type { ChaosFlags } from './options.ts';
import { figuresOf, type ChaosDocument, type ShownBreach } from './report.ts';
import { runChaos, type RunFigures } from './run.ts';

/** An event of the stream where nothing slows it: two cores take so many in. */
const msPerEvent = 150;
/** Between two kills at least: what was killed has to come back, and to be at work again. */
const msPerKill = 5_000;

/**
 * Runs a seed without faults and with them, and judges what both have left.
 * @param folder for the records of all runs
 * @throws where a run could not be made
 */
export async function chaos(
  flags: ChaosFlags,
  folder: string,
  progress: Progress,
  signal: AbortSignal,
): Promise<ChaosDocument> {
  const { seed, events, kills } = flags;
  const whole = planChaos({ seed, events });
  const { breach } = flags;
  const { environment, plan } = breach === undefined ? { environment: {}, plan: whole } : breachRun(breach, whole);
  const leastMs = Math.max(plan.events.length * msPerEvent, kills * msPerKill);
  const streamMs = flags.seconds === undefined ? leastMs : flags.seconds * 1_000;
  const own = join(folder, `${seed}-${events}-${kills}${breach === undefined ? '' : `-${breach.name}`}`);
  const run = (to: string, howOften: number, broken: NodeJS.ProcessEnv): Promise<RunFigures> =>
    runChaos({
      plan,
      kills: howOften,
      folder: to,
      streamMs,
      breach: broken,
      onCluster: flags.onCluster,
      signal,
      say: (line) => progress.say(line),
      at: (step, done, total) => progress.at(step, done, total),
    });
  let { undisturbed } = flags;
  if (undisturbed === undefined && !flags.alone && kills > 0) {
    progress.say('first without faults');
    undisturbed = join(folder, `${seed}-${events}-undisturbed`);
    await run(undisturbed, 0, {});
    progress.say('now with faults');
  }
  const figures = await run(own, kills, environment);
  const { counts, breaches } = await judged(own, undisturbed, figures);
  const ok = breaches.length === 0;
  if (ok && !flags.keep) {
    for (const made of [own, ...(flags.undisturbed === undefined && undisturbed ? [undisturbed] : [])]) {
      rmSync(made, { recursive: true });
    }
  }
  return { ok, seed, folder: own, breach: breach?.name ?? null, counts, breaches, ...figuresOf(figures) };
}

async function judged(
  folder: string,
  undisturbed: string | undefined,
  { secrets, unsettled, deadLetters }: RunFigures,
): Promise<{ readonly counts: ChaosCounts; readonly breaches: readonly ShownBreach[] }> {
  const verdict = await checkRun(folder, undisturbed);
  const counts: ChaosCounts = { ...verdict.counts, secretsFound: secrets.count };
  const breaches: ShownBreach[] = Object.entries(verdict.evidence).flatMap(([count, found]) =>
    found.map(({ what, lines }) => ({ count: count as keyof ChaosCounts, what, lines })),
  );
  for (const { secret, where } of secrets.found)
    breaches.push({ count: 'secretsFound', what: `${secret} in ${where}` });
  if (unsettled !== undefined) breaches.push({ count: 'run', what: `it was not quiet in the end: ${unsettled}` });
  if (deadLetters > 0) breaches.push({ count: 'run', what: `${deadLetters} messages are in the dead-letter queue` });
  return { counts, breaches };
}
