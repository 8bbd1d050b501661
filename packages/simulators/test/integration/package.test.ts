import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';

const repository = resolve(__dirname, '../../../..');
const folder = mkdtempSync(join(tmpdir(), 'steward-simulators-'));
afterAll(() => rmSync(folder, { recursive: true }));

const path = [join(repository, 'node_modules', '.bin'), dirname(process.execPath), process.env['PATH']].join(delimiter);
const run = (cwd: string, command: string, ...args: string[]): string =>
  execFileSync(command, args, { cwd, encoding: 'utf8', env: { ...process.env, PATH: path } });

/** Builds and packs a copy, so that the workspace stays as it is. */
function pack(): string {
  const copy = join(folder, 'workspace');
  const simulators = join(copy, 'packages', 'simulators');
  mkdirSync(simulators, { recursive: true });
  symlinkSync(join(repository, 'node_modules'), join(copy, 'node_modules'));
  for (const file of ['tsconfig.json', 'LICENSE']) cpSync(join(repository, file), join(copy, file));
  for (const part of ['src', 'docs', 'README.md', 'package.json', 'tsconfig.build.json', 'toPublish.mjs']) {
    cpSync(join(repository, 'packages', 'simulators', part), join(simulators, part), { recursive: true });
  }
  const manifest = JSON.parse(readFileSync(join(simulators, 'package.json'), 'utf8')) as { scripts: { build: string } };
  run(simulators, 'sh', '-c', manifest.scripts.build);
  const [packed] = JSON.parse(run(join(simulators, 'dist'), 'npm', 'pack', '--json')) as { filename: string }[];
  return join(simulators, 'dist', packed!.filename);
}

test('the package, installed alone in an empty folder, starts its three simulators as JavaScript', () => {
  const tarball = pack();
  const empty = join(folder, 'empty');
  mkdirSync(empty);
  writeFileSync(join(empty, 'package.json'), '{ "private": true, "type": "module" }');
  run(empty, 'npm', 'install', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund', tarball);
  const program = `
    import { startCatalogSimulator } from '@marketplace-steward/simulators/marketplaceCatalog';
    import { startTokenServiceSimulator } from '@marketplace-steward/simulators/securityTokenService';
    import { startBuyWithPrimeSimulator } from '@marketplace-steward/simulators/buyWithPrime';
    const simulators = [
      await startCatalogSimulator({ seed: 1 }),
      await startTokenServiceSimulator({ seed: 1 }),
      await startBuyWithPrimeSimulator({ seed: 1, clients: [] }),
    ];
    const [catalog, tokenService, buyWithPrime] = simulators.map(({ url }) => url);
    const answers = [
      await fetch(catalog + '/ListChangeSets', { method: 'POST', body: '{}' }),
      await fetch(tokenService, { method: 'POST', body: 'Action=AssumeRole' }),
      await fetch(buyWithPrime + '/token', { method: 'POST', body: '{}' }),
    ];
    console.log(JSON.stringify(answers.map(({ status }) => status)));
    for (const simulator of simulators) await simulator.close();`;
  const output = run(empty, process.execPath, '--input-type=module', '--eval', program);
  // Each refuses in its own way what carries no credentials or another content type.
  expect(JSON.parse(output)).toEqual([403, 415, 400]);
}, 180_000);
