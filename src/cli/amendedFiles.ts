import type { AmendCommand } from '../workflows/changeSetRemediation/contract.ts';
import { readBytes } from './eventBytes.ts';
import { printable } from './format.ts';
import { CommandProblem, exitCodes } from './problems.ts';

/** Where the new details of one change are. */
export interface AmendedFile {
  /** Of the change in its change set, from 0. */
  readonly index: number;
  /** A path, or `-` for standard input. */
  readonly file: string;
}

/**
 * Reads the new details as text, every byte of it: a number such as 1.10 must not become 1.1.
 * @throws CommandProblem `usage` where a file cannot be read, or is not UTF-8
 */
export async function readAmendedFiles(files: readonly AmendedFile[]): Promise<AmendCommand['changes']> {
  return Promise.all(
    files.map(async ({ index, file }) => {
      const bytes = await readBytes(file, 'Name a file with the new details of one change.');
      return { index, details: textOf(bytes, file) };
    }),
  );
}

function textOf(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new CommandProblem(
      exitCodes.usage,
      `${printable(file)} is not UTF-8 text. Details are a JSON object as text.`,
    );
  }
}
