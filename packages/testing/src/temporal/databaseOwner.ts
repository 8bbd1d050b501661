import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { endProcess, processIdentity } from './processes.ts';

interface OwnerRecord {
  pid: number;
  identity: string;
  server?: { pid: number; identity: string };
}

/** The right to run a server on a database file, until `release`. */
export interface DatabaseOwnership {
  /** Notes the server's process, so that a later start can end it should this process be killed. */
  recordServer(pid: number): void;
  release(): void;
}

const graceMs = 5_000;

/**
 * Claims a database file for this process: two servers on one SQLite file would damage it. What a killed process
 * left running on the file is ended first.
 *
 * @param databaseFile its folder is made where it is missing; the claim is a file beside it, `*.owner`
 * @throws Error where another process that runs holds the claim
 */
export async function claimDatabase(databaseFile: string, log: (line: string) => void): Promise<DatabaseOwnership> {
  const path = `${databaseFile}.owner`;
  mkdirSync(dirname(path), { recursive: true });
  const own: OwnerRecord = { pid: process.pid, identity: processIdentity(process.pid) ?? '' };
  while (!createExclusively(path, own)) {
    const other = readOwner(path);
    if (other !== undefined && other.identity !== '' && processIdentity(other.pid) === other.identity) {
      throw new Error(
        `${databaseFile} is in use by another start (process ${other.pid}): end that one first, or give another file`,
      );
    }
    if (other?.server !== undefined && processIdentity(other.server.pid) === other.server.identity) {
      log(`ending the Temporal server that a killed start left behind (process ${other.server.pid})`);
      await endProcess(other.server.pid, other.server.identity, graceMs);
    }
    rmSync(path, { force: true });
  }
  return {
    recordServer: (pid) => {
      const server = { pid, identity: processIdentity(pid) ?? '' };
      writeFileSync(path, JSON.stringify({ ...own, server }));
    },
    release: () => rmSync(path, { force: true }),
  };
}

function createExclusively(path: string, record: OwnerRecord): boolean {
  try {
    writeFileSync(path, JSON.stringify(record), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function readOwner(path: string): OwnerRecord | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as OwnerRecord;
  } catch {
    return undefined;
  }
}
