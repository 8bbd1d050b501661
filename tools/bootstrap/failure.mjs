/** Something that the operator at the terminal can correct; the message says what and how, in one sentence. */
export class SetupFailure extends Error {}

/**
 * Ends the process with a sentence on standard error and exit status 1.
 *
 * @param {string} sentence
 * @returns {never}
 */
export function fail(sentence) {
  process.stderr.write(`steward: ${sentence}\n`);
  process.exit(1);
}
