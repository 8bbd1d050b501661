import { execFileSync } from 'node:child_process';
import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * What distinguishes a process from a later one with the same pid: its start time and its command line.
 *
 * @param {number} pid
 * @returns {string | undefined} undefined where no such process runs; one that has ended and that its parent has not yet
 * collected counts as ended
 */
export function processIdentity(pid) {
  try {
    if (!existsSync('/proc/self/stat')) {
      return execFileSync('ps', ['-o', 'lstart=,command=', '-p', `${pid}`], { encoding: 'utf8' }).trim() || undefined;
    }
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    const status = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // proc(5): the name in brackets may hold anything; the start time is the 20th field after it.
    const startTime = status.slice(status.lastIndexOf(')') + 2).split(' ')[19];
    return command === '' ? undefined : `${startTime} ${command}`;
  } catch {
    return undefined;
  }
}

/**
 * Takes a lock: a file with the pid and identity of its holder, and with what the holder notes. A killed
 * process loses it: the next one takes it over.
 *
 * @param {string} path its folder is made where it is missing
 * @returns {{ holder: number } | { left: unknown, note: (more: object) => void, release: () => void }} the pid of the
 * process that holds it; else the lock, with what a killed holder left in it
 */
export function takeLock(path) {
  mkdirSync(dirname(path), { recursive: true });
  const unique = `${path}.${process.pid}`;
  const own = { pid: process.pid, identity: processIdentity(process.pid) };
  /** Whole or not at all: a reader takes what it cannot read for a killed holder's. */
  const put = (record, place) => {
    writeFileSync(unique, JSON.stringify(record));
    try {
      place(unique, path);
      return true;
    } catch (error) {
      if (error.code === 'EEXIST') return false;
      throw error;
    } finally {
      rmSync(unique, { force: true });
    }
  };
  let left;
  while (!put(own, linkSync)) {
    const text = read(path);
    const found = parsed(text);
    if (found?.identity !== undefined && processIdentity(found.pid) === found.identity) return { holder: found.pid };
    left = found;
    setAside(path, unique, text);
  }
  return {
    left,
    note: (more) => void put({ ...own, ...more }, renameSync),
    release: () => rmSync(path, { force: true }),
  };
}

/** Removes the file of a killed holder, unless another start was quicker and the file is its own by now. */
function setAside(path, unique, text) {
  try {
    renameSync(path, unique);
    if (read(unique) !== text) linkSync(unique, path);
  } catch {
    // Gone, or taken again: the next round sees.
  } finally {
    rmSync(unique, { force: true });
  }
}

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
