import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommandProblem, exitCodes, usageProblem } from './command.ts';
import { printable } from './format.ts';

/** Signals that end the command while the editor is open, and that it outlives only to take its file away. */
const endings = ['SIGTERM', 'SIGHUP'] as const;

/** A text as an operator left it. */
export interface EditedText {
  readonly text: string;
  /** The file that holds it still; it goes with the command, but for one that is kept. */
  readonly file: string;
  /** Leaves the file where it is. */
  readonly keep: () => void;
  /** Takes the file away. */
  readonly discard: () => void;
}

/**
 * The editor that the operator wants.
 * @throws CommandProblem `usage` where none is named
 */
export function editorOf(environment: NodeJS.ProcessEnv): string {
  const editor = environment['VISUAL']?.trim() || environment['EDITOR']?.trim();
  if (editor) return editor;
  throw usageProblem(
    'No editor is named. Set VISUAL or EDITOR, for instance EDITOR=nano; an editor with a window has to wait: VISUAL="code --wait".',
  );
}

/**
 * Opens a text in the operator's editor and waits for the end of it. The file is in a directory of its own; nobody else may
 * read either. Both are taken away however the command ends: Ctrl-C is for the editor.
 * @param name of the file.
 * @throws CommandProblem where the editor does not start or ends with an error
 */
export async function edited(text: string, name: string, editor: string): Promise<EditedText> {
  const folder = mkdtempSync(join(tmpdir(), 'steward-amend-'));
  const discard = (): void => rmSync(folder, { recursive: true, force: true });
  process.on('exit', discard);
  const release = (): void => void process.removeListener('exit', discard);
  const file = join(folder, name);
  try {
    writeFileSync(file, text, { mode: 0o600, flag: 'wx' });
    await opened(editor, file, discard);
    return { text: readText(file), file, keep: release, discard: () => [discard(), release()] };
  } catch (error) {
    discard();
    release();
    throw error;
  }
}

/** In bytes; what has more was not typed in an editor, or never ends. */
const largestRead = 4 * 1024 * 1024;

function readText(file: string): string {
  const found = statSync(file, { throwIfNoEntry: false });
  // Taken away in the editor: nothing is wanted.
  if (found === undefined) return '';
  if (!found.isFile() || found.size > largestRead) throw unreadable('no file of a few pages any more');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file));
  } catch (error) {
    if (error instanceof TypeError) throw unreadable('not UTF-8 text');
    throw unreadable('not to be read here');
  }
}

function unreadable(what: string): CommandProblem {
  return new CommandProblem(exitCodes.failed, `The file is ${what}. Nothing was sent.`);
}

/** By a shell, as other programs do it: the variable may hold options and quotes. */
async function opened(editor: string, file: string, discard: () => void): Promise<void> {
  const output = process.stdout.isTTY ? 'inherit' : 2;
  const ignored = (): void => {};
  const ended = (signal: NodeJS.Signals): void => {
    child.kill(signal);
    discard();
    process.exit(128 + constants.signals[signal]);
  };
  // Before the editor begins: a signal in its first moment would end this process by default, and leave the file.
  process.on('SIGINT', ignored);
  for (const signal of endings) process.on(signal, ended);
  const child = spawn('/bin/sh', ['-c', `${editor} "$1"`, 'sh', file], { stdio: ['inherit', output, 'inherit'] });
  try {
    const [status, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
    if (status === 0) return;
    const how = status === 127 ? 'it was not found' : `it ended with ${status === null ? signal : `status ${status}`}`;
    throw new CommandProblem(
      signal === 'SIGINT' ? exitCodes.interrupted : exitCodes.failed,
      `The editor ${printable(editor)} did not end well: ${how}. Nothing was sent.`,
    );
  } finally {
    process.removeListener('SIGINT', ignored);
    for (const signal of endings) process.removeListener(signal, ended);
  }
}
