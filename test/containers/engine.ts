import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
/** More than a build writes. */
const mostOutputBytes = 64 * 1024 * 1024;

/** Why the tests on containers are not run here; undefined where they are. */
export function whyNotHere(): string | undefined {
  if (process.env['STEWARD_CONTAINERS'] === undefined) return 'ten minutes long: npm run test:containers';
  const { status } = spawnSync('docker', ['version'], { stdio: 'ignore', timeout: 20_000 });
  return status === 0 ? undefined : `no Docker engine answers at ${process.env['DOCKER_HOST'] ?? 'its usual place'}`;
}

/** A service as Compose lists it. */
interface Listed {
  readonly Service: string;
  readonly State: string;
  /** Empty where the service has no health check. */
  readonly Health: string;
  readonly ExitCode: number;
}

/** docker-compose.yml and the override of the tests as a project of its own. */
export interface Composed {
  readonly name: string;
  /** Runs docker with these words. @throws what it wrote, where it fails */
  docker(...words: readonly string[]): Promise<string>;
  /** Runs `docker compose` with these words. @throws what it wrote, where it fails */
  compose(...words: readonly string[]): Promise<string>;
  /** Runs a line of a document in a shell, in this folder: its `docker compose` is of this project. */
  shell(line: string, folder: string): Promise<string>;
  /** Every container, with those that have ended. */
  list(): Promise<readonly Listed[]>;
  /** Takes everything down, with its volumes, its image and its folder. */
  close(): Promise<void>;
}

/**
 * @param folder of the test alone; its `.env` is Compose's. No variable of this process but those of Docker reaches Compose.
 * Everything is taken down, and the folder away, too where this process ends without {@link Composed.close}: by Ctrl-C, or killed.
 */
export function composed(folder: string): Composed {
  const name = `steward-test-${process.pid}`;
  const own = Object.entries(process.env).filter(([variable]) => /^(PATH|HOME|DOCKER_.*)$/.test(variable));
  const env = {
    ...Object.fromEntries(own),
    DOCKER_BUILDKIT: '1',
    COMPOSE_PROJECT_NAME: name,
    COMPOSE_ENV_FILES: join(folder, '.env'),
    COMPOSE_FILE: [join(root, 'docker-compose.yml'), join(root, 'test/containers/compose.override.yml')].join(':'),
  };
  const options = { cwd: root, env, maxBuffer: mostOutputBytes };
  const docker = async (...words: readonly string[]) => (await run('docker', [...words], options)).stdout;
  const down = 'docker compose down --volumes --remove-orphans --timeout 20; docker image rm marketplace-steward:test';
  // Of a session of its own, so that Ctrl-C spares it: it begins when its standard input ends, however this process does.
  const guardian = spawn('sh', ['-c', `cat; ${down}; rm -rf -- "$1"`, 'sh', folder], {
    cwd: root,
    env,
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const over = once(guardian, 'close');
  return {
    name,
    docker,
    compose: (...words) => docker('compose', ...words),
    shell: async (line, folder) => (await run('sh', ['-c', line], { ...options, cwd: folder })).stdout,
    async list() {
      const lines = (await docker('compose', 'ps', '--all', '--format', 'json')).split('\n').filter(Boolean);
      return lines.map((line) => JSON.parse(line) as Listed);
    },
    async close() {
      guardian.stdin.end();
      await over;
    },
  };
}
