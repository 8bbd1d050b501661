import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { loadConfiguration } from '../../src/config/load.ts';
import { received } from '@marketplace-steward/testing/received';
import { bundleWorkflows } from '../../src/workers/bundle.ts';
import { codeOf } from '../../src/workers/compactBundle.ts';
import { buildIdOf } from '../../src/workers/version.ts';
import { changed } from '@marketplace-steward/testing/sampleEvents';
import { silent } from '@marketplace-steward/testing/silent';
import { runSteward, startSteward } from '@marketplace-steward/testing/steward';
import { testTemporal, type TestTemporal } from '@marketplace-steward/testing/temporal/testServer';
import { until } from '@marketplace-steward/testing/until';

const repository = resolve(__dirname, '../..');
const modules = join(repository, 'node_modules');
const manifest = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
  files: string[];
};

/** Throws where a process loads swc, or more of webpack than the index that the SDK's worker imports and does not use. */
const withoutBundler = `data:text/javascript,${encodeURIComponent(`
import { registerHooks } from 'node:module';
const refused = /node_modules\\/(@swc\\/|swc-loader\\/|webpack\\/lib\\/(?!(index|util\\/memoize)\\.js$))/;
registerHooks({
  load(url, context, next) {
    if (refused.test(url)) throw new Error('refused: ' + url);
    return next(url, context);
  },
});`)}`;

const folder = mkdtempSync(join(tmpdir(), 'steward-prebuilt-'));
const configurationFile = join(folder, 'steward.yaml');
let server: TestTemporal;
let environment: NodeJS.ProcessEnv;
beforeAll(async () => {
  server = await testTemporal();
  writeFileSync(configurationFile, 'accounts: { "123456789012": { mode: observe } }');
  environment = {
    STEWARD_CONFIG: configurationFile,
    TEMPORAL_ADDRESS: server.address,
    TEMPORAL_NAMESPACE: server.namespace,
    TEMPORAL_CONFIG_FILE: join(folder, 'none'),
    NODE_OPTIONS: `--import=${withoutBundler}`,
  };
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
  rmSync(builds, { recursive: true });
});

function copy(from: string, paths: readonly string[]): string {
  const copied = mkdtempSync(join(folder, 'copy-'));
  for (const path of ['package.json', ...paths]) cpSync(join(from, path), join(copied, path), { recursive: true });
  symlinkSync(modules, join(copied, 'node_modules'));
  return copied;
}

/** On the file system of the clone, so that hard links do for a copy of its packages. */
const builds = mkdtempSync(join(repository, '.steward', 'build-'));

const clones = new Map<string, string>();

/** A folder with these files of the clone after a build step, which is taken once for the same files. */
function cloneWith(paths: readonly string[], step: string): string {
  const made = clones.get(paths.join());
  if (made !== undefined) return made;
  const clone = mkdtempSync(join(builds, 'clone-'));
  for (const path of ['package.json', ...paths]) cpSync(join(repository, path), join(clone, path), { recursive: true });
  execFileSync('cp', ['-al', modules, join(clone, 'node_modules')]);
  const path = [join(modules, '.bin'), dirname(process.execPath), process.env['PATH']].join(delimiter);
  execFileSync('sh', ['-c', step], { cwd: clone, env: { ...process.env, PATH: path } });
  clones.set(paths.join(), clone);
  return clone;
}

/** What is built of these files, copied to another place as an image or a package is. */
const built = (paths: readonly string[], step: string, shipped: readonly string[]): string =>
  copy(cloneWith(paths, step), shipped);

const compiler = ['tsconfig.json', 'tsconfig.build.json'];
const step = manifest.scripts['build'] ?? '';

/** As deploy/Dockerfile makes it. */
const image = (): string => built(['src', ...compiler], step, ['dist']);

const npmPackage = (): string => built(['src', 'bin', ...compiler], step, manifest.files);

/** All there is, but for what the formatter and the other checks keep of the packages' folder while they run beside this. */
function filesOf(shipped: string): string[] {
  const files = readdirSync(shipped, { recursive: true }).map(String);
  return files.filter((file) => !/^node_modules\/\.cache(\/(prettier|jiti)(\/|$)|$)/.test(file));
}

test.each([
  ['image', image, 'dist/cli/main.js'],
  ['package', npmPackage, 'bin/steward.mjs'],
] as const)(
  'the worker of the %s, and a replay, work with the bundle that came with it: they load no bundler and write no file',
  async (name, make, entry) => {
    const shipped = make();
    const before = filesOf(shipped);
    const worker = await startSteward(['worker'], { folder, entry: join(shipped, entry), environment });
    try {
      const configuration = loadConfiguration(environment, configurationFile);
      await received(server.client, configuration, 'eventbridge', changed('changeSetSucceeded', { ChangeSetId: name }));
      const handle = server.client.workflow.getHandle(`change-set:${name}`);
      expect(await handle.result()).toMatchObject({ state: 'succeeded' });
    } finally {
      expect(await worker.stop('SIGTERM')).toMatchObject({ exitCode: 0 });
    }
    const query = ['--query', `WorkflowId="change-set:${name}"`];
    const options = { folder, entry: join(shipped, entry), environment };
    const replayed = await until(async () => {
      const ended = await runSteward(['replay', ...query, '--json'], options);
      // Visibility follows a moment after the workflow.
      return ended.stdout.includes('"replayed": 0') ? undefined : ended;
    });
    expect(replayed).toMatchObject({ exitCode: 0, stderr: '' });
    expect(JSON.parse(replayed.stdout)).toMatchObject({ replayed: 1, failed: [] });
    expect(filesOf(shipped)).toEqual(before);
  },
);

test('the image has the code that the tests and the replays of this clone run, byte for byte, and so the same build id', async () => {
  const shipped = join(image(), 'dist/bundle');
  const [file = ''] = readdirSync(shipped).filter((name) => name.endsWith('.js'));
  // Beside it, the one for workers that trace.
  expect(readdirSync(join(shipped, 'traced'))).toEqual([expect.stringMatching(/\.js$/)]);
  const { code } = (await bundleWorkflows(silent)) as { readonly code: string };
  const inImage = readFileSync(join(shipped, file), 'utf8');
  expect(codeOf(inImage) === codeOf(code)).toBe(true);
  expect(buildIdOf({ code: inImage })).toBe(buildIdOf({ code }));
});

test('a worker does not use the bundle of other code, and says what to do', async () => {
  const shipped = image();
  appendFileSync(join(shipped, 'dist/workflows/index.js'), 'export const later = 1;\n');
  const { ready, stop } = await startSteward(['worker'], {
    folder,
    entry: join(shipped, 'dist/cli/main.js'),
    environment,
  });
  await stop('SIGTERM');
  expect(ready).toEqual({
    error: {
      exitCode: 1,
      message: expect.stringMatching(
        /dist\/bundle has no workflow bundle of this code.*Build the image or the package again/,
      ),
    },
  });
});
