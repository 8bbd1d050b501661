import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * A key of everything in a folder and of further files: of their names and contents.
 * @throws what reading them throws.
 */
export async function keyOfSources(folder: string, ...files: readonly string[]): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const inside = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const hash = createHash('sha256');
  for (const file of [...inside.toSorted(), ...files]) {
    const content = await readFile(file);
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

/**
 * What `make` gives, taken from the folder where another process has made it already under the same key. Where nothing can
 * be kept, as in a folder that may not be written, it is made each time.
 * @param folder holds nothing else: what stands there under other keys is out of date, and removed.
 * @throws what `make` throws.
 */
export async function madeOnce(folder: string, key: string, make: () => Promise<string>): Promise<string> {
  const name = `${key}.js`;
  const kept = await readFile(join(folder, name), 'utf8').catch(() => undefined);
  if (kept !== undefined) return kept;
  const made = await make();
  await keep(folder, name, made).catch(() => undefined);
  return made;
}

/** Whole or not at all: others may read it at any time. */
async function keep(folder: string, name: string, text: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const others = await readdir(folder);
  const unfinished = join(folder, `${name}.${randomUUID()}`);
  await writeFile(unfinished, text);
  await rename(unfinished, join(folder, name));
  await Promise.all(
    others
      .filter((other) => other.endsWith('.js') && other !== name)
      .map((other) => rm(join(folder, other), { force: true })),
  );
}
