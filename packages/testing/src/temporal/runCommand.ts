import { execFile } from 'node:child_process';

/** What a finished command left: `code` is undefined where it could not be started or was ended by a signal. */
export interface CommandResult {
  code: number | undefined;
  output: string;
}

/**
 * Runs a command to its end and never throws for what it does.
 *
 * @param command a path, or a name looked up on the PATH of `environment`
 * @param timeoutMs the command is ended after this many milliseconds
 * @returns the exit code, and standard output and standard error together, trimmed
 */
export function runCommand(
  command: string,
  args: readonly string[],
  timeoutMs: number,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<CommandResult> {
  return new Promise((resolve) => {
    execFile(command, args, { timeout: timeoutMs, env: environment }, (error, stdout, stderr) => {
      const output = `${stdout}${stderr}`.trim();
      if (error === null) resolve({ code: 0, output });
      else resolve({ code: typeof error.code === 'number' ? error.code : undefined, output: output || error.message });
    });
  });
}
