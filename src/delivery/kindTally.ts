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
  /**
   * Whether an unknown kind is reported on its own; false where its source has had ten new ones within a day already, so that
   * the rest is one report.
   */
  isReportedAlone(kind: string): boolean;
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
/** New kinds of one source that are reported one by one within a day: more are a renamed family, or a flood. */
const mostAlone = 10;
const aloneWithinMs = 86_400_000;

/** The first part of a kind: of all sources of Buy with Prime it is `aws.partner`. */
export function sourceOf(kind: string): string {
  return kind.split('/', 1)[0] ?? kind;
}

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
  /** When each kind that is reported alone came first. */
  const alone = new Map<string, number>();

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
    isReportedAlone(kind) {
      if (alone.has(kind)) return true;
      const source = sourceOf(kind);
      const since = nowMs() - aloneWithinMs;
      const recent = [...alone].filter(([known, atMs]) => sourceOf(known) === source && atMs > since);
      if (recent.length >= mostAlone || alone.size >= mostKinds) return false;
      alone.set(kind, nowMs());
      return true;
    },
    stopKeeping: (kind) => void (tallyOf(kind).keeps = false),
    forget: (kind) => void (tallyOf(kind).forgotten = true),
  };
}
