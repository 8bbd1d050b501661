import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { until } from '@marketplace-steward/testing/until';

const source = (name: string): string => JSON.stringify(join(__dirname, '..', name));

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test('a process that was stopped by SIGSTOP ends with its parent, however that ends', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'steward-child-'));
  const script = join(folder, 'idle.mjs');
  writeFileSync(script, 'setInterval(() => {}, 1_000);');
  const parent = `
    import { startChild } from ${source('child.ts')};
    import { createStops } from ${source('stops.ts')};
    const words = [${JSON.stringify(script)}];
    const logFile = ${JSON.stringify(join(folder, 'log'))};
    const child = startChild({ name: 'idle', words, environment: process.env, logFile, stops: createStops() }).process;
    child.kill('SIGSTOP');
    process.stdout.write(String(child.pid), () => process.kill(process.pid, 'SIGKILL'));`;
  const words = ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', parent];
  const runner = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [pid] = await Promise.all([text(runner.stdout), once(runner, 'close')]);
  expect(Number(pid)).toBeGreaterThan(0);
  await until(() => !isThere(Number(pid)));
  rmSync(folder, { recursive: true });
});
