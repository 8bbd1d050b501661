#!/usr/bin/env node
/** The `steward` command: from the sources in a clone, from dist where only that was installed. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const sources = join(root, 'src', 'cli', 'main.ts');
const built = join(root, 'dist', 'cli', 'main.js');

if (existsSync(sources)) {
  const { prepare } = await import('../tools/bootstrap/prepare.mjs');
  const { runEntry } = await import('../tools/bootstrap/runEntry.mjs');
  process.exitCode = await runEntry(await prepare(root), [sources, ...process.argv.slice(2)]);
} else if (existsSync(built)) {
  await import(pathToFileURL(built).href);
} else {
  process.stderr.write(`steward: found neither ${sources} nor ${built}: install the package again\n`);
  process.exitCode = 1;
}
