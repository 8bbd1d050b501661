import { execFile } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { executableOnPath } from '@marketplace-steward/testing/chromium';
import { startProcess, takesConnections, untilReady, type Started } from './processes.ts';
import { database, type ClusterPorts } from './roles.ts';
import type { ClusterPaths } from './state.ts';

const run = promisify(execFile);

/** Where Debian's and Ubuntu's packages have it, a folder for each version. */
const packagesFolder = '/usr/lib/postgresql';
/** Four roles take 30 connections each at the most, and anyone who examines the database needs some too. */
const mostConnections = 200;
/** After a kill the processes of the one before first have to notice it. */
const startAttempts = 10;
const readyWithinMs = 60_000;
const checkEveryMs = 100;

const needed = ['initdb', 'postgres', 'pg_isready'] as const;

/**
 * The folder of PostgreSQL's programs: that of the `initdb` on the PATH, where links lead, else the newest of the packages.
 * @throws Error where there is none
 */
export function postgresqlPrograms(environment: NodeJS.ProcessEnv, packages = packagesFolder): string {
  const onPath = executableOnPath(['initdb'], environment);
  const versions = existsSync(packages) ? readdirSync(packages).map(Number).filter(Number.isInteger) : [];
  const newestFirst = versions
    .toSorted((one, other) => other - one)
    .map((version) => join(packages, `${version}`, 'bin'));
  const places = [...(onPath === undefined ? [] : [dirname(realpathSync(onPath))]), ...newestFirst];
  const found = places.find((folder) => needed.every((program) => existsSync(join(folder, program))));
  if (found === undefined) throw new Error('PostgreSQL is missing, 12 or newer: apt-get install postgresql');
  return found;
}

/** Who runs PostgreSQL: this process's own user, or for root, whom it refuses, the user of the package. */
async function postgresqlUser(): Promise<{ readonly uid: number; readonly gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const idOf = async (flag: string): Promise<number> => Number((await run('id', [flag, 'postgres'])).stdout);
  try {
    return { uid: await idOf('-u'), gid: await idOf('-g') };
  } catch {
    throw new Error('PostgreSQL does not run as root, and there is no user postgres: run this as another user');
  }
}

/** How it is started. */
interface PostgresqlStart {
  readonly lasting: boolean;
  readonly signal: AbortSignal;
  /** Called as soon as the process is there. */
  readonly note: (started: Started) => void;
}

/**
 * Starts PostgreSQL on the cluster's own data, which it makes where they are missing; resolves once it takes connections.
 * @throws Error that says what is missing, or with the end of its log
 */
export async function startPostgresql(
  paths: ClusterPaths,
  ports: ClusterPorts,
  { lasting, signal, note }: PostgresqlStart,
): Promise<void> {
  const programs = postgresqlPrograms(process.env);
  const user = await postgresqlUser();
  const { data } = paths;
  mkdirSync(data, { recursive: true, mode: 0o700 });
  if (user !== undefined) {
    chownSync(data, user.uid, user.gid);
    await run('test', ['-w', data], user).catch(() => {
      const place = '/var/tmp/steward-cluster';
      throw new Error(`the user postgres, who runs PostgreSQL for root, cannot enter ${data}: use --folder ${place}`);
    });
  }
  // Written last by initdb's own work: a folder without it is what a stopped one has left.
  if (!existsSync(join(data, 'PG_VERSION'))) {
    const words = ['--pgdata', data, '--username', database.user, '--auth', 'trust', '--encoding', 'UTF8'];
    await run(join(programs, 'initdb'), [...words, '--locale', 'C'], { ...user, cwd: data, signal });
  }
  const logFile = paths.logOf('postgresql');
  const port = ports.postgresql;
  const settings = ['-p', port, '-c', `listen_addresses=${database.host}`, '-c', 'unix_socket_directories='];
  const words = ['-D', data, ...settings, '-c', `max_connections=${mostConnections}`].map(String);
  for (let attempt = 1; ; attempt += 1) {
    const started = await startProcess({
      name: 'postgresql',
      command: join(programs, 'postgres'),
      words,
      environment: process.env,
      logFile,
      lasting,
      ...(user !== undefined && { user }),
    });
    note(started);
    try {
      await untilReady(started, logFile, () => takesConnections(port), { withinMs: readyWithinMs, signal });
      await untilAnswering(programs, port, signal);
      return;
    } catch (error) {
      const isInUse = error instanceof Error && /shared memory block|lock file/.test(error.message);
      if (!isInUse || attempt >= startAttempts) throw error;
    }
  }
}

/** It takes connections while it still repairs its data, and refuses them. */
async function untilAnswering(programs: string, port: number, signal: AbortSignal): Promise<void> {
  const deadline = Date.now() + readyWithinMs;
  for (;;) {
    try {
      await run(join(programs, 'pg_isready'), ['--host', database.host, '--port', String(port)], { signal });
      return;
    } catch (error) {
      if (signal.aborted || Date.now() > deadline) throw error;
      await wait(checkEveryMs, undefined, { signal });
    }
  }
}
