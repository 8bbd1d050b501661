/** What is to be reported of refusals. */
interface RefusalReport {
  /** Refusals since the last report, this one included. */
  readonly count: number;
  /** Takes the report back, because it did not arrive. */
  readonly undo: () => void;
}

/** What this process has refused, by what it is refused for, so that not each refusal costs a message. */
export interface RefusalTally {
  /** Counts one. @returns what to report; undefined where nothing is to be reported now. */
  refuse(key: string): RefusalReport | undefined;
}

/** Between two reports of one key, in milliseconds. */
const reportEveryMs = 600_000;
/** Keys that are counted. */
const remembered = 1_000;

/** Makes a tally that begins with nothing: the first refusal of each key is reported at once. */
export function createRefusalTally(nowMs: () => number = () => performance.now()): RefusalTally {
  const tallies = new Map<string, { unreported: number; reportedAtMs?: number }>();
  return {
    refuse(key) {
      const tally = tallies.get(key) ?? { unreported: 0 };
      tallies.delete(key);
      tallies.set(key, tally);
      const [oldest] = tallies.keys();
      if (tallies.size > remembered && oldest !== undefined) tallies.delete(oldest);
      tally.unreported += 1;
      const { reportedAtMs } = tally;
      if (reportedAtMs !== undefined && nowMs() - reportedAtMs < reportEveryMs) return undefined;
      const count = tally.unreported;
      tally.unreported = 0;
      tally.reportedAtMs = nowMs();
      return {
        count,
        undo() {
          tally.unreported += count;
          if (reportedAtMs === undefined) delete tally.reportedAtMs;
          else tally.reportedAtMs = reportedAtMs;
        },
      };
    },
  };
}
