import { readFileSync, statSync } from 'node:fs';

/** What was wrong with a file; the message says it without the file's name and contents. */
export class TextFileError extends Error {
  override readonly name = 'TextFileError';
}

/**
 * Reads a regular file as text: a pipe or a device could block the process, or never end.
 * @throws TextFileError where that fails, or the file is larger than that.
 */
export function readTextFile(path: string, largestBytes: number): string {
  try {
    const found = statSync(path);
    if (!found.isFile()) throw new TextFileError('expected a regular file');
    if (found.size > largestBytes) {
      throw new TextFileError(`found ${found.size} bytes, expected at most ${largestBytes}`);
    }
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof TextFileError) throw error;
    const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown error';
    throw new TextFileError(`the file cannot be read: ${code}`);
  }
}
