#!/usr/bin/env node
/** The `steward` command: from the sources in a clone, from dist where only that was installed. */
import { existsSync } from 'node:fs';
import module from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { missingMemorySettings } from './memory.mjs';
import { oldNode } from './oldNode.mjs';
import { becomeEntry, keepLoopbackDirect, runEntry } from './runEntry.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const sources = join(root, 'src', 'cli', 'main.ts');
const built = join(root, 'dist', 'cli', 'main.js');
/** What `npm start` fills too. Compiled code needs none, and a package writes no file into its folder. */
const compileCache = join(root, '.steward', 'compile-cache');
const services = ['worker', 'ingress', 'run'];

/** In this process, unless it is too late for what the command needs: another Node, or other limits of memory. */
async function run(node, entry) {
  const words = process.argv.slice(2);
  const given = process.execArgv;
  const missing = services.includes(words[0])
    ? missingMemorySettings(process.env, given, words[0])
    : { flags: [], variables: {} };
  Object.assign(process.env, missing.variables);
  keepLoopbackDirect(process.env);
  const args = [...given, ...missing.flags, entry, ...words];
  if (node !== process.execPath) process.exitCode = await runEntry(node, args);
  else if (missing.flags.length > 0 || Object.keys(missing.variables).length > 0) await becomeEntry(node, args);
  else await import(pathToFileURL(entry).href);
}

if (existsSync(sources)) {
  const { prepare } = await import('../tools/bootstrap/prepare.mjs');
  process.env.NODE_COMPILE_CACHE ??= compileCache;
  module.enableCompileCache?.(process.env.NODE_COMPILE_CACHE);
  await run(await prepare(root), sources);
} else if (existsSync(built)) {
  const tooOld = oldNode(process.versions.node);
  if (tooOld === undefined) await run(process.execPath, built);
  else {
    process.stderr.write(`steward: ${tooOld}\n`);
    process.exitCode = 1;
  }
} else {
  process.stderr.write(`steward: found neither ${sources} nor ${built}: install the package again\n`);
  process.exitCode = 1;
}
