/** The exit statuses of every command (docs/command.md). */
export const exitCodes = { ok: 0, failed: 1, usage: 2, unreachable: 3, notFound: 4, interrupted: 130 } as const;

/** One of {@link exitCodes}. */
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** What ends a command: one clear sentence that names the next step, and the exit status. */
export class CommandProblem extends Error {
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, message: string) {
    super(message);
    this.name = 'CommandProblem';
    this.exitCode = exitCode;
  }
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
