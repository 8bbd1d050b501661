import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from '../temporal/temporalWheels.ts';

/** Programs in Python that tests run, each pinned in `packages/testing/python/{name}.txt`. */
export type PythonToolName =
  | 'awscli'
  | 'cfn-lint'
  | 'hadolint'
  | 'helm-python-sdk'
  | 'kubernetes-validate'
  | 'ministack'
  | 'python-hcl2'
  | 'schemathesis';

/** Of these a test needs few files of many, or one of several copies: patterns of their paths in the wheel. */
const neededParts: Partial<Record<PythonToolName, string>> = {
  'helm-python-sdk': String.raw`helm_python/(\w+\.py|lib/[^/]+\.(so|dylib|dll))`,
  'kubernetes-validate': String.raw`.+/v1\.\d+\.0-local-strict/_definitions\.json`,
};

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
/** Unpacks the files of the wheels in a folder whose whole path fits a pattern, and takes the wheels away. */
const unpackScript = `
import pathlib, re, sys, zipfile
folder, pattern = pathlib.Path(sys.argv[1]), re.compile(sys.argv[2])
for wheel in folder.glob('*.whl'):
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder, [name for name in archive.namelist() if pattern.fullmatch(name)])
    wheel.unlink()`;

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
    const parts = neededParts[name];
    const how = ['--no-deps', '--require-hashes', '--only-binary=:all:', '--no-input', '--disable-pip-version-check'];
    const quiet = ['--retries', '1', '--quiet', '-r', requirements];
    const pip =
      parts === undefined ? ['install', '--no-compile', '--target', unpacked] : ['download', '--dest', unpacked];
    const installed = await runCommand('python3', ['-m', 'pip', ...pip, ...how, ...quiet], pipTimeoutMs, environment);
    if (!installed.ok) throw unavailable(name, 'pip could not install it', installed.output);
    if (parts !== undefined) {
      const args = ['-c', unpackScript, unpacked, parts];
      const taken = await runCommand('python3', args, pipTimeoutMs, environment);
      if (!taken.ok) throw unavailable(name, 'its files could not be unpacked', taken.output);
    }
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
