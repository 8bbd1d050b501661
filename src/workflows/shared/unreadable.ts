/**
 * Recorded data that this code cannot read: an input, or carried state. It is no failure of the run: the workflow task fails
 * with the sentence, which `steward list --attention` and `show` repeat, nothing is lost, and a worker that can read it goes on.
 */
export class Unreadable extends Error {
  override readonly name: string = 'Unreadable';
}

/** The sentence on a version that is not known. @param is what was found. */
export function unknownVersion(what: string, is: string, known: ReadonlyArray<number | string>): string {
  return (
    `${what} has ${is}, but this worker reads ${known.join(', ')}. ` +
    'Let a worker of the version that wrote it serve the workflow.'
  );
}
