import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');
interface Locked {
  readonly version?: string;
  readonly license?: string;
  readonly integrity?: string;
  readonly dev?: true;
  readonly link?: true;
  readonly engines?: { readonly node?: string };
}
const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
  readonly packages: Readonly<Record<string, Locked>>;
};
const nameOf = (path: string): string => path.replace(/^.*node_modules\//, '');
const installed = Object.entries(packages).filter(([path, { link }]) => path.includes('node_modules/') && !link);
const shipped = installed.filter(([, { dev }]) => !dev);

/** They ask for no more than their text beside the code; SPDX's names. */
const allowed: ReadonlySet<string> = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'Unlicense',
]);

/** Packages that others have a reason for: read before a name is added. */
const readByHand: Readonly<Record<string, string>> = {
  'caniuse-lite': 'CC-BY-4.0: data about browsers, with attribution; webpack brings it, and no image or page shows it',
  unionfs: 'no licence is named in its manifest; its file LICENSE is the Unlicense',
};

/** Of an SPDX expression: one of those with OR, all of those with AND. */
function isAllowed(license: string): boolean {
  const bare = license.replace(/^\((.*)\)$/, '$1');
  if (bare.includes(' OR ')) return bare.split(' OR ').some(isAllowed);
  return bare.split(' AND ').every((one) => allowed.has(one));
}

test('every package has a licence of the list, or one that was read by hand', () => {
  const others = installed.filter(
    ([path, { license = '' }]) => !isAllowed(license) && !Object.hasOwn(readByHand, nameOf(path)),
  );
  expect(others.map(([path, { license }]) => [nameOf(path), license])).toEqual([]);
  expect(['(MIT OR GPL-3.0)', 'Apache-2.0 AND MIT', 'GPL-3.0', 'MIT AND GPL-3.0', ''].map(isAllowed)).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
});

test('every licence that was read by hand is still needed', () => {
  for (const name of Object.keys(readByHand)) {
    const found = installed.find(([path]) => nameOf(path) === name);
    expect({ name, needed: found !== undefined && !isAllowed(found[1].license ?? '') }).toEqual({ name, needed: true });
  }
});

test('every package is pinned by a hash', () => {
  expect(installed.length).toBeGreaterThan(500);
  expect(
    installed.filter(([, { integrity = '' }]) => !/^sha512-[\w+/]{86}==$/.test(integrity)).map(([path]) => path),
  ).toEqual([]);
});

/** A version as a number; a range of any other form than `>=` counts as none. */
function leastOf(range: string): number {
  const [, major = '0', minor = '0', patch = '0'] = /^>=\s*(\d+)(?:\.(\d+))?(?:\.(\d+))?$/.exec(range) ?? [];
  return Number(major) * 1e6 + Number(minor) * 1e3 + Number(patch);
}

test('the package asks for the newest Node that any of its packages asks for', () => {
  const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { engines: { node: string } };
  const asked = shipped.map(([path, locked]) => ({ name: nameOf(path), least: leastOf(locked.engines?.node ?? '') }));
  const above = asked.filter(({ least }) => least > leastOf(engines.node));
  expect(above).toEqual([]);
  expect(Math.max(...asked.map(({ least }) => least))).toBe(leastOf(engines.node));
});
