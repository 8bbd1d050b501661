import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  createReadStream,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { z } from 'zod';
import { findTemporalServer } from '@marketplace-steward/testing/temporal/temporalBinary';

const run = promisify(execFile);

/**
 * Temporal's server as a Go module: the version of docker-compose.yml, and its checksum as go.sum writes it. The module's
 * own go.sum has those of everything that it is built of, and Go checks them.
 */
export const temporalModule = {
  path: 'go.temporal.io/server',
  version: 'v1.31.2',
  sum: 'h1:0O4zQ0NGRit2Z32s1XUHfs9k8zSKqff2n1QvFttYN0M=',
} as const;

/** The names under which the scripts of deploy/ call what Go names after its folder. */
const programs = { 'temporal-server': './cmd/server', 'temporal-sql-tool': './cmd/tools/sql' } as const;
type ProgramName = keyof typeof programs;
const programNames = Object.keys(programs) as readonly ProgramName[];

/** Some 1,600 are compiled where nothing is cached. */
const packagesCompiled = 1_600;

const goIsMissing =
  'Go 1.21 or newer is missing, which builds Temporal’s server: apt-get install golang-go (Debian 13, Ubuntu 24.04 or newer), else https://go.dev/dl';

/** Whether a Go as `go version` names it fetches the newer Go that a module asks for: since 1.21. */
export function fetchesNewerGo(version: string): boolean {
  const [, major = '0', minor = '0'] = /\bgo(\d+)\.(\d+)/.exec(version) ?? [];
  return Number(major) > 1 || (Number(major) === 1 && Number(minor) >= 21);
}

/** Where a build has to say how far it is, and by what it can be stopped. */
interface Build {
  readonly progress: { say(line: string): void; at(step: string, done: number, total: number): void; end(): void };
  readonly signal: AbortSignal;
}

/** Runs Go in a folder; each line that it writes on standard error goes to `onLine`. @throws Error with its last lines */
async function go(words: readonly string[], { signal }: Build, onLine: (line: string) => void): Promise<void> {
  // The Go that the module asks for is fetched where this one is older, also where the machine says otherwise.
  const environment = { ...process.env, GOTOOLCHAIN: 'auto', GOFLAGS: '-buildvcs=false' };
  const child = spawn('go', words, { env: environment, stdio: ['ignore', 'ignore', 'pipe'], signal });
  const last: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    last.push(line);
    last.splice(0, last.length - 12);
    onLine(line);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`go ${words[0]} failed:\n${last.join('\n')}`);
}

const moduleSchema = z.object({ Dir: z.string().optional(), Sum: z.string().optional(), Error: z.string().optional() });

/** The module's folder in Go's own cache, whose contents have the pinned checksum. @throws Error where they have not */
async function moduleFolder({ signal }: Build): Promise<string> {
  const { path, version, sum } = temporalModule;
  const environment = { ...process.env, GOTOOLCHAIN: 'auto' };
  const { stdout } = await run('go', ['mod', 'download', '-json', `${path}@${version}`], {
    env: environment,
    signal,
  }).catch((error: unknown) => {
    const said = z.object({ stdout: z.string().min(1) }).safeParse(error);
    if (said.success) return said.data;
    throw error;
  });
  const found = moduleSchema.parse(JSON.parse(stdout));
  if (found.Dir === undefined)
    throw new Error(`${path}@${version} cannot be had: ${found.Error ?? 'Go says no reason'}`);
  if (found.Sum !== sum)
    throw new Error(`${path}@${version} has the checksum ${found.Sum}, expected ${sum}: another module`);
  return found.Dir;
}

async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

async function hashesOf(folder: string): Promise<Readonly<Record<string, string>>> {
  const hashed = await Promise.all(programNames.map(async (name) => [name, await sha256(join(folder, name))] as const));
  return Object.fromEntries(hashed);
}

/** Whether the folder has what an earlier build has left, byte for byte. */
async function isBuilt(folder: string, record: string): Promise<boolean> {
  if (!existsSync(record) || programNames.some((name) => !existsSync(join(folder, name)))) return false;
  const kept = z.record(z.string(), z.string()).safeParse(JSON.parse(readFileSync(record, 'utf8')));
  const now = await hashesOf(folder);
  return kept.success && programNames.every((name) => kept.data[name] === now[name]);
}

async function build(folder: string, running: Build): Promise<void> {
  const { progress } = running;
  const version = await run('go', ['version']).then(
    ({ stdout }) => stdout,
    () => '',
  );
  if (!fetchesNewerGo(version)) throw new Error(goIsMissing);
  progress.say(
    `building Temporal ${temporalModule.version} with Go: once, ten minutes on two cores, and 3 GB in Go's own cache`,
  );
  const module = await moduleFolder(running);
  mkdirSync(folder, { recursive: true });
  let compiled = 0;
  let fetched = 0;
  for (const name of programNames) {
    const words = ['build', '-C', module, '-mod=readonly', '-v', '-tags', 'disable_grpc_modules'];
    await go([...words, '-o', join(folder, `${name}.new`), programs[name]], running, (line) => {
      if (line.startsWith('go: downloading')) progress.at('modules fetched', (fetched += 1), Math.max(fetched, 400));
      else progress.at('packages compiled', (compiled += 1), Math.max(compiled, packagesCompiled));
    });
    renameSync(join(folder, `${name}.new`), join(folder, name));
  }
  progress.end();
}

/**
 * A folder with Temporal's server, its SQL tool and its command line, built where an earlier start has not.
 * @param folder the programs of all versions
 * @throws Error that says what the machine lacks
 */
export async function temporalPrograms(folder: string, running: Build): Promise<string> {
  const ofVersion = join(folder, `temporal-${temporalModule.version}`);
  const record = join(ofVersion, 'sha256.json');
  if (!(await isBuilt(ofVersion, record))) {
    rmSync(record, { force: true });
    await build(ofVersion, running);
    writeFileSync(record, `${JSON.stringify(await hashesOf(ofVersion), undefined, 2)}\n`);
  }
  const link = join(ofVersion, 'temporal');
  rmSync(link, { force: true });
  symlinkSync(await commandLine(running), link);
  return ofVersion;
}

/** Temporal's command line, which the namespace's script calls. */
async function commandLine({ progress }: Build): Promise<string> {
  const { STEWARD_TEMPORAL_ADDRESS: _server, ...environment } = process.env;
  const found = await findTemporalServer({ log: (line) => progress.say(line), environment });
  if (found.kind === 'path') return resolve(found.path);
  throw new Error('the command line of Temporal is not here');
}
