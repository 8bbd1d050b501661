/**
 * `npm run test:package`: the package as npm packs it, installed alone into an empty folder, on both lines of Node. What is
 * built and shipped, workerProcessPrebuilt.test.ts shows at each run of the tests; this takes the registry and a minute.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { findNode22 } from '@marketplace-steward/testing/node22';
import { changed } from '@marketplace-steward/testing/sampleEvents';
import { runSteward, startSteward, type StewardOptions } from '@marketplace-steward/testing/steward';
import { testTemporal, type TestTemporal } from '@marketplace-steward/testing/temporal/testServer';
import { until } from '@marketplace-steward/testing/until';

const isAsked = process.env['STEWARD_PACKAGE'] === '1';
const describeWhereAsked = isAsked ? describe : describe.skip;
jest.setTimeout(300_000);

const repository = resolve(__dirname, '../..');
const modules = join(repository, 'node_modules');
const folder = mkdtempSync(join(tmpdir(), 'steward-package-'));
const empty = join(folder, 'empty');
const entry = join(empty, 'node_modules', '.bin', 'steward');
const path = [join(modules, '.bin'), dirname(process.execPath), process.env['PATH']].join(delimiter);

interface Packed {
  readonly filename: string;
  readonly files: ReadonlyArray<{ readonly path: string }>;
}

/** Builds and packs a copy, so that the clone stays as it is. */
function pack(): Packed & { readonly tarball: string } {
  const copy = join(folder, 'clone');
  mkdirSync(copy);
  symlinkSync(modules, join(copy, 'node_modules'));
  for (const name of ['src', 'bin', 'package.json', 'tsconfig.json', 'tsconfig.build.json', 'LICENSE', 'README.md']) {
    cpSync(join(repository, name), join(copy, name), { recursive: true });
  }
  const output = execFileSync('npm', ['pack', '--json', '--pack-destination', folder], {
    cwd: copy,
    encoding: 'utf8',
    env: { ...process.env, PATH: path },
  });
  // The output of the build comes before it.
  const [packed] = JSON.parse(output.slice(output.indexOf('[\n'))) as Packed[];
  return { ...packed!, tarball: join(folder, packed!.filename) };
}

function install(tarball: string): void {
  mkdirSync(empty);
  writeFileSync(join(empty, 'package.json'), '{ "private": true }');
  const quiet = ['--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  execFileSync('npm', ['install', ...quiet, tarball], { cwd: empty, env: { ...process.env, PATH: path } });
}

let server: TestTemporal;
let packed: ReturnType<typeof pack>;
beforeAll(async () => {
  if (!isAsked) return;
  server = await testTemporal();
  packed = pack();
  install(packed.tarball);
});
afterAll(async () => {
  await server?.close();
  rmSync(folder, { recursive: true });
});

describeWhereAsked('the package', () => {
  test('has compiled code, the bundle and its texts, and nothing else', () => {
    const files = packed.files.map((file) => file.path);
    const folders = new Set(files.map((file) => file.split('/')[0]));
    expect(folders).toEqual(new Set(['LICENSE', 'README.md', 'bin', 'dist', 'package.json']));
    expect(files.filter((file) => file.startsWith('dist/bundle/'))).toHaveLength(2);
    expect(files.filter((file) => /\.ts$|\.test\.|simulator|fixture/i.test(file))).toEqual([]);
  });

  const nodes = [
    ['this Node', () => process.execPath],
    ['Node 22', findNode22],
  ] as const;

  test.each(nodes)('alone, on %s, it says its version, examines, and takes an event through', async (title, find) => {
    const node = find();
    if (node === undefined) throw new Error('Node 22 cannot be had from the registry');
    const file = join(folder, 'steward.yaml');
    writeFileSync(
      file,
      `
accounts: { "123456789012": { mode: observe } }
ingress: { port: 0, credentials: { eventbridge: [{ header: x-api-key, valueVariable: EVENTBRIDGE_KEY }] } }
`,
    );
    const key = 'the key of a sender';
    const environment = {
      STEWARD_CONFIG: file,
      TEMPORAL_ADDRESS: server.address,
      TEMPORAL_NAMESPACE: server.namespace,
      TEMPORAL_CONFIG_FILE: join(folder, 'none'),
      EVENTBRIDGE_KEY: key,
    };
    const options: StewardOptions = { folder: empty, entry, node, environment };
    const { version } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as { version: string };
    expect(await runSteward(['--version'], options)).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining(version),
      stderr: '',
    });
    const [worker, ingress] = await Promise.all([
      startSteward(['worker'], options),
      startSteward(['ingress'], options),
    ]);
    try {
      const changeSetId = title.replace(' ', '-').toLowerCase();
      const body = new Uint8Array(changed('changeSetSucceeded', { ChangeSetId: changeSetId }));
      const headers = { 'content-type': 'application/json', 'x-api-key': key };
      await until(async () => {
        const url = `${String(ingress.ready['url'])}/v1/events/eventbridge`;
        return (await fetch(url, { method: 'POST', headers, body })).status === 202 || undefined;
      });
      const handle = server.client.workflow.getHandle(`change-set:${changeSetId}`);
      expect(await handle.result()).toMatchObject({ state: 'succeeded' });
      await until(async () => (await runSteward(['health', '--worker'], options)).exitCode === 0 || undefined);
      const doctor = await runSteward(['doctor', '--json'], options);
      const { findings } = JSON.parse(doctor.stdout) as { findings: ReadonlyArray<{ area: string; verdict: string }> };
      // The account cannot be asked from here; Temporal and the workers can.
      expect(findings.filter(({ area, verdict }) => area === 'temporal' && verdict === 'bad')).toEqual([]);
      expect(findings.some(({ area, verdict }) => area === 'temporal' && verdict === 'ok')).toBe(true);
    } finally {
      const ended = await Promise.all([worker.stop('SIGTERM'), ingress.stop('SIGTERM')]);
      expect(ended.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    }
  });
});
