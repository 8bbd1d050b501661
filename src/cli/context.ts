import type { ExitCode } from './problems.ts';

/** What a command leaves: the text for operators, the document for programs (`--json`), the exit status. */
export interface CommandResult {
  readonly text: string;
  readonly document: unknown;
  readonly exitCode: ExitCode;
}

/** What a command has from its concurrent changes. */
export interface CommandContext {
  readonly environment: NodeJS.ProcessEnv;
  readonly workingDirectory: string;
  /** The clone that the command belongs to. */
  readonly clone: string;
  /** Says something beside the result, on standard error. */
  readonly note: (line: string) => void;
  /** Shows how far a long command is, on a terminal only; the next one takes its place. */
  readonly progress: (line: string) => void;
  /** Runs a command to its end, prints what it leaves and sets the exit status. */
  readonly run: (options: { readonly json?: true }, command: () => Promise<CommandResult>) => Promise<void>;
}
