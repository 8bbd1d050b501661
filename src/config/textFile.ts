import { readFileSync, statSync } from 'node:fs';

/** What was wrong with a file; the message says it without the file's name and contents. */
export class TextFileError extends Error {
  override readonly name = 'TextFileError';
}

/** What an operator meets most, in words. */
const meanings: Readonly<Record<string, string>> = {
  ENOENT: 'the file cannot be read: there is no such file (ENOENT)',
  EACCES: 'the file cannot be read: this user may not (EACCES)',
  ERR_ENCODING_INVALID_ENCODED_DATA: 'the file is not in UTF-8; save it as UTF-8',
};

/**
 * Reads a regular file as text: a pipe or a device could block the process, or never end.
 * @throws TextFileError where that fails, it is not UTF-8, or the file is larger than that.
 */
export function readTextFile(path: string, largestBytes: number): string {
  try {
    const found = statSync(path);
    if (!found.isFile()) throw new TextFileError('expected a regular file');
    if (found.size > largestBytes) {
      throw new TextFileError(`found ${found.size} bytes, expected at most ${largestBytes}`);
    }
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(path));
  } catch (error) {
    if (error instanceof TextFileError) throw error;
    const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown error';
    const meaning = meanings[code];
    throw new TextFileError(meaning ?? `the file cannot be read: ${code}`);
  }
}
