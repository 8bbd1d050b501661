import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { shapeOf } from '@marketplace-steward/testing/histories';
import { foundIn, recordable, slugOf } from '../histories/recording.ts';

interface Differences {
  readonly activity?: string;
  readonly eventTime?: string;
  readonly data?: string;
}

/** A history of a started workflow task and an activity, as the server gives it. */
function history({ activity = 'inspectLineage', eventTime = '2026-11-22T14:21:16Z', data = 'nothing' }: Differences) {
  const payload = {
    metadata: { encoding: Buffer.from('json/plain').toString('base64') },
    data: Buffer.from(JSON.stringify(data)).toString('base64'),
  };
  return historyFromJSON({
    events: [
      {
        eventId: '1',
        eventTime,
        eventType: 'EVENT_TYPE_WORKFLOW_TASK_SCHEDULED',
        workflowTaskScheduledEventAttributes: {
          taskQueue: { name: '4711@machine-1', kind: 'TASK_QUEUE_KIND_STICKY', normalName: 'steward' },
        },
      },
      {
        eventId: '2',
        eventTime,
        eventType: 'EVENT_TYPE_ACTIVITY_TASK_SCHEDULED',
        activityTaskScheduledEventAttributes: { activityType: { name: activity }, input: { payloads: [payload] } },
      },
      {
        eventId: '3',
        eventTime,
        eventType: 'EVENT_TYPE_ACTIVITY_TASK_FAILED',
        activityTaskFailedEventAttributes: {
          identity: '4711@machine',
          failure: { message: 'no answer', stackTrace: 'Error: no answer\n  at /home/ann/steward/src/a.ts:1:2' },
        },
      },
    ],
  });
}

test('the shape is that of the events and their names, whatever their times and data', () => {
  const shape = shapeOf(history({}));
  expect(shape).toMatch(/^[0-9a-f]{8}$/);
  expect(shapeOf(history({ eventTime: '2027-01-01T00:00:00Z', data: 'something' }))).toBe(shape);
  expect(shapeOf(history({ activity: 'diagnoseChangeSet' }))).not.toBe(shape);
  expect(shapeOf({ events: history({}).events?.slice(0, 2) ?? [] })).not.toBe(shape);
});

test('a recording says nothing about the machine, and reads as a history', () => {
  const recorded = recordable(history({}));
  expect(recorded).not.toMatch(/machine|home/);
  expect(shapeOf(historyFromJSON(JSON.parse(recorded)))).toBe(shapeOf(history({})));
});

test('an unwanted text is found in fields and inside of payloads', () => {
  const recorded = recordable(history({ data: 'the key is k-123' }));
  expect(foundIn(recorded, ['elsewhere', 'k-123'])).toBe('k-123');
  expect(foundIn(recorded, ['inspectLineage'])).toBe('inspectLineage');
  expect(foundIn(recorded, ['4711'])).toBeUndefined();
});

test('a scenario’s name becomes part of a file’s name', () => {
  expect(slugOf('CLIENT_ERROR: needs a decision!')).toBe('client-error-needs-a-decision');
});
