import { fail, SetupFailure } from './failure.mjs';
import { withLock } from './lock.mjs';
import { findNode, installNode } from './node.mjs';
import { installPackages, packagesAreReady } from './packages.mjs';

/**
 * Sees to it that everything an entry needs is there, and ends the process with one sentence where it can't.
 *
 * @param {string} root the project's folder
 * @returns {Promise<string>} the path of a Node that runs TypeScript as it is
 */
export async function prepare(root) {
  try {
    const node = findNode(root);
    if (node !== undefined && packagesAreReady(root)) return node;
    return await withLock(root, async () => {
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
