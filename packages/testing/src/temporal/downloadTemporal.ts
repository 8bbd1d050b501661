/**
 * Run as a process of its own, `node downloadTemporal.ts <temporal | temporal-test-server> <directory>`: has the
 * Temporal SDK download a server into the directory and prints the path of the executable.
 *
 * The SDK downloads a server only in order to start one, and that installs its native runtime, which a process can
 * do once and with one set of options. Hence the process of its own; the server is ended again at once.
 */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { TestWorkflowEnvironment } from '@temporalio/testing';

const [binary = 'temporal', directory = '.'] = process.argv.slice(2);
const sdk = createRequire(import.meta.url)('@temporalio/testing/package.json') as { version: string };
// The SDK names the file so (sdk-core, ephemeral_server).
const path = join(directory, `${binary}-sdk-typescript-${sdk.version}`);

if (!existsSync(path)) {
  await mkdir(directory, { recursive: true });
  const executable = { type: 'cached-download', downloadDir: directory } as const;
  const server =
    binary === 'temporal'
      ? await TestWorkflowEnvironment.createLocal({ server: { executable } })
      : await TestWorkflowEnvironment.createTimeSkipping({ server: { executable } });
  await server.teardown();
}
if (!existsSync(path)) throw new Error(`the download left no ${path}`);
console.log(path);
