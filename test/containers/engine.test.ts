/** What the tests on containers leave, shown by a docker that only writes down what it is asked. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { until } from '@marketplace-steward/testing/until';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'engine-'));
  const script = `#!/bin/sh\necho "$COMPOSE_PROJECT_NAME $AWS_ACCESS_KEY_ID $*" >> ${join(folder, 'asked')}\n`;
  writeFileSync(join(folder, 'docker'), script, { mode: 0o755 });
  writeFileSync(join(folder, 'asked'), '');
  mkdirSync(join(folder, 'of the test'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it.each(['SIGINT', 'SIGKILL'] as const)(
  '%s: everything is taken down, and no variable of the caller reaches Compose',
  async (signal) => {
    const code = `
    const { composed } = await import(${JSON.stringify(pathToFileURL(join(__dirname, 'engine.ts')).href)});
    await composed(${JSON.stringify(join(folder, 'of the test'))}).compose('up');
    setInterval(() => undefined, 1_000);`;
    const environment = { ...process.env, PATH: `${folder}:${process.env['PATH']}`, AWS_ACCESS_KEY_ID: 'a real key' };
    const words = ['--input-type=module', '--disable-warning=ExperimentalWarning', '--eval', code];
    const child = spawn(process.execPath, words, { env: environment, stdio: ['ignore', 'ignore', 'inherit'] });
    const ended = once(child, 'close');
    const asked = () => readFileSync(join(folder, 'asked'), 'utf8').split('\n');
    await until(() => asked().includes(`steward-test-${child.pid}  compose up`));
    expect(asked().join()).not.toContain('down');
    child.kill(signal);
    await ended;
    const down = `steward-test-${child.pid}  compose down --volumes --remove-orphans --timeout 20`;
    await until(() => asked().includes(down));
    await until(() => asked().includes(`steward-test-${child.pid}  image rm marketplace-steward:test`));
    await until(() => !existsSync(join(folder, 'of the test')));
  },
);
