/** Open workflows replay where traces are switched on or off: the interceptors change no command and no order of them. */
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { silent } from '@marketplace-steward/testing/silent';
import { bundleWorkflows } from '../../src/workers/bundle.ts';
import { replayed } from '../../src/workers/replay.ts';
import { installRuntime } from '../../src/workers/temporalLogger.ts';
import { recordedFiles, recordedText } from './recordedHistories.ts';

/** An activity is cancelled in it while others wait: the SDK's own outbound interceptor fails to replay it. */
const cancelled = 'changeSetRemediation/of-a-test.e784c8c4.json';
const typeOf = (file: string): string => file.split('/')[0] ?? '';
/** One of each workflow takes seconds; `STEWARD_ALL_TRACED=1` replays all. */
const files =
  process.env['STEWARD_ALL_TRACED'] === '1'
    ? recordedFiles
    : [cancelled, ...recordedFiles.filter((file, index) => typeOf(file) !== typeOf(recordedFiles[index - 1] ?? ''))];

test('recorded histories replay with the bundle that traces', async () => {
  installRuntime(silent);
  const histories = files.map((workflowId) => ({
    workflowId,
    history: historyFromJSON(JSON.parse(recordedText(workflowId))),
  }));
  const problems: string[] = [];
  let count = 0;
  for await (const { workflowId, problem } of replayed(
    await bundleWorkflows(silent, { traced: true }),
    {},
    histories,
  )) {
    count += 1;
    if (problem !== undefined) problems.push(`${workflowId}: ${problem}`);
  }
  expect(problems).toEqual([]);
  expect(count).toBe(files.length);
}, 120_000);
