import type { temporal } from '@temporalio/proto';
import { buildIdsIn } from '../src/histories.ts';

type HistoryEvent = temporal.api.history.v1.IHistoryEvent;

const completedBy = (buildId?: string): HistoryEvent => ({
  workflowTaskCompletedEventAttributes: {
    workerVersion: { buildId: 'of-the-process' },
    ...(buildId === undefined ? {} : { deploymentVersion: { deploymentName: 'steward', buildId } }),
  },
});

test.each([
  ['no version', [completedBy(), completedBy()], []],
  ['one version', [completedBy('one'), completedBy('one')], ['one']],
  ['two versions, of a run that an operator has moved', [completedBy('one'), {}, completedBy('two')], ['one', 'two']],
])('a history of %s names the versions that carried it on', (_, events, buildIds) => {
  expect([...buildIdsIn({ events })]).toEqual(buildIds);
});
