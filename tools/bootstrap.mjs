/**
 * `node tools/bootstrap.mjs <entry.ts> [arguments…]`: makes a fresh clone ready (a Node that runs TypeScript, the
 * packages of the lockfile), then runs the entry and ends as it ends. It needs Node 20 and npm and nothing else;
 * once everything is there it needs no network. What it says goes to standard error, so that an entry's standard
 * output stays the entry's own.
 */
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fail } from './bootstrap/failure.mjs';
import { prepare } from './bootstrap/prepare.mjs';
import { runEntry } from './bootstrap/runEntry.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [entry, ...entryArguments] = process.argv.slice(2);
if (entry === undefined) fail('usage: node tools/bootstrap.mjs <entry.ts> [arguments…]');

const node = await prepare(root);
process.exitCode = await runEntry(node, resolve(join(root, entry)), entryArguments);
