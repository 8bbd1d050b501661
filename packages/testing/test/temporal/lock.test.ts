import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AlreadyRunning, takeStartLock } from '../../src/temporal/lock.ts';
import { processIdentity } from '../../src/temporal/processLock.mjs';

const folder = mkdtempSync(join(tmpdir(), 'steward-lock-'));
const path = join(folder, 'made', 'start.lock');
afterEach(() => rmSync(path, { force: true }));
afterAll(() => rmSync(folder, { recursive: true }));

test('is held until it is given back', () => {
  const release = takeStartLock(path, 'endpoints.json');
  expect(() => takeStartLock(path, 'endpoints.json')).toThrow(AlreadyRunning);
  release();
  expect(existsSync(path)).toBe(false);
  takeStartLock(path, 'endpoints.json')();
});

test('names the process that holds it, its addresses, and how to end it', () => {
  const release = takeStartLock(path, '/here/endpoints.json');
  expect(() => takeStartLock(path, '/here/endpoints.json')).toThrow(
    new RegExp(`process ${process.pid};.*/here/endpoints\\.json.*kill ${process.pid}`),
  );
  release();
});

test('is taken over from a process that is gone', async () => {
  const child = spawn(process.execPath, ['--eval', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  await once(child, 'spawn');
  const holder = { pid: child.pid, identity: processIdentity(child.pid!) };
  writeFileSync(path, JSON.stringify(holder));
  expect(() => takeStartLock(path, 'endpoints.json')).toThrow(AlreadyRunning);
  child.kill('SIGKILL');
  await once(child, 'exit');
  takeStartLock(path, 'endpoints.json')();
});

test('is taken over from another process that was given the number of the one that is gone', () => {
  writeFileSync(path, JSON.stringify({ pid: process.pid, identity: 'another start time and command' }));
  const release = takeStartLock(path, 'endpoints.json');
  expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({
    pid: process.pid,
    identity: processIdentity(process.pid),
  });
  release();
});

test.each(['', '{"pid":', '[]', '{"pid":1}', 'null'])('is taken over where the file holds %j', (content) => {
  writeFileSync(path, content);
  const release = takeStartLock(path, 'endpoints.json');
  expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ pid: process.pid });
  release();
});
