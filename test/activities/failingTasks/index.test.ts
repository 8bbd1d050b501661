import { MockActivityEnvironment } from '@temporalio/testing';
import { createFailingTasksActivities, createFailingTasksReport } from '../../../src/activities/failingTasks/index.ts';
import type { FailingTasksFound } from '../../../src/workflows/failingTasks/contract.ts';

const group = { workflowType: 'a', cause: 'TimedOut', count: 2, workflowIds: ['a:1'] };
const watch = (found: FailingTasksFound, ...known: string[]): Promise<unknown> =>
  createFailingTasksActivities(async () => found, { policies: {} }).watchFailingTasks(known);

test('a watch goes on while the same fails, and ends with what is new or gone', async () => {
  await expect(watch({ groups: [group], isComplete: true }, 'a:TimedOut')).rejects.toMatchObject({ type: 'NotYet' });
  await expect(watch({ groups: [group], isComplete: false }, 'a:TimedOut', 'b:x')).rejects.toMatchObject({
    type: 'NotYet',
  });
  for (const [found, ...known] of [
    [{ groups: [group], isComplete: true }, 'a:TimedOut', 'b:x'],
    [{ groups: [group], isComplete: false }],
    [{ groups: [], isComplete: true }],
  ] as const) {
    expect(await watch(found, ...known)).toEqual(found);
  }
});

test('a report that fails is logged, and what it runs beside goes on', async () => {
  const lines: object[] = [];
  const logger = { error: (line: object) => void lines.push(line) } as never;
  const run = (report: () => Promise<number>) =>
    new MockActivityEnvironment().run(createFailingTasksReport(report, logger));
  await run(() => Promise.reject(new Error('Temporal is away')));
  await run(async () => 0);
  await run(async () => 3);
  expect(lines).toMatchObject([{ err: { message: 'Temporal is away' } }, { counter: 'failingTasks', count: 3 }]);
});
