/** `unknown`: it could not be found out; nothing is known to be wrong. */
export type Verdict = 'ok' | 'warn' | 'bad' | 'unknown';

/** What a check found out, as one line for operators. */
export interface Finding {
  /** The part of the set-up, the same for all of its findings: `temporal`, `account 111122223333`. */
  readonly area: string;
  readonly verdict: Verdict;
  /** What is true, without a secret. */
  readonly text: string;
  /** What to do, in a sentence without its full stop; absent where nothing is. */
  readonly mend?: string;
  /** Commands that do it, or that find out. */
  readonly commands?: readonly string[];
}

/** What a finding has beside its area and verdict. */
type Rest = Omit<Finding, 'area' | 'verdict' | 'text'>;

/** Makes the findings of one area. */
export interface Reporter {
  ok(text: string): Finding;
  warn(text: string, rest?: Rest): Finding;
  bad(text: string, rest?: Rest): Finding;
  unknown(text: string, rest?: Rest): Finding;
}

/** A reporter for an area. */
export function reporterOf(area: string): Reporter {
  const make =
    (verdict: Verdict) =>
    (text: string, rest: Rest = {}): Finding => ({ area, verdict, text, ...rest });
  return { ok: make('ok'), warn: make('warn'), bad: make('bad'), unknown: make('unknown') };
}
