import { createHash } from 'node:crypto';

/** A fraction from 0 to below 1 that comes of the words alone: whatever happens first, the same words draw the same. */
export function drawn(...words: ReadonlyArray<string | number>): number {
  const digest = createHash('sha256').update(JSON.stringify(words)).digest();
  return digest.readUIntBE(0, 6) / 2 ** 48;
}

/** One of a list, likewise. @throws RangeError for an empty list */
export function drawnFrom<Value>(values: readonly Value[], ...words: ReadonlyArray<string | number>): Value {
  const value = values[Math.floor(drawn(...words) * values.length)];
  if (value === undefined) throw new RangeError('nothing to draw from');
  return value;
}
