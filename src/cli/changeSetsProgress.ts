import { z } from 'zod';
import { durationText, percent, type ProgressLine } from './backfillProgress.ts';
import { printable } from './format.ts';
import { statusSchema, type WorkflowStatus } from './status.ts';

const schema = statusSchema.extend({
  dryRun: z.boolean(),
  act: z.string(),
  account: z.string(),
  catalog: z.string(),
  from: z.string(),
  to: z.string(),
  statuses: z.array(z.string()),
  found: z.number(),
  known: z.number(),
  started: z.number(),
  failed: z.number(),
  left: z.number(),
  ratePerSecond: z.number().optional(),
  secondsLeft: z.number().optional(),
  sample: z.array(z.string()).optional(),
  problem: z.string().optional(),
  failures: z.array(z.looseObject({ changeSetId: z.string(), reason: z.string() })).optional(),
});

/** How far a backfill of change sets is, and what it is about. */
export type ChangeSetsProgress = z.infer<typeof schema>;

/** Nobody knows yet how many there are. */
const finding = 'finding';
const usualStates: ReadonlySet<string> = new Set([finding, 'delivering']);

/** The numbers in a workflow's status; undefined where it is no such backfill's. */
export function changeSetsProgress(status: WorkflowStatus): ChangeSetsProgress | undefined {
  return schema.safeParse(status).data;
}

/**
 * The line about a backfill that goes on. A narrow terminal cuts its end, so the time left comes first.
 * @param limit the most that are started, where there is such a bound: once they are, all is done.
 */
export function changeSetsLine(progress: ChangeSetsProgress, limit?: number): ProgressLine {
  const { state, dryRun, found, known, started, failed, ratePerSecond, secondsLeft } = progress;
  const unusual = usualStates.has(state) ? [] : [printable(state)];
  if (dryRun || state === finding) {
    const told = [`${found} change sets found`, ...(dryRun ? [`${known} already known`] : []), ...unusual];
    return { text: told.join(', ') };
  }
  const shares = [
    found === 0 ? 1 : (known + started + failed) / found,
    ...(limit === undefined ? [] : [started / limit]),
  ];
  const share = Math.min(1, Math.max(...shares));
  const left = secondsLeft === undefined || secondsLeft <= 0 ? [] : [`${durationText(secondsLeft)} left`];
  const rate = ratePerSecond === undefined ? [] : [`${ratePerSecond.toFixed(1)} a second`];
  const counts = [`${found} found`, `${known} known`, `${started} started`, `${failed} failed`, ...rate];
  return { share, text: `${[percent(share), ...left, ...unusual].join(', ')}: ${counts.join(', ')}` };
}
