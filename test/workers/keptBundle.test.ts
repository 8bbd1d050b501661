import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keyOfSources, madeOnce } from '../../src/workers/keptBundle.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'steward-bundles-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('what was made under a key is not made again; another key makes again, and the old one goes', async () => {
  const bundles = join(folder, 'not', 'there', 'yet');
  let made = 0;
  const make = async () => `made ${(made += 1)}`;
  expect(await madeOnce(bundles, 'a', make)).toBe('made 1');
  expect(await madeOnce(bundles, 'a', make)).toBe('made 1');
  expect(await madeOnce(bundles, 'b', make)).toBe('made 2');
  expect(readdirSync(bundles)).toEqual(['b.js']);
  expect(await madeOnce(bundles, 'b', make)).toBe('made 2');
});

test('where nothing can be kept it is made each time', async () => {
  const file = join(folder, 'a-file');
  writeFileSync(file, '');
  let made = 0;
  const make = async () => `made ${(made += 1)}`;
  expect(await madeOnce(join(file, 'bundles'), 'a', make)).toBe('made 1');
  expect(await madeOnce(join(file, 'bundles'), 'a', make)).toBe('made 2');
});

test('what cannot be made is not kept', async () => {
  const failing = () => Promise.reject(new Error('a mistake in the code'));
  await expect(madeOnce(folder, 'a', failing)).rejects.toThrow('a mistake in the code');
  expect(await madeOnce(folder, 'a', () => Promise.resolve('mended'))).toBe('mended');
});

test('many at once all get the whole of it', async () => {
  const text = 'x'.repeat(1_000_000);
  const all = await Promise.all(Array.from({ length: 20 }, () => madeOnce(folder, 'a', () => Promise.resolve(text))));
  expect(all.every((one) => one === text)).toBe(true);
  expect(readdirSync(folder)).toEqual(['a.js']);
});

test('the key depends on contents, names and further files, and is the same for a copy of the folder', async () => {
  const sources = join(folder, 'sources');
  const lock = join(folder, 'lock');
  const write = (inner: string, text: string): void => {
    mkdirSync(join(sources, 'inner'), { recursive: true });
    writeFileSync(join(sources, 'inner', inner), text);
  };
  const keys: string[] = [];
  const take = async (): Promise<void> => void keys.push(await keyOfSources(sources, lock));
  writeFileSync(lock, '1');
  write('a.ts', 'one');
  await take();
  await take();
  write('a.ts', 'two');
  await take();
  write('b.ts', '');
  await take();
  writeFileSync(lock, '2');
  await take();
  expect(keys[1]).toBe(keys[0]);
  expect(new Set(keys).size).toBe(4);
  cpSync(sources, join(folder, 'elsewhere'), { recursive: true });
  expect(await keyOfSources(join(folder, 'elsewhere'), lock)).toBe(keys.at(-1));
});
