import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fail, SetupFailure } from './failure.mjs';
import { takeLock } from '../../packages/testing/src/temporal/processLock.mjs';
import { findNode, installNode } from './node.mjs';
import { installPackages, packagesAreReady } from './packages.mjs';

const pollMs = 200;

/**
 * Makes everything ready that an entry needs, and ends the process with one sentence where it can't.
 *
 * @param {string} root the project's folder
 * @returns {Promise<string>} the path of a Node that runs TypeScript as it is
 */
export async function prepare(root) {
  try {
    const node = findNode(root);
    if (node !== undefined && packagesAreReady(root)) return node;
    return await withLock(join(root, '.steward', 'bootstrap.lock'), async () => {
      // Another start may have done the work while this one waited for the lock.
      const usable = findNode(root) ?? (await installNode(root));
      if (!packagesAreReady(root)) await installPackages(root);
      return usable;
    });
  } catch (error) {
    if (error instanceof SetupFailure) fail(error.message);
    fail(`the set-up failed: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Two starts never install at once: the second one waits. */
async function withLock(path, work) {
  let lock = takeLock(path);
  if ('holder' in lock) {
    process.stderr.write(`waiting for another start to finish the set-up (process ${lock.holder}) …\n`);
  }
  while ('holder' in lock) {
    await delay(pollMs);
    lock = takeLock(path);
  }
  process.once('exit', lock.release);
  try {
    return await work();
  } finally {
    process.off('exit', lock.release);
    lock.release();
  }
}
