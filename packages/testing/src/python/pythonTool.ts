import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from '../temporal/temporalWheels.ts';

/** Programs in Python that tests run, each pinned in `packages/testing/python/{name}.txt`. */
export type PythonToolName = 'awscli' | 'cfn-lint' | 'ministack' | 'python-hcl2' | 'schemathesis';

/** This machine has not the program and cannot get it; the message says why and what to do. */
export class PythonToolUnavailable extends Error {
  override readonly name = 'PythonToolUnavailable';
}

/** Where it is installed. Everything has a default: the project's own cache and the process's environment. */
interface PythonToolOptions {
  readonly cacheDirectory?: string;
  readonly environment?: NodeJS.ProcessEnv;
}

const pipTimeoutMs = 300_000;
const versionScript = 'import sys; print(sys.implementation.cache_tag)';

/**
 * Installs a program with pip into the project's cache, once for each version of Python and of the pinned list. It is moved
 * in by one rename, so an interrupted install leaves nothing that a later one could take for the program.
 *
 * @returns the folder with its packages: `PYTHONPATH` for `python3`, with its scripts in `bin`.
 * @throws PythonToolUnavailable where there is no Python with pip, or pip cannot install it
 */
export async function installPythonTool(name: PythonToolName, options: PythonToolOptions = {}): Promise<string> {
  const environment = options.environment ?? process.env;
  const cacheDirectory =
    options.cacheDirectory ?? fileURLToPath(new URL('../../../../.steward/python', import.meta.url));
  const requirements = fileURLToPath(new URL(`../../python/${name}.txt`, import.meta.url));
  const python = await runCommand('python3', ['-c', versionScript], 30_000, environment);
  if (!python.ok) throw unavailable(name, 'this machine has no python3', python.output);

  const pinned = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 16);
  const folder = join(cacheDirectory, `${name}-${python.output.split('\n').at(-1)}-${pinned}`);
  if (existsSync(folder)) return folder;
  await mkdir(cacheDirectory, { recursive: true });
  const directory = await mkdtemp(join(cacheDirectory, 'install-'));
  try {
    const unpacked = join(directory, 'target');
    const pipInstall = ['-m', 'pip', 'install', '--no-deps', '--require-hashes', '--only-binary=:all:', '--no-input'];
    const how = ['--disable-pip-version-check', '--no-compile', '--retries', '1', '--quiet'];
    const where = ['--target', unpacked, '-r', requirements];
    const installed = await runCommand('python3', [...pipInstall, ...how, ...where], pipTimeoutMs, environment);
    if (!installed.ok) throw unavailable(name, 'pip could not install it', installed.output);
    // Another process may have been faster.
    await rename(unpacked, folder).catch((error: unknown) => {
      if (!existsSync(folder)) throw error;
    });
    return folder;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function unavailable(name: PythonToolName, problem: string, output: string): PythonToolUnavailable {
  const reason = output.split('\n').at(-1)?.slice(0, 300) ?? '';
  return new PythonToolUnavailable(
    `This test needs ${name}, and ${problem} (${reason}). Install Python 3.11 or newer with pip.`,
  );
}
