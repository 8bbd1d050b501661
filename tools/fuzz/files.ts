import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { FuzzInput, Way } from './inputs/make.ts';
import type { FuzzFailure } from './run.ts';

const ways: readonly Way[] = ['eventbridge', 'webhook', 'sqs', 'sqsPointer'];

/**
 * Writes a failing input: its bytes as they are, and the way by which they come in its name.
 * @returns the path, below the folder that the command is called in
 */
export function writeFailure(folder: string, { input, seed }: FuzzFailure, number: number): string {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${seed}-${number}.${input.way}.bin`);
  writeFileSync(file, input.bytes);
  return file;
}

/**
 * Reads a failing input again.
 * @throws TypeError where the name says no way
 */
export function readFailure(file: string): FuzzInput {
  const way = ways.find((one) => basename(file).endsWith(`.${one}.bin`));
  if (way === undefined)
    throw new TypeError(`--file must end with .bin behind one of ${ways.join(', ')}, found ${file}`);
  return { way, bytes: readFileSync(file) };
}
