import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freePort } from '@marketplace-steward/testing/ports';
import type { Progress } from '../../bench/progress.ts';
import { isRunning, startProcess, stopProcess, takesConnections, untilReady, type Started } from './processes.ts';
import { startPostgresql } from './postgresql.ts';
import { temporalPrograms } from './programs.ts';
import {
  choosePorts,
  firstPortOf,
  frontendAddress,
  roleEnvironment,
  roleNames,
  schemaEnvironment,
  withSettings,
} from './roles.ts';
import type { RoleName } from './roles.ts';
import { pathsOf, readState, writeState, type ClusterPaths, type ClusterState } from './state.ts';

const run = promisify(execFile);
const deploy = fileURLToPath(new URL('../../deploy/', import.meta.url));

/** Where a cluster is kept unless something else is said. */
export const usualFolder = fileURLToPath(new URL('../../.steward/cluster', import.meta.url));
/** The namespace that a cluster has from its start. */
const clusterNamespace = 'steward';

/** What {@link startCluster} needs. */
export interface ClusterOptions {
  /** For data, logs and programs: {@link usualFolder} where it is left out. */
  readonly folder?: string;
  readonly progress: Progress;
  /** Ends the start; what is running then stays for {@link stopCluster}. */
  readonly signal: AbortSignal;
  /** Whether its processes outlive this one. */
  readonly lasting: boolean;
}

/** PostgreSQL, or one of Temporal's roles. */
export type ClusterPart = 'postgresql' | RoleName;

/** Temporal's four roles over PostgreSQL, each a process, all on loopback. */
export interface Cluster {
  /** `host:port` of the frontend. */
  readonly address: string;
  /** One that can be used. */
  readonly namespace: string;
  readonly paths: ClusterPaths;
  /** The processes as they run now. */
  readonly roles: () => ReadonlyArray<{ readonly name: ClusterPart; readonly pid: number }>;
  /** Starts one again, once it is gone: it is ended by SIGTERM where it still runs. Resolves when it takes connections. */
  readonly restart: (name: ClusterPart) => Promise<void>;
  /** Starts the roles that take events again, with settings (`key=value`) beside deploy/dynamicConfig.yaml; none: it alone. */
  readonly configure: (settings: readonly string[]) => Promise<void>;
  /** Ends them all, and what else {@link noteProcess} has noted; the data stay. */
  readonly stop: () => Promise<readonly string[]>;
}

const readyWithinMs = 120_000;
const graceMs = 15_000;

/** PostgreSQL waits for its clients at SIGTERM, and ends them at SIGINT. */
const stopSignals: Readonly<Record<string, NodeJS.Signals>> = { postgresql: 'SIGINT' };

/** Ends a process of a cluster. */
async function stopPart(started: Started): Promise<void> {
  await stopProcess(started, stopSignals[started.name] ?? 'SIGTERM', graceMs);
}

/** What the folder says; with ports and a key of its own where it says nothing. */
async function stateOf(paths: ClusterPaths): Promise<ClusterState> {
  const first = firstPortOf(paths.folder, paths.folder === usualFolder);
  const ports = () => choosePorts((from) => freePort(from), first);
  return readState(paths) ?? { ports: await ports(), key: randomBytes(32).toString('base64url'), processes: [] };
}

/** The process of that name, where it runs. */
export function runningProcess(paths: ClusterPaths, name: string): Started | undefined {
  return readState(paths)?.processes.find((one) => one.name === name && isRunning(one));
}

/** What runs of it, by name. */
export function runningNames(paths: ClusterPaths): readonly string[] {
  return (readState(paths)?.processes ?? []).filter(isRunning).map(({ name }) => name);
}

/** Keeps a process in the cluster's state, in place of an earlier one of its name. */
export function noteProcess(paths: ClusterPaths, started: Started): void {
  const state = readState(paths);
  if (state === undefined) throw new Error(`${paths.state} is gone`);
  writeState(paths, { ...state, processes: [...state.processes.filter(({ name }) => name !== started.name), started] });
}

/**
 * Runs one of the scripts that docker-compose.yml runs, with what they call on the PATH.
 * @throws Error with what it wrote
 */
async function runScript(
  name: string,
  programs: string,
  environment: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<void> {
  const neutral = Object.entries(process.env).filter(([variable]) => !/^(TEMPORAL|STEWARD|SQL)_/.test(variable));
  const env = { ...Object.fromEntries(neutral), ...environment, PATH: `${programs}:${process.env['PATH'] ?? ''}` };
  await run('sh', [join(deploy, name)], { env, signal });
}

/**
 * Starts what does not run yet of PostgreSQL and Temporal's four roles, and waits until the namespace can be used.
 * @throws Error that says what the machine lacks, or with the end of the log of what did not start
 */
export async function startCluster({
  folder = usualFolder,
  progress,
  signal,
  lasting,
}: ClusterOptions): Promise<Cluster> {
  const paths = pathsOf(folder);
  const programs = await temporalPrograms(paths.programs, { progress, signal });
  const state = await stateOf(paths);
  writeState(paths, state);
  const { ports } = state;
  const starts: Readonly<Record<ClusterPart, () => Promise<void>>> = {
    postgresql: () => startPostgresql(paths, ports, { lasting, signal, note: (one) => noteProcess(paths, one) }),
    ...roleStarts(paths, ports, { programs, lasting, signal }),
  };
  const ensure = async (name: ClusterPart): Promise<void> => {
    if (runningProcess(paths, name) !== undefined) return;
    progress.say(`starting ${name}`);
    await starts[name]();
  };
  writeDynamicConfig(paths, []);
  await ensure('postgresql');
  await runScript('createSchema.sh', programs, schemaEnvironment(ports), signal);
  // One after the other: of several that come to an empty database at once, all but one end.
  for (const name of roleNames) await ensure(name);
  const address = frontendAddress(ports);
  const names = { TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: clusterNamespace, RETENTION: '90d' };
  await runScript('createNamespace.sh', programs, names, signal);
  const parts: readonly ClusterPart[] = ['postgresql', ...roleNames];
  const restart = async (name: ClusterPart): Promise<void> => {
    const before = runningProcess(paths, name);
    if (before !== undefined) await stopPart(before);
    await starts[name]();
  };
  return {
    address,
    namespace: clusterNamespace,
    paths,
    roles: () =>
      parts.flatMap((name) => {
        const pid = runningProcess(paths, name)?.pid;
        return pid === undefined ? [] : [{ name, pid }];
      }),
    restart,
    configure: async (settings) => {
      writeDynamicConfig(paths, settings);
      // They read it once a minute.
      for (const name of ['history', 'frontend'] as const) await restart(name);
    },
    stop: () => stopCluster(paths),
  };
}

/** The dynamic configuration of deploy/, with settings beside it. */
function writeDynamicConfig({ dynamicConfig }: ClusterPaths, settings: readonly string[]): void {
  writeFileSync(dynamicConfig, withSettings(readFileSync(join(deploy, 'dynamicConfig.yaml'), 'utf8'), settings));
}

/** How each role is started. */
function roleStarts(
  paths: ClusterPaths,
  ports: ClusterState['ports'],
  { programs, lasting, signal }: { readonly programs: string; readonly lasting: boolean; readonly signal: AbortSignal },
): Readonly<Record<RoleName, () => Promise<void>>> {
  const own = roleEnvironment(ports, paths.dynamicConfig);
  const start = async (name: RoleName): Promise<void> => {
    const logFile = paths.logOf(name);
    const words = ['--allow-no-auth', 'start', `--service=${name}`];
    const command = join(programs, 'temporal-server');
    const started = await startProcess({
      name,
      command,
      words,
      logFile,
      lasting,
      environment: { PATH: process.env['PATH'] ?? '', ...own },
    });
    noteProcess(paths, started);
    const isReady = () => takesConnections(ports.roles[name].grpc);
    await untilReady(started, logFile, isReady, { withinMs: readyWithinMs, signal });
  };
  return {
    frontend: () => start('frontend'),
    history: () => start('history'),
    matching: () => start('matching'),
    worker: () => start('worker'),
  };
}

/** Ends everything that was started in a folder and still runs, the newest first. @returns the names of what it ended */
export async function stopCluster(paths: ClusterPaths): Promise<readonly string[]> {
  const state = readState(paths);
  if (state === undefined) return [];
  const running = state.processes.filter(isRunning);
  const isDatabase = ({ name }: Started): boolean => name === 'postgresql';
  // What talks to Temporal first, then its roles, then the database: each may finish what it has begun.
  const isRole = ({ name }: Started): boolean => roleNames.some((role) => role === name);
  const others = running.filter((one) => !isRole(one) && !isDatabase(one));
  for (const group of [others, running.filter(isRole), running.filter(isDatabase)]) {
    await Promise.all(group.map(stopPart));
  }
  writeState(paths, { ...state, processes: [] });
  return running.map(({ name }) => name);
}
