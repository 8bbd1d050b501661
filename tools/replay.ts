/**
 * `node tools/replay.ts`, a step of `npm test`: replays every history that the tests have left, one of each shape,
 * with today's workflows. Each counts as one test.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HistoryAndWorkflowId } from '@temporalio/client';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { encryptedBy } from '@marketplace-steward/testing/encryption';
import { testHistoriesFolder } from '@marketplace-steward/testing/histories';
import { silent } from '@marketplace-steward/testing/silent';
import type { Encryption } from '../src/config/encryption.ts';
import { dataConverterOf } from '../src/delivery/dataConverter.ts';
import { bundleWorkflows } from '../src/workers/bundle.ts';
import { replayed } from '../src/workers/replay.ts';
import { installRuntime } from '../src/workers/temporalLogger.ts';
import * as workflows from '../src/workflows/index.ts';

const ours = new Set(Object.keys(workflows));
const files = !existsSync(testHistoriesFolder)
  ? []
  : readdirSync(testHistoriesFolder).flatMap((type) =>
      // Some tests run a workflow of their own.
      ours.has(type) ? readdirSync(join(testHistoriesFolder, type)).map((file) => join(type, file)) : [],
    );

const textOf = (file: string): string => readFileSync(join(testHistoriesFolder, file), 'utf8');

/** What decrypts the histories of tests that encrypt: the keys of tests follow from their ids. */
function encryption(): Encryption | undefined {
  const ids = files.flatMap((file) =>
    [...textOf(file).matchAll(/"encryption-key-id":\s*"([^"]*)"/g)].map(([, id = '']) =>
      Buffer.from(id, 'base64').toString(),
    ),
  );
  const [first, ...others] = new Set(ids);
  return first === undefined ? undefined : encryptedBy(first, ...others);
}

function* histories(): Generator<HistoryAndWorkflowId> {
  for (const file of files) yield { workflowId: file, history: historyFromJSON(JSON.parse(textOf(file))) };
}

installRuntime(silent);
const bundle = await bundleWorkflows(silent);
const tally = { passed: 0, failed: 0 };
for await (const { workflowId, problem } of replayed(bundle, dataConverterOf(encryption()), histories())) {
  tally[problem === undefined ? 'passed' : 'failed'] += 1;
  if (problem !== undefined) console.error(`${join(testHistoriesFolder, workflowId)}: ${problem}`);
}
console.log(`${files.length} histories of the tests were replayed`);
process.send?.(tally);
process.exitCode = tally.failed > 0 ? 1 : 0;
