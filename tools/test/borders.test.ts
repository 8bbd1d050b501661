import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { rooms } from '../borders.ts';
import { architecturePage } from '../pages/architecturePage.ts';

/** As dependency-cruiser reports it. */
interface Violation {
  readonly from: string;
  readonly to: string;
  readonly rule: { readonly name: string };
}

const root = join(__dirname, '..', '..');
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'steward-borders-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const fileOf = (room: string): string => (room.endsWith('.ts') ? room : `${room}/probe.ts`);
const roomOf = (file: string): string => (file.endsWith('/probe.ts') ? dirname(file) : file);

/** A repository in which every room imports every other one, in one way; what the check says of it. */
async function pairsRefused(kind: 'values' | 'types'): Promise<ReadonlySet<string>> {
  const tree = join(folder, kind);
  for (const path of ['.dependency-cruiser.mjs', 'package.json', 'tsconfig.json', 'tools/borders.ts']) {
    cpSync(join(root, path), join(tree, path));
  }
  for (const { name } of rooms) {
    const file = join(tree, fileOf(name));
    const imports = rooms
      .filter((other) => other.name !== name)
      .map((other) => {
        const path = relative(dirname(file), join(tree, fileOf(other.name)));
        const specifier = path.startsWith('.') ? path : `./${path}`;
        return `${kind === 'types' ? 'import type' : 'import'} { probe } from '${specifier}';`;
      });
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${imports.join('\n')}\nexport const probe = 1;\n`);
  }
  const program = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
  const args = ['--config', '.dependency-cruiser.mjs', '--output-type', 'json', 'src', 'packages', 'bench', 'tools'];
  const run = promisify(execFile)(process.execPath, [program, ...args], { cwd: tree, maxBuffer: 64 * 1024 * 1024 });
  const { stdout, stderr } = await run.catch((error: { readonly stdout: string; readonly stderr: string }) => error);
  expect(stderr).toBe('');
  const { summary } = JSON.parse(stdout) as { readonly summary: { readonly violations: readonly Violation[] } };
  return new Set(
    summary.violations
      .filter(({ rule }) => !rule.name.includes('cycle'))
      .map(({ from, to }) => `${roomOf(from)} → ${roomOf(to)}`),
  );
}

function pairsNotListed(kind: 'values' | 'types'): ReadonlySet<string> {
  const covers = (listed: readonly string[], name: string): boolean =>
    listed.some((one) => one === name || name.startsWith(`${one}/`));
  return new Set(
    rooms.flatMap(({ name, values, types }) => {
      const listed = kind === 'types' ? [...values, ...types] : values;
      return rooms
        .filter((other) => other.name !== name && !covers(listed, other.name))
        .map((other) => `${name} → ${other.name}`);
    }),
  );
}

test.each(['values', 'types'] as const)(
  'every import of %s that the table does not list is refused, and no other',
  async (kind) => {
    expect([...(await pairsRefused(kind))].toSorted()).toEqual([...pairsNotListed(kind)].toSorted());
  },
);

test('docs/architecture.md shows the table', () => {
  const page = readFileSync(join(root, 'docs/architecture.md'), 'utf8');
  expect(architecturePage(page) === page ? 'up to date' : 'run `npm run pages`').toBe('up to date');
});
