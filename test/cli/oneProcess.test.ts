import { runOneProcess } from '../../src/cli/oneProcess.ts';
import { loadConfiguration } from '../../src/config/load.ts';
import { silent } from '@marketplace-steward/testing/silent';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'steward-one-process-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'steward.yaml');
writeFileSync(file, 'accounts: {}');
const configuration = loadConfiguration({ TEMPORAL_CONFIG_FILE: join(folder, 'none') }, file);

/** Notes what starts and closes; a close takes its time. */
function parts(happened: string[], workerStarts = true) {
  const closing = async (name: string): Promise<void> => {
    happened.push(`${name} closes`);
    await new Promise(setImmediate);
    happened.push(`${name} closed`);
  };
  return {
    ingress: async () => {
      happened.push('ingress');
      return { url: 'http://127.0.0.1:9', close: () => closing('ingress') };
    },
    worker: async () => {
      if (!workerStarts) throw new Error('no server');
      happened.push('worker');
      return { run: Promise.resolve(), close: () => closing('worker') };
    },
  };
}

test('the ingress is there before the worker, and has closed before the worker begins to', async () => {
  const happened: string[] = [];
  const both = await runOneProcess(configuration, silent, {}, parts(happened));
  expect(both.url).toBe('http://127.0.0.1:9');
  await both.close();
  expect(happened).toEqual(['ingress', 'worker', 'ingress closes', 'ingress closed', 'worker closes', 'worker closed']);
});

test('without a worker there is no ingress: a supervisor starts both again', async () => {
  const happened: string[] = [];
  await expect(runOneProcess(configuration, silent, {}, parts(happened, false))).rejects.toThrow('no server');
  expect(happened).toEqual(['ingress', 'ingress closes', 'ingress closed']);
});
