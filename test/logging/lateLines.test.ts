import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync, closeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const logger = fileURLToPath(new URL('../../src/logging/logger.ts', import.meta.url));

/** Words for node: a process that logs beside its work. */
const wordsOf = (script: string): readonly string[] => [
  '--disable-warning=ExperimentalWarning',
  '--input-type=module',
  '--eval',
  `import { createLogger } from ${JSON.stringify(logger)};
   const log = createLogger({ isBesideWork: true });
   ${script}`,
];

const start = (script: string) => spawn(process.execPath, wordsOf(script), { stdio: ['ignore', 'pipe', 'pipe'] });

test('a process that ends at once writes every line before', async () => {
  const child = start(`for (let line = 1; line <= 500; line += 1) log.info({ line }, 'a line'); process.exit(3);`);
  const [written, [code]] = await Promise.all([text(child.stderr), once(child, 'close')]);
  expect(code).toBe(3);
  const lines = written.trimEnd().split('\n');
  expect(lines.map((line) => (JSON.parse(line) as { line: number }).line)).toEqual(
    Array.from({ length: 500 }, (_, index) => index + 1),
  );
});

test('a reader that has stopped holds up nobody, and learns how many lines it has missed', async () => {
  const lines = 2_000;
  const child = start(`
    const words = Array.from({ length: 10 }, () => 'w'.repeat(1_000));
    for (let line = 1; line <= ${lines}; line += 1) {
      log.info({ line, words }, 'a line');
      await new Promise((resolve) => setImmediate(resolve));
    }
    process.stdout.write('done');`);
  // Nobody has read a line of the log by then.
  await once(child.stdout, 'data');
  const seen: number[] = [];
  const missed: number[] = [];
  for await (const text of createInterface({ input: child.stderr })) {
    const { line, lines: left } = JSON.parse(text) as { line?: number; lines?: number };
    if (line !== undefined) seen.push(line);
    if (left !== undefined) missed.push(left);
  }
  expect(missed).toEqual([lines - seen.length]);
  expect(seen.length).toBeGreaterThan(500);
  expect(seen).toEqual(Array.from({ length: seen.length }, (_, index) => index + 1));
});

/** Takes no byte, as a full disk. */
const fullDevice = '/dev/full';
// The tally names a skipped test by its title.
// oxlint-disable-next-line jest/no-disabled-tests
const testHere: typeof test = existsSync(fullDevice) ? test : test.skip;

testHere('a full disk holds up nobody, and lets the process end', async () => {
  const full = openSync(fullDevice, 'w');
  const script = `
    for (let line = 1; line <= 20; line += 1) {
      log.info({ line }, 'a line');
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    process.stdout.write('worked on');
    process.exit(3);`;
  const child = spawn(process.execPath, wordsOf(script), { stdio: ['ignore', 'pipe', full] });
  closeSync(full);
  // Where it hangs, nothing but this ends it.
  const limit = setTimeout(() => child.kill('SIGKILL'), 20_000);
  const [said, [code]] = await Promise.all([child.stdout === null ? '' : text(child.stdout), once(child, 'close')]);
  clearTimeout(limit);
  // oxlint-disable-next-line jest/no-standalone-expect
  expect({ said, code }).toEqual({ said: 'worked on', code: 3 });
});
