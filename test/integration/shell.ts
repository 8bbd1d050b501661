import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A shell in which a reader types the commands of a page, one after another. */
export interface Shell {
  /**
   * Types a command. What it exports, the next ones have.
   * @returns what it wrote to standard output.
   * @throws where it ends with another status than 0, with what it wrote
   */
  type(line: string): Promise<string>;
  /** What was exported. */
  readonly variables: Record<string, string>;
  /** What every command has, whatever was exported. */
  readonly environment: Readonly<Record<string, string>>;
}

const command = join(process.cwd(), 'src', 'cli', 'main.ts');

/**
 * @param folder where it begins.
 * @param environment of every command, whatever they export, beside the machine's own: without its AWS_*, TEMPORAL_* and STEWARD_*.
 * @param functions commands that this machine has elsewhere.
 */
export function createShell(
  folder: string,
  environment: Readonly<Record<string, string>>,
  functions: readonly string[] = [],
): Shell {
  const variables: Record<string, string> = {};
  const own = Object.entries(process.env).filter(([name]) => !/^(AWS|TEMPORAL|STEWARD)_/.test(name));
  const prelude = ['set -e', `steward() { "${process.execPath}" "${command}" "$@"; }`, ...functions];
  return {
    variables,
    environment,
    async type(line) {
      const after = join(folder, 'variables');
      const script = [...prelude, line, `env -0 > "${after}"`].join('\n');
      const env = { ...Object.fromEntries(own), HOME: folder, ...variables, ...environment };
      const { stdout } = await promisify(execFile)('sh', ['-c', script], { cwd: folder, env });
      const exported = [...line.matchAll(/(?:^export | )([A-Z_]+)=/g)].map(([, name = '']) => name);
      for (const pair of line.startsWith('export ') ? (await readFile(after, 'utf8')).split('\0') : []) {
        const [name = '', ...value] = pair.split('=');
        if (exported.includes(name)) variables[name] = value.join('=');
      }
      await rm(after);
      return stdout;
    },
  };
}
