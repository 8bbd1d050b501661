import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SetupFailure } from './failure.mjs';
import { runNpm } from './npm.mjs';

/**
 * Whether node_modules is the finished install of this lockfile on this platform, with every direct dependency
 * still in its place.
 *
 * @param {string} root
 * @throws {SetupFailure} where package.json or its lockfile cannot be read
 */
export function packagesAreReady(root) {
  const { dependencies = {}, devDependencies = {} } = readManifest(root);
  try {
    if (readFileSync(markerOf(root), 'utf8') !== fingerprint(root)) return false;
  } catch (error) {
    if (error instanceof SetupFailure) throw error;
    return false;
  }
  return [...Object.keys(dependencies), ...Object.keys(devDependencies)].every((name) =>
    existsSync(join(root, 'node_modules', name, 'package.json')),
  );
}

/**
 * Installs exactly what the lockfile says. No package's own script is run: none here needs one.
 *
 * @param {string} root
 * @throws {SetupFailure}
 */
export async function installPackages(root) {
  rmSync(markerOf(root), { force: true });
  const before = fingerprint(root);
  await runNpm(root, 'installing packages', ['ci', '--ignore-scripts']);
  writeFileSync(markerOf(root), before);
}

function markerOf(root) {
  return join(root, 'node_modules', '.steward-lock');
}

function fingerprint(root) {
  let lockfile;
  try {
    lockfile = readFileSync(join(root, 'package-lock.json'));
  } catch {
    throw new SetupFailure('package-lock.json is missing: restore it from git and start again');
  }
  const hash = createHash('sha256').update(lockfile).digest('hex');
  return `${hash} ${process.platform} ${process.arch}\n`;
}

function readManifest(root) {
  try {
    return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  } catch (error) {
    throw new SetupFailure(`package.json cannot be read (${error.message}): restore it from git and start again`);
  }
}
