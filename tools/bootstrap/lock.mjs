import { mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const pollMs = 200;
const heartbeatMs = 1_000;
/** A holder touches its lock every second; one that did not for this long is gone, whoever has its pid now. */
const staleAfterMs = 30_000;

/**
 * Runs `work` while holding the project's set-up lock (a folder with the holder's pid in it), so that two starts
 * never install at once. A lock whose holder has died is taken over.
 *
 * @template T
 * @param {string} root
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(root, work) {
  const directory = join(root, '.steward', 'bootstrap.lock');
  mkdirSync(join(root, '.steward'), { recursive: true });
  await acquire(directory);
  const release = () => rmSync(directory, { recursive: true, force: true });
  process.once('exit', release);
  const heartbeat = setInterval(() => touch(directory), heartbeatMs);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    process.off('exit', release);
    release();
  }
}

async function acquire(directory) {
  let told = false;
  while (!create(directory)) {
    const holder = readHolder(directory);
    if (isStale(directory, holder)) {
      rmSync(directory, { recursive: true, force: true });
      continue;
    }
    if (!told) {
      process.stderr.write(`waiting for another start to finish the set-up (process ${holder ?? 'unknown'}) …\n`);
      told = true;
    }
    await delay(pollMs);
  }
}

function create(directory) {
  try {
    mkdirSync(directory);
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
  writeFileSync(join(directory, 'pid'), `${process.pid}\n`);
  return true;
}

function readHolder(directory) {
  try {
    const pid = Number.parseInt(readFileSync(join(directory, 'pid'), 'utf8'), 10);
    return Number.isInteger(pid) ? pid : undefined;
  } catch {
    return undefined;
  }
}

function isStale(directory, holder) {
  if (holder !== undefined && !isAlive(holder)) return true;
  try {
    return Date.now() - statSync(directory).mtimeMs > staleAfterMs;
  } catch {
    return false;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function touch(directory) {
  try {
    const now = new Date();
    utimesSync(directory, now, now);
  } catch {
    // The lock was taken from us after a long standstill of this machine; the work goes on.
  }
}
