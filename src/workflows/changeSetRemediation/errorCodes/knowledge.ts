/** What an operator reads about one code. */
export interface ErrorCodeEntry {
  /** What is wrong. */
  readonly sentence: string;
  /** What to do before a retry or an amend. */
  readonly nextStep: string;
  /** Whether the same input can pass once something outside the request was put right, and has spread. */
  readonly spreading: boolean;
}

/** The codes of one family. */
export type KnowledgeByCode = Readonly<Record<string, ErrorCodeEntry>>;

/** A code that needs another input, or an operator's judgement. */
export function refused(sentence: string, nextStep: string): ErrorCodeEntry {
  return { sentence, nextStep, spreading: false };
}

/** A code whose cause lies outside the request, in permissions or profiles that take time to spread. */
export function outside(sentence: string, nextStep: string): ErrorCodeEntry {
  return { sentence, nextStep, spreading: true };
}
