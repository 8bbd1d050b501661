import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { usageProblem } from './command.ts';
import { printable } from './format.ts';

/**
 * The bytes of a file, or of standard input for `-`, as they are.
 * @param right what to do where the file cannot be read, in a sentence
 * @throws CommandProblem `usage` where the file cannot be read
 */
export async function readBytes(file: string, right: string): Promise<Uint8Array> {
  try {
    return file === '-' ? await buffer(process.stdin) : await readFile(file);
  } catch (error) {
    throw usageProblem(`${printable(file)} cannot be read: ${codeOf(error)}. ${right}`);
  }
}

/**
 * The same as UTF-8 text.
 * @param keepMark whether a byte order mark stays, because every byte counts
 * @throws CommandProblem `usage` where the file cannot be read, or is not UTF-8
 */
export async function readText(file: string, right: string, { keepMark = false } = {}): Promise<string> {
  const bytes = await readBytes(file, right);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: keepMark }).decode(bytes);
  } catch {
    throw usageProblem(`${printable(file)} is not UTF-8 text. ${right}`);
  }
}

/** What a text of JSON says; undefined where it is none. */
export function parsedJson(text: string | Uint8Array): unknown {
  try {
    return JSON.parse(typeof text === 'string' ? text : new TextDecoder('utf-8', { fatal: true }).decode(text));
  } catch {
    return undefined;
  }
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : String(error);
}
