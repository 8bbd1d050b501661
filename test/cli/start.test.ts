import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runSteward } from '@marketplace-steward/testing/steward';

const entry = join(__dirname, '..', '..', 'bin', 'steward.mjs');

/** Ends a process that loads one of these packages, which take longer to load than the command to run. */
const withoutSlowPackages = `data:text/javascript,${encodeURIComponent(`
import { registerHooks } from 'node:module';
const refused = new RegExp('node_modules/(zod|yaml|fastify|jose|undici|@aws-sdk|@temporalio/worker)/');
registerHooks({
  load(url, context, next) {
    if (refused.test(url)) throw new Error('loaded ' + url);
    return next(url, context);
  },
});`)}`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'steward-start-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

test('steward list loads no schema library, no YAML, nothing of worker and ingress, and keeps what Node compiled', async () => {
  const cache = join(folder, 'cache');
  const { stderr, exitCode } = await runSteward(['list', '--address', '127.0.0.1:1'], {
    folder,
    entry,
    environment: { NODE_COMPILE_CACHE: cache, NODE_OPTIONS: `--import=${withoutSlowPackages}` },
  });
  expect({ stderr, exitCode }).toEqual({
    stderr: expect.stringMatching(/^steward: Temporal at 127\.0\.0\.1:1 \(from --address\) does not answer/),
    exitCode: 3,
  });
  expect(existsSync(cache)).toBe(true);
});
