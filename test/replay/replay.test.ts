import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker, type WorkflowBundle } from '@temporalio/worker';
import { pino } from 'pino';
import { bundleWorkflows } from '../../src/workers/bundle.ts';
import { installRuntime } from '../../src/workers/temporalLogger.ts';

const folder = fileURLToPath(new URL('histories/', import.meta.url));
const workflows = fileURLToPath(new URL('../../src/workflows/', import.meta.url));
/** Every workflow has a folder of its own. */
const workflowTypes = readdirSync(workflows, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() && entry.name !== 'shared' ? [entry.name] : [],
);
const filesOf = (type: string): string[] => (existsSync(`${folder}${type}`) ? readdirSync(`${folder}${type}`) : []);
const histories = workflowTypes.flatMap((type) => filesOf(type).map((file) => `${type}/${file}`));

describe('recorded histories', () => {
  let workflowBundle: WorkflowBundle;
  beforeAll(async () => {
    const silent = pino({ level: 'silent' });
    installRuntime(silent);
    workflowBundle = await bundleWorkflows(silent);
  }, 60_000);

  test.each(workflowTypes)('there is one of %s at least', (type) => {
    expect(histories.filter((file) => file.startsWith(`${type}/`))).not.toEqual([]);
  });

  test.each(histories)('%s is replayed by today’s code', async (file) => {
    const history: unknown = JSON.parse(readFileSync(`${folder}${file}`, 'utf8'));
    await expect(Worker.runReplayHistory({ workflowBundle }, history)).resolves.toBeUndefined();
  });

  test('a history that was made by other code is told apart', async () => {
    const [file = ''] = histories.filter((name) => name.startsWith('changeSetRemediation/remediated'));
    const recorded = readFileSync(`${folder}${file}`, 'utf8');
    expect(recorded).toContain('inspectLineage');
    const text = recorded.replaceAll('inspectLineage', 'guessLineage');
    await expect(Worker.runReplayHistory({ workflowBundle }, JSON.parse(text))).rejects.toThrow(/Nondeterminism/i);
  });
});
