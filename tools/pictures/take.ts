import { mkdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Locator, Page } from 'playwright-core';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = join(root, 'docs', 'images');
const longestPictureBytes = 500_000;

/** Takes a picture for docs/images. @throws where it is too large for a repository. */
export async function take(what: Page | Locator, name: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, name);
  const { length: size } = await what.screenshot({ path, animations: 'disabled' });
  console.log(`${relative(root, path)}: ${Math.round(size / 1_000)} kB`);
  if (size > longestPictureBytes) throw new Error(`${name} has ${size} bytes, expected ${longestPictureBytes} at most`);
}
