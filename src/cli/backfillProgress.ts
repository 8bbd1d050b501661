import { z } from 'zod';
import type { WorkflowStatus } from './status.ts';

const schema = z.looseObject({
  state: z.string(),
  given: z.number(),
  handedOver: z.number(),
  alreadyOpen: z.number(),
  failed: z.number(),
  duplicates: z.number(),
  left: z.number(),
  secondsLeft: z.number().optional(),
});

/** How far one backfill is. */
export type BackfillProgress = z.infer<typeof schema>;

/** How the terminal is told of progress, and a log. */
export interface ProgressReport {
  readonly isTerminal: boolean;
  /** A line that the next one takes the place of. */
  readonly redraw: (line: string) => void;
  /** A line that stays. */
  readonly say: (line: string) => void;
  /** Milliseconds of a clock that only goes forward. */
  readonly nowMs: () => number;
}

const barWidth = 24;
const sayEveryMs = 10_000;

/** The numbers in a workflow's status; undefined where it is no backfill's. */
export function backfillProgress(status: WorkflowStatus): BackfillProgress | undefined {
  return schema.safeParse(status).data;
}

/** One line for all parts of a backfill, with a bar. */
export function progressLine(parts: readonly BackfillProgress[], withBar: boolean): string {
  const sum = (number: (part: BackfillProgress) => number): number =>
    parts.reduce((total, part) => total + number(part), 0);
  const total = sum(({ given, duplicates }) => given - duplicates);
  const done = sum(({ handedOver, failed }) => handedOver + failed);
  const failed = sum((part) => part.failed);
  const share = total === 0 ? 1 : done / total;
  const filled = Math.floor(share * barWidth);
  const bar = withBar ? `[${'#'.repeat(filled)}${'.'.repeat(barWidth - filled)}] ` : '';
  const states = [...new Set(parts.map(({ state }) => state).filter((state) => state !== 'handingOver'))];
  const secondsLeft = Math.max(0, ...parts.map((part) => part.secondsLeft ?? 0));
  return [
    `${bar}${done} of ${total} items (${Math.floor(share * 100)} %)`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(secondsLeft > 0 ? [`about ${durationText(secondsLeft)} left`] : []),
    ...states,
  ].join(', ');
}

/** Seconds as people say them. */
export function durationText(seconds: number): string {
  if (seconds < 120) return `${Math.ceil(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${(minutes / 60).toFixed(1)} h`;
}

/** Tells of progress: a bar that is redrawn on a terminal; elsewhere a line when something changed, now and then. */
export function progressTeller({ isTerminal, redraw, say, nowMs }: ProgressReport) {
  let last = '';
  let saidMs = Number.NEGATIVE_INFINITY;
  return (parts: readonly BackfillProgress[]): void => {
    if (parts.length === 0) return;
    if (isTerminal) {
      redraw(progressLine(parts, true));
      return;
    }
    const line = progressLine(parts, false);
    if (line === last || nowMs() - saidMs < sayEveryMs) return;
    last = line;
    saidMs = nowMs();
    say(line);
  };
}
