import type { Line } from './screen.ts';

/** The exit statuses of every command (docs/command.md). */
export const exitCodes = { ok: 0, failed: 1, usage: 2, unreachable: 3, notFound: 4, interrupted: 130 } as const;

/** One of {@link exitCodes}. */
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** What a command leaves: the text for operators, the document for programs (`--json`), the exit status. */
export interface CommandResult {
  readonly text: string;
  /** In the place of the text, where parts of it stand out or are links. */
  readonly screen?: readonly Line[];
  readonly document: unknown;
  readonly exitCode: ExitCode;
  /** Bytes that go to standard output as they are, in place of text and document. */
  readonly bytes?: Uint8Array;
}

/** What a command needs of the process that runs it. */
export interface CommandContext {
  readonly environment: NodeJS.ProcessEnv;
  readonly workingDirectory: string;
  /** The clone that the command belongs to. */
  readonly clone: string;
  /** Says something beside the result, on standard error. */
  readonly note: (line: string) => void;
  /** Shows how far a long command is, on a terminal only; the next one replaces it. */
  readonly progress: (line: string) => void;
  /** Shows a screen in the place of the one before; where there is no terminal, below it. */
  readonly draw?: (lines: readonly Line[]) => void;
  /** Runs a command to its end, prints what it leaves and sets the exit status. */
  readonly run: (options: { readonly json?: true }, command: () => Promise<CommandResult>) => Promise<void>;
  /** Ends the process soon, whatever is still under way; absent where the process is not the command's own. */
  readonly leave?: () => void;
}

/** What ends a command: what happened, what it means and what to do, and the exit status. */
export class CommandProblem extends Error {
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, message: string) {
    super(message);
    this.name = 'CommandProblem';
    this.exitCode = exitCode;
  }
}

/** The problem of wrong arguments. */
export function usageProblem(message: string): CommandProblem {
  return new CommandProblem(exitCodes.usage, message);
}

/** The problem of an error that no command foresaw: its message, without a stack trace. */
export function unforeseenProblem(error: unknown): CommandProblem {
  if (error instanceof CommandProblem) return error;
  return new CommandProblem(exitCodes.failed, firstLine(error instanceof Error ? error.message : String(error)));
}

/** The beginning of an error's message: what follows is for developers. */
export function firstLine(text: string): string {
  return (text.split('\n', 1)[0] ?? '').replace(/[.\s]+$/, '');
}
