/** What is to be reported of a kind. */
interface KindReport {
  /** Events of the kind since the last report, this one included. */
  readonly count: number;
  /** Takes the count back, because it did not arrive. */
  readonly undo: () => void;
}

/**
 * What this process has seen of each kind of ignored event. It saves calls and no more: what has to outlive the process is
 * with Temporal, which hears of an unknown kind at its first event, with each body that is kept, and then once an hour.
 */
export interface KindTally {
  /** Counts an event of a kind. @returns how many there were since the process began. */
  count(kind: string): number;
  /**
   * Counts an event of an unknown kind.
   * @returns what to report; undefined where the kind needs no report now.
   */
  report(kind: string): KindReport | undefined;
  /** No more bodies of the kind are kept. */
  stopKeeping(kind: string): void;
  /** An operator has discarded the kind: it is never reported again. */
  forget(kind: string): void;
}

/** Between two reports of a kind of which no body is kept any more, in milliseconds. */
const reportEveryMs = 3_600_000;
/** Kinds that are told apart. The vendors have some dozens; the rest counts as one. */
const mostKinds = 1_000;
const otherKinds = '(other kinds)';

interface Tally {
  seen: number;
  unreported: number;
  reportedAtMs?: number;
  keeps: boolean;
  forgotten: boolean;
}

/** Makes a tally that begins with nothing. */
export function createKindTally(nowMs: () => number = () => performance.now()): KindTally {
  const tallies = new Map<string, Tally>();

  function tallyOf(kind: string): Tally {
    const key = tallies.has(kind) || tallies.size < mostKinds ? kind : otherKinds;
    const known = tallies.get(key);
    if (known !== undefined) return known;
    // What cannot be told apart is counted only: each of its kinds would need a workflow.
    const tally: Tally = { seen: 0, unreported: 0, keeps: true, forgotten: key === otherKinds };
    tallies.set(key, tally);
    return tally;
  }

  return {
    count: (kind) => (tallyOf(kind).seen += 1),
    report(kind) {
      const tally = tallyOf(kind);
      if (tally.forgotten) return undefined;
      tally.unreported += 1;
      const { reportedAtMs } = tally;
      const isDue = tally.keeps || reportedAtMs === undefined || nowMs() - reportedAtMs >= reportEveryMs;
      if (!isDue) return undefined;
      const count = tally.unreported;
      tally.unreported = 0;
      tally.reportedAtMs = nowMs();
      return {
        count,
        undo() {
          // The sender repeats this event, so it is counted again.
          tally.unreported += count - 1;
          if (reportedAtMs === undefined) delete tally.reportedAtMs;
          else tally.reportedAtMs = reportedAtMs;
        },
      };
    },
    stopKeeping: (kind) => void (tallyOf(kind).keeps = false),
    forget: (kind) => void (tallyOf(kind).forgotten = true),
  };
}
