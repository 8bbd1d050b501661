import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { Worker, type WorkflowBundle } from '@temporalio/worker';
import { pino } from 'pino';
import { bundleWorkflows } from '../../src/workers/bundle.ts';
import { replayed } from '../../src/workers/replay.ts';
import { installRuntime } from '../../src/workers/temporalLogger.ts';
import { problemsOfRecorded, recordedFiles, recordedText } from './recordedHistories.ts';

const workflows = fileURLToPath(new URL('../../src/workflows/', import.meta.url));
/** Every workflow has a folder of its own. */
const workflowTypes = readdirSync(workflows, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() && entry.name !== 'shared' ? [entry.name] : [],
);

describe('recorded histories', () => {
  let workflowBundle: WorkflowBundle;
  let problems: Awaited<ReturnType<typeof problemsOfRecorded>>;
  beforeAll(async () => {
    const silent = pino({ level: 'silent' });
    installRuntime(silent);
    workflowBundle = await bundleWorkflows(silent);
    problems = await problemsOfRecorded(workflowBundle);
  }, 120_000);

  test.each(workflowTypes)('there is one of %s at least', (type) => {
    expect(recordedFiles.filter((file) => file.startsWith(`${type}/`))).not.toEqual([]);
  });

  test.each(recordedFiles)('%s is replayed by today’s code', (file) => {
    expect([...problems.keys()]).toContain(file);
    expect(problems.get(file)).toBeUndefined();
  });

  test('one whose workflow has not begun, as where its start is put off, holds up none', async () => {
    const [file = ''] = recordedFiles;
    const history = historyFromJSON(JSON.parse(recordedText(file)));
    const unbegun = { events: history.events?.slice(0, 1) };
    const given = [unbegun, history, unbegun].map((one, index) => ({ workflowId: `run-${index}`, history: one }));
    const found = [];
    for await (const one of replayed(workflowBundle, {}, given)) found.push(one);
    expect(found.map(({ workflowId }) => workflowId).toSorted()).toEqual(['run-0', 'run-1', 'run-2']);
    expect(found.filter(({ problem }) => problem !== undefined)).toEqual([]);
  });

  test('a history that was made by other code is told apart', async () => {
    const [file = ''] = recordedFiles.filter((name) => name.startsWith('changeSetRemediation/remediated'));
    const recorded = recordedText(file);
    expect(recorded).toContain('inspectLineage');
    const text = recorded.replaceAll('inspectLineage', 'guessLineage');
    await expect(Worker.runReplayHistory({ workflowBundle }, JSON.parse(text))).rejects.toThrow(/Nondeterminism/i);
  });
});
