/** What a sender's proof is worth. */
export type Verdict =
  | {
      readonly verdict: 'admitted';
      /** By which credential, where it is one of several: its name, which says nothing of its secret. */
      readonly credential?: string;
    }
  /**
   * `refused`: the proof is missing or wrong. `undecided`: it could not be judged, so the sender has to come again.
   * `reason` is for the log: it repeats nothing that the sender sent.
   */
  | { readonly verdict: 'refused' | 'undecided'; readonly reason: string };

/** The proof is right. */
export const admitted: Verdict = { verdict: 'admitted' };

/** The proof is missing or wrong. */
export function refused(reason: string): Verdict {
  return { verdict: 'refused', reason };
}

/** One right proof is enough; one that could not be judged may have been right. Of several reasons all are reported. */
export function anyOf(verdicts: readonly Verdict[]): Verdict {
  const reasons: string[] = [];
  let word: 'refused' | 'undecided' = 'refused';
  for (const one of verdicts) {
    if (one.verdict === 'admitted') return one;
    if (one.verdict === 'undecided') word = 'undecided';
    if (!reasons.includes(one.reason)) reasons.push(one.reason);
  }
  return { verdict: word, reason: reasons.join('; ') };
}
