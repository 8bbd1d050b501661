import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { processIdentity } from '../../../packages/testing/src/temporal/processLock.mjs';
import { stopCluster } from '../../cluster/cluster.ts';
import { readFlags, testParts } from '../../cluster/options.ts';
import { isRunning } from '../../cluster/processes.ts';
import { postgresqlPrograms } from '../../cluster/postgresql.ts';
import { fetchesNewerGo, temporalModule } from '../../cluster/programs.ts';
import {
  choosePorts,
  firstPortOf,
  frontendAddress,
  roleEnvironment,
  roleNames,
  schemaEnvironment,
  withSettings,
} from '../../cluster/roles.ts';
import { pathsOf, readState, wipeFolder, writeState } from '../../cluster/state.ts';

const root = join(__dirname, '..', '..', '..');
interface Service {
  readonly image: string;
  readonly environment: Readonly<Record<string, string>>;
}
const { services } = parse(readFileSync(join(root, 'docker-compose.yml'), 'utf8')) as {
  services: Readonly<Record<'temporal' | 'schema' | 'namespace', Service>>;
};

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'steward-cluster-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const ports = () => choosePorts(async (from) => from);

test('the cluster runs the Temporal of docker-compose.yml, with the variables that it has there', async () => {
  expect(services.temporal.image).toBe(`temporalio/server:${temporalModule.version.slice(1)}`);
  const own = roleEnvironment(await ports(), '/there/dynamicConfig.yaml');
  // What it sets there is set here, and the same but for places and the password.
  expect(own).toMatchObject({ ...services.temporal.environment, ...placesOf(own) });
  expect(Object.keys(schemaEnvironment(await ports())).toSorted()).toEqual(
    Object.keys(services.schema.environment).toSorted(),
  );
});

function placesOf(own: Readonly<Record<string, string>>): object {
  const places = ['DB_PORT', 'POSTGRES_SEEDS', 'POSTGRES_PWD', 'BIND_ON_IP', 'DYNAMIC_CONFIG_FILE_PATH'];
  return Object.fromEntries(places.map((name) => [name, own[name]]));
}

test('every role has ports of its own, none of them Temporal’s or the demo’s, and taken ones are left out', async () => {
  const taken = new Set([17_300, 17_304]);
  const chosen = await choosePorts(async (from) => {
    let port = from;
    while (taken.has(port)) port += 1;
    return port;
  });
  const all = JSON.stringify(chosen).match(/\d+/g)?.map(Number) ?? [];
  expect(all).toHaveLength(13);
  expect(new Set(all).size).toBe(all.length);
  expect(all.filter((port) => taken.has(port) || port < 17_300)).toEqual([]);
  const environment = roleEnvironment(chosen, '');
  for (const name of roleNames) {
    expect(environment[`${name.toUpperCase()}_GRPC_PORT`]).toBe(String(chosen.roles[name].grpc));
    expect(environment[`${name.toUpperCase()}_MEMBERSHIP_PORT`]).toBe(String(chosen.roles[name].membership));
  }
  expect(environment['PUBLIC_FRONTEND_ADDRESS']).toBe(frontendAddress(chosen));
});

test('words of the command line', () => {
  expect(readFlags(['up'])).toEqual({ command: 'up', json: false });
  expect(readFlags(['down', '--wipe', '--folder', 'x'])).toEqual({
    command: 'down',
    folder: 'x',
    json: false,
    wipe: true,
  });
  expect(readFlags(['test'])).toMatchObject({ parts: testParts, quick: false });
  expect(readFlags(['test', '--part', 'kills', '--json'])).toMatchObject({ parts: ['kills'], json: true });
  expect(readFlags(['--help'])).toBe('help');
});

test.each([
  [[], /name a command/],
  [['start'], /found start/],
  [['up', 'down'], /found up down/],
  [['up', '--wipe'], /up takes no --wipe/],
  [['down', '--quick'], /down takes no --quick/],
  [['test', '--part', 'all'], /--part must be one of integration/],
  [['up', '--wpie'], /--wpie/],
])('%j is refused', (words, sentence) => {
  expect(() => readFlags(words)).toThrow(sentence);
});

test.each([
  ['go version go1.26.8 linux/amd64', true],
  ['go version go1.21.0 linux/amd64', true],
  ['go version go1.19.8 linux/amd64', false],
  ['', false],
])('%s fetches the Go that a module asks for: %s', (version, does) => {
  expect(fetchesNewerGo(version)).toBe(does);
});

test('PostgreSQL: where the link on the PATH leads, else the newest of the packages, else a sentence with the mend', () => {
  const place = (version: string, names: readonly string[]): string => {
    const bin = join(folder, 'packages', version, 'bin');
    mkdirSync(bin, { recursive: true });
    for (const name of names) writeFileSync(join(bin, name), '');
    return bin;
  };
  const all = ['initdb', 'postgres', 'pg_isready'];
  const missing = () => postgresqlPrograms({ PATH: join(folder, 'links') }, join(folder, 'packages'));
  expect(missing).toThrow('apt-get install postgresql');
  const [nine, sixteen] = [place('9', all), place('16', all)];
  place('17', ['initdb']);
  expect(postgresqlPrograms({ PATH: '/nowhere' }, join(folder, 'packages'))).toBe(sixteen);
  mkdirSync(join(folder, 'links'));
  symlinkSync(join(nine, 'initdb'), join(folder, 'links', 'initdb'));
  expect(postgresqlPrograms({ PATH: join(folder, 'links') }, join(folder, 'packages'))).toBe(nine);
});

test('down ends what runs and was started here, and leaves alone a process that has such a pid by now', async () => {
  const sleeper = () => spawn('sleep', ['60'], { stdio: 'ignore' });
  const [own, stranger] = [sleeper(), sleeper()];
  await Promise.all([once(own, 'spawn'), once(stranger, 'spawn')]);
  const entry = (name: string, pid = 0, identity = processIdentity(pid)) => ({ name, pid, identity: identity ?? '' });
  const paths = pathsOf(folder);
  const processes = [entry('history', own.pid), entry('frontend', stranger.pid, 'another one')];
  writeState(paths, { ports: await ports(), key: 'key', processes });
  const gone = once(own, 'exit');
  expect(await stopCluster(paths)).toEqual(['history']);
  expect(await gone).toEqual([null, 'SIGTERM']);
  expect(isRunning(entry('frontend', stranger.pid))).toBe(true);
  stranger.kill('SIGKILL');
  expect(readState(paths)?.processes).toEqual([]);
  expect(await stopCluster(paths)).toEqual([]);
});

test('a state that is not ours is named, and nothing is ended by it', async () => {
  const paths = pathsOf(folder);
  expect(readState(paths)).toBeUndefined();
  writeFileSync(paths.state, '{"processes":[{"pid":1}]}');
  await expect(stopCluster(paths)).rejects.toThrow(/cannot be read: end what runs by hand/);
});

test('settings beside those of deploy/dynamicConfig.yaml, none of which changes', () => {
  const text = readFileSync(join(root, 'deploy/dynamicConfig.yaml'), 'utf8');
  const own = parse(text) as object;
  const both = parse(withSettings(text, ['frontend.namespaceRPS=100', 'matching.enableFairness=false'])) as object;
  expect(both).toEqual({ ...own, 'frontend.namespaceRPS': [{ value: 100 }] });
  expect(withSettings(text, [])).toBe(text);
});

test('clusters in other folders choose elsewhere, and always the same', () => {
  const folders = Array.from({ length: 200 }, (_, index) => `/there/${index}`);
  const firsts = folders.map((place) => firstPortOf(place, false));
  expect(firsts).toEqual(folders.map((place) => firstPortOf(place, false)));
  expect(new Set(firsts).size).toBeGreaterThan(50);
  expect(firsts.every((port) => (port - firstPortOf('', true)) % 20 === 0 && port > 17_300 && port < 20_000)).toBe(
    true,
  );
});

test('a folder is wiped only where a cluster was started in it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'steward-cluster-'));
  const paths = pathsOf(folder);
  const kept = join(folder, 'letters');
  writeFileSync(kept, 'of somebody');
  await expect(wipeFolder(paths, () => stopCluster(paths))).rejects.toThrow('holds no cluster');
  expect(readFileSync(kept, 'utf8')).toBe('of somebody');
  const role = { grpc: 1, membership: 2 };
  const roles = { frontend: role, history: role, matching: role, worker: role };
  const ports = { postgresql: 3, roles, frontendHttp: 4, simulator: 5, ingresses: [6, 7] as [number, number] };
  writeState(paths, { ports, key: 'key', processes: [] });
  expect(await wipeFolder(paths, () => stopCluster(paths))).toEqual([]);
  expect(existsSync(folder)).toBe(false);
});
