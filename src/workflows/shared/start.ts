import { ApplicationFailure } from '@temporalio/common';
import { log, setDefaultSignalHandler } from '@temporalio/workflow';

/**
 * Refuses to start from an input that lacks a text, as one typed by hand may: the run fails with the field's name.
 * @param fields the fields that must be texts.
 */
export function requireTexts(input: unknown, fields: readonly string[], example: unknown): void {
  const given = typeof input === 'object' && input !== null ? (input as Record<string, unknown>) : {};
  const wrong = fields.filter((field) => typeof given[field] !== 'string' || given[field] === '');
  if (wrong.length === 0) return;
  throw ApplicationFailure.nonRetryable(
    `The input must be one object with these texts, which are missing or of another kind: ${wrong.join(', ')}. ` +
      `For example: ${JSON.stringify(example)}`,
    'InvalidInput',
  );
}

/** Hears signals of any other name, so that none is kept unheard until the run closes. */
export function ignoreUnknownSignals(): void {
  setDefaultSignalHandler((name) => {
    log.warn('A signal of an unknown name was ignored', { name });
  });
}
