#!/usr/bin/env node
/** The `steward` command: from the sources in a clone, from dist where only that was installed. */
import { existsSync } from 'node:fs';
import module from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { keepLoopbackDirect, runEntry } from './runEntry.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const sources = join(root, 'src', 'cli', 'main.ts');
const built = join(root, 'dist', 'cli', 'main.js');
/** What `npm start` fills too. Compiled code needs none, and a package writes no file into its folder. */
const compileCache = join(root, '.steward', 'compile-cache');

if (existsSync(sources)) {
  const { prepare } = await import('../tools/bootstrap/prepare.mjs');
  const node = await prepare(root);
  if (node === process.execPath) {
    module.enableCompileCache(process.env.NODE_COMPILE_CACHE ?? compileCache);
    await runHere(sources);
  } else {
    process.env.NODE_COMPILE_CACHE ??= compileCache;
    process.exitCode = await runEntry(node, [sources, ...process.argv.slice(2)]);
  }
} else if (existsSync(built)) {
  await runHere(built);
} else {
  process.stderr.write(`steward: found neither ${sources} nor ${built}: install the package again\n`);
  process.exitCode = 1;
}

/** In this process: a second one would cost a tenth of a second, and have to be sent each signal. */
async function runHere(entry) {
  keepLoopbackDirect(process.env);
  await import(pathToFileURL(entry).href);
}
