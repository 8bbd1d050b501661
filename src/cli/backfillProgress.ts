import type { BackfillChangeSetsStatus } from '../workflows/backfillChangeSets/contract.ts';

type StateName = BackfillChangeSetsStatus['state'];

/** The states of a backfill that the texts distinguish, in the words of its contract; they show all others by name. */
export const backfillStates = {
  finding: 'finding',
  delivering: 'delivering',
  completed: 'completed',
} as const satisfies {
  readonly [Name in StateName]?: Name;
};

/** How far a backfill is, in one line. */
export interface ProgressLine {
  /** What is done of all, from 0 to 1; absent while nobody knows how much all is. */
  readonly share?: number;
  readonly text: string;
}

/** How progress reaches a terminal, and a log. */
export interface ProgressReport {
  readonly isTerminal: boolean;
  /** A line that the next one replaces. */
  readonly redraw: (line: string) => void;
  /** A line that stays. */
  readonly say: (line: string) => void;
  /** Milliseconds of a clock that only goes forward. */
  readonly nowMs: () => number;
}

/** Short, so that the numbers behind it fit into eighty columns. */
const barWidth = 10;
const sayEveryMs = 10_000;

/** The line with a bar before it, where the share is known. */
export function withBar({ share, text }: ProgressLine): string {
  if (share === undefined) return text;
  const filled = Math.floor(share * barWidth);
  return `[${'#'.repeat(filled)}${'.'.repeat(barWidth - filled)}] ${text}`;
}

/** A share from 0 to 1 as operators read it; it is 100 % only once all is done. */
export function percent(share: number): string {
  return `${Math.floor(share * 100)} %`;
}

/** Seconds as operators read them. */
export function durationText(seconds: number): string {
  if (seconds < 120) return `${Math.ceil(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${(minutes / 60).toFixed(1)} h`;
}

/** Reports progress: a bar on a terminal; elsewhere a line when something changed, every ten seconds at most. */
export function progressReporter({ isTerminal, redraw, say, nowMs }: ProgressReport): (line: ProgressLine) => void {
  let last = '';
  let saidMs = Number.NEGATIVE_INFINITY;
  return (line) => {
    if (isTerminal) {
      redraw(withBar(line));
      return;
    }
    if (line.text === last || nowMs() - saidMs < sayEveryMs) return;
    last = line.text;
    saidMs = nowMs();
    say(line.text);
  };
}
