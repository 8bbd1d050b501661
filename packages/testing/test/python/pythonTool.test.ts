import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { installPythonTool, PythonToolUnavailable } from '../../src/python/pythonTool.ts';

let directory = '';
beforeEach(() => (directory = mkdtempSync(join(tmpdir(), 'steward-python-'))));
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** Plays python3: says its version, and installs as `pip` says. */
function givePython(pip: string): void {
  const path = join(directory, 'path', 'python3');
  mkdirSync(dirname(path), { recursive: true });
  const script = `PATH=/bin:/usr/bin
if [ "$1" = "-c" ]; then echo cpython-311; exit 0; fi
echo "$@" >> ${join(directory, 'calls.txt')}
${pip}`;
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
}
const installs = `while [ "$1" != "--target" ]; do shift; done
mkdir -p "$2/bin"`;

const install = () =>
  installPythonTool('ministack', {
    cacheDirectory: join(directory, 'cache'),
    environment: { PATH: join(directory, 'path') },
  });

test('pip installs the pinned files once, by their hashes, and leaves nothing else in the cache', async () => {
  givePython(installs);
  const folder = await install();
  expect(await install()).toBe(folder);
  expect(readdirSync(dirname(folder))).toEqual([expect.stringMatching(/^ministack-cpython-311-[0-9a-f]{16}$/)]);
  const calls = readFileSync(join(directory, 'calls.txt'), 'utf8').trim().split('\n');
  expect(calls).toEqual([expect.stringContaining('--require-hashes --only-binary=:all:')]);
});

test('two processes that install at once both have it', async () => {
  givePython(installs);
  const [one, other] = await Promise.all([install(), install()]);
  expect(one).toBe(other);
  expect(readdirSync(dirname(one))).toHaveLength(1);
});

test('without Python, and where pip fails, the error names the reason and what to do, and the cache stays empty', async () => {
  await expect(install()).rejects.toThrow(/needs ministack, and this machine has no python3 .*Install Python 3\.11/);
  givePython('echo no matching distribution >&2; exit 1');
  const failure = install();
  await expect(failure).rejects.toThrow(PythonToolUnavailable);
  await expect(failure).rejects.toThrow('pip could not install it (no matching distribution)');
  expect(readdirSync(join(directory, 'cache'))).toEqual([]);
});
