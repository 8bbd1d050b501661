/**
 * Whether the same input can pass later: never (`endsTheSame`), once something outside the request was put right
 * (`canPass`), or it depends on what AWS's message says, or nobody documents it (`unknown`). An operator reads it;
 * automatic repeats go by `spreading` alone.
 */
export type SameInput = 'endsTheSame' | 'canPass' | 'unknown';

/** What an operator reads about one code. */
export interface ErrorCodeEntry {
  /** What is wrong. */
  readonly sentence: string;
  /** What to do before a retry or an amend. */
  readonly nextStep: string;
  readonly sameInput: SameInput;
  /** Whether the cause lies in permissions or profiles that take time to spread: the service repeats it once. */
  readonly spreading: boolean;
}

/** The codes of one family. */
export type KnowledgeByCode = Readonly<Record<string, ErrorCodeEntry>>;

/** A code that needs another input, or an operator's judgement; with `canPass`, something to be put right elsewhere. */
export function refused(sentence: string, nextStep: string, sameInput: SameInput = 'endsTheSame'): ErrorCodeEntry {
  return { sentence, nextStep, sameInput, spreading: false };
}

/** A code whose cause lies outside the request, in permissions or profiles that take time to spread. */
export function outside(sentence: string, nextStep: string): ErrorCodeEntry {
  return { sentence, nextStep, sameInput: 'canPass', spreading: true };
}
