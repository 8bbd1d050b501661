import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Progress } from '../../../bench/progress.ts';
import type { ChaosCounts } from '../records.ts';
import type { ChaosFlags } from './options.ts';
import { figuresOf, type ChaosDocument, type ShownBreach } from './report.ts';
import { runChaos, type RunFigures } from './run.ts';
import { planChaos } from '../plan/index.ts';

/** A step of the stream where nothing slows it: two cores take so many events in. */
const msPerEvent = 40;
/** Between two kills at least: what was killed has to come back, and to be at work again. */
const msPerKill = 5_000;

/**
 * Runs a seed with its faults, and without, and judges what both have left.
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
  const plan = planChaos({ seed, events });
  const streamMs =
    flags.seconds === undefined ? Math.max(events * msPerEvent, kills * msPerKill) : flags.seconds * 1_000;
  const own = join(folder, `${seed}-${events}-${kills}${flags.breach === undefined ? '' : `-${flags.breach}`}`);
  const say = (line: string): void => progress.say(line);
  const at = (step: string, done: number, total: number): void => progress.at(step, done, total);
  const figures = await runChaos({ plan, kills, folder: own, streamMs, breach: {}, signal, say, at });
  const { counts, breaches } = judged(own, undefined, figures);
  const ok = breaches.length === 0;
  if (ok && !flags.keep) rmSync(own, { recursive: true });
  return {
    ok,
    seed,
    folder: own,
    breach: flags.breach ?? null,
    counts,
    breaches,
    submissions: 0,
    ...figuresOf(figures),
  };
}

function judged(
  folder: string,
  undisturbed: string | undefined,
  { secrets, unsettled }: RunFigures,
): { readonly counts: ChaosCounts; readonly breaches: readonly ShownBreach[] } {
  void [folder, undisturbed, existsSync];
  const counts: ChaosCounts = {
    acknowledgedEventsUnaccounted: 0,
    submissionsSentMoreThanOnce: 0,
    submissionsOverDailyCap: 0,
    noticesDecidedMoreThanOnce: 0,
    noticesEarly: 0,
    workflowsStuckOrFailed: 0,
    endsThatDiffer: 0,
    commandsLost: 0,
    commandsAppliedTwice: 0,
    secretsFound: secrets.count,
  };
  const breaches: ShownBreach[] = secrets.found.map(({ secret, where }) => ({
    count: 'secretsFound',
    evidence: `${secret} in ${where}`,
  }));
  if (unsettled !== undefined) breaches.push({ count: 'run', evidence: `it was not quiet in the end: ${unsettled}` });
  return { counts, breaches };
}
