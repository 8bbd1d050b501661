import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { constants } from 'node:os';
import { SetupFailure } from './failure.mjs';
import { startProgress } from './progress.mjs';

const offline = /\b(ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED|ECONNRESET|ENETUNREACH|ERR_SOCKET_TIMEOUT)\b/;

/** What npm reports and what to do about it; the first match counts. */
const knownTroubles = [
  [
    offline,
    'the package registry cannot be reached: the first start needs the network once, so connect (or set npm’s proxy) and start again',
  ],
  [
    /\b(EUSAGE|EJSONPARSE)\b/,
    'package-lock.json does not fit package.json, or cannot be read: restore both from git, or run `npm install` after changing package.json',
  ],
  [/\bE404\b|\bETARGET\b/, 'the package registry in use lacks a package of the lockfile: check npm’s registry setting'],
  [/\bEINTEGRITY\b/, 'a downloaded package is not the one pinned: run `npm cache verify` and start again'],
  [/\bENOSPC\b/, 'the disk is full: free about 1 GB and start again'],
  [
    /\b(EACCES|EPERM|EROFS)\b/,
    'npm may not write here: make the project’s folder and npm’s cache writable for this user',
  ],
];

/**
 * Runs npm to its end keeps its output, and says on standard error that it runs.
 *
 * @param {string} root the project's folder; npm's whole output goes to .steward/npm.log there
 * @param {string} what for the progress line
 * @param {string[]} args
 * @throws {SetupFailure} with what to do where npm is missing or fails
 */
export async function runNpm(root, what, args) {
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error', '--engine-strict=false'];
  const [command, ...first] = npmCommand();
  const running = run(command, [...first, ...args, ...quiet], root);
  const finish = startProgress(what);
  const { code, output } = await running;
  finish(code === 0 ? 'done' : 'failed');
  if (code === 0) return;
  if (code === 'ENOENT') {
    throw new SetupFailure('npm is not on the PATH: install npm (it comes with Node) and start again');
  }
  const log = join(root, '.steward', 'npm.log');
  mkdirSync(join(root, '.steward'), { recursive: true });
  writeFileSync(log, output);
  const known = knownTroubles.find(([pattern]) => pattern.test(output))?.[1];
  const lastLine = output.trim().split('\n').at(-1) || 'no output';
  throw new SetupFailure(`${known ?? `npm failed with status ${code}: ${lastLine}`} (npm’s output: ${log})`);
}

/** The npm that runs us, by the Node it came with; else the one on the PATH. */
function npmCommand() {
  const script = process.env.npm_execpath;
  if (script !== undefined && basename(script) === 'npm-cli.js') return [process.execPath, script];
  return ['npm'];
}

function run(command, args, cwd) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (data) => (output += data));
    child.stderr.on('data', (data) => (output += data));
    const stop = (signal) => {
      child.kill(signal);
      process.exit(128 + constants.signals[signal]);
    };
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    const end = (code) => {
      for (const signal of signals) process.off(signal, stop);
      resolve({ code, output });
    };
    for (const signal of signals) process.on(signal, stop);
    child.once('error', (error) => end(error.code));
    child.once('close', (code) => end(code));
  });
}
