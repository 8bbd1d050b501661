/**
 * `node tools/bootstrap.mjs [Node flags…] <entry> [arguments…]`: makes a fresh clone ready (a Node that runs
 * TypeScript, the packages of the lockfile), then runs the entry and ends as it ends. It needs Node 20 and npm and
 * nothing else; once everything is there it needs no network. It writes to standard error, so that an entry's
 * standard output stays the entry's own.
 */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fail } from './bootstrap/failure.mjs';
import { prepare } from './bootstrap/prepare.mjs';
import { runEntry } from '../bin/runEntry.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const words = process.argv.slice(2);
const at = words.findIndex((word) => !word.startsWith('-'));
if (at === -1) fail('usage: node tools/bootstrap.mjs [Node flags…] <entry> [arguments…]');

const node = await prepare(root);
process.exitCode = await runEntry(node, [...words.slice(0, at), join(root, words[at]), ...words.slice(at + 1)]);
