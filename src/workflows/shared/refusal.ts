import { ApplicationFailure } from '@temporalio/common';

const type = 'Refusal';

/**
 * Why an operator's command is refused. Its stack says nothing: the Web UI shows stacks, and operators need the sentence
 * only.
 */
export function newRefusal(sentence: string): ApplicationFailure {
  const failure = ApplicationFailure.nonRetryable(sentence, type);
  failure.stack = sentence;
  return failure;
}

/** True for what {@link newRefusal} gives. */
export function isRefusal(error: unknown): boolean {
  return error instanceof ApplicationFailure && error.type === type;
}
