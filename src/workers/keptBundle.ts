import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';

/**
 * A key of everything in a folder and of further files: of their names and contents, at any place of the folder.
 * @throws what reading them throws.
 */
export async function keyOfSources(folder: string, ...files: readonly string[]): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const inside = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const named = [
    ...inside.toSorted().map((file) => ({ file, name: relative(folder, file) })),
    ...files.map((file) => ({ file, name: basename(file) })),
  ];
  const hash = createHash('sha256');
  for (const { file, name } of named) {
    const content = await readFile(file);
    hash.update(`${name}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

const nameOf = (key: string): string => `${key}.js`;

/** What the folder has under the key. */
export async function kept(folder: string, key: string): Promise<string | undefined> {
  return readFile(join(folder, nameOf(key)), 'utf8').catch(() => undefined);
}

/**
 * What `make` gives, or what another process has kept under the same key. Where the folder cannot be written, every
 * process makes it.
 * @param folder see {@link keep}.
 * @throws what `make` throws.
 */
export async function madeOnce(folder: string, key: string, make: () => Promise<string>): Promise<string> {
  const found = await kept(folder, key);
  if (found !== undefined) return found;
  const made = await make();
  await keep(folder, key, made).catch(() => undefined);
  return made;
}

/**
 * Writes whole or not at all: others may read at any time.
 * @param folder holds nothing else: it removes what has another key, which is out of date.
 */
export async function keep(folder: string, key: string, text: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const others = await readdir(folder);
  const unfinished = join(folder, `${nameOf(key)}.${randomUUID()}`);
  await writeFile(unfinished, text);
  await rename(unfinished, join(folder, nameOf(key)));
  const outOfDate = others.filter((other) => other.endsWith('.js') && other !== nameOf(key));
  await Promise.all(outOfDate.map((other) => rm(join(folder, other), { force: true })));
}
