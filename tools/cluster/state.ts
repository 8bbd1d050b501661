import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { startedSchema } from './processes.ts';

const port = z.int().min(1).max(65_535);
const rolePorts = z.object({ grpc: port, membership: port });

/** What a cluster's folder says about it: enough to find its processes, and to start them again where they were. */
const stateSchema = z.object({
  ports: z.object({
    postgresql: port,
    roles: z.object({ frontend: rolePorts, history: rolePorts, matching: rolePorts, worker: rolePorts }),
    frontendHttp: port,
    simulator: port,
    ingresses: z.tuple([port, port]),
  }),
  /** What senders give to its ingresses. */
  key: z.string(),
  processes: z.array(startedSchema),
});

/** One of {@link stateSchema}. */
export type ClusterState = z.output<typeof stateSchema>;

/** Paths of a cluster's folder. */
export function pathsOf(folder: string) {
  return {
    folder,
    state: join(folder, 'state.json'),
    programs: join(folder, 'programs'),
    dynamicConfig: join(folder, 'dynamicConfig.yaml'),
    data: join(folder, 'postgresql'),
    logOf: (name: string) => join(folder, 'logs', `${name}.log`),
    configurationOf: (name: string) => join(folder, 'configuration', `${name}.yaml`),
  };
}

/** Paths of a cluster's folder. */
export type ClusterPaths = ReturnType<typeof pathsOf>;

/**
 * What the folder says; undefined where no cluster was started in it.
 * @throws Error where the file is not one of ours
 */
export function readState({ state, folder }: ClusterPaths): ClusterState | undefined {
  let text;
  try {
    text = readFileSync(state, 'utf8');
  } catch {
    return undefined;
  }
  try {
    return stateSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new Error(`${state} cannot be read: end what runs by hand, then remove ${folder}`, { cause });
  }
}

/** Keeps it, whole or not at all. */
export function writeState({ state, folder }: ClusterPaths, contents: ClusterState): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${state}.new`, `${JSON.stringify(contents, undefined, 2)}\n`, { mode: 0o600 });
  renameSync(`${state}.new`, state);
}

/**
 * Ends what runs of a cluster by `stop`, and removes its folder.
 * @throws Error where the folder is another's: no cluster was started in it
 */
export async function wipeFolder(
  paths: ClusterPaths,
  stop: () => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const { folder } = paths;
  if (existsSync(folder) && readState(paths) === undefined) {
    throw new Error(`${folder} holds no cluster: remove it by hand, if nobody needs it`);
  }
  const ended = await stop();
  rmSync(folder, { recursive: true, force: true });
  return ended;
}
