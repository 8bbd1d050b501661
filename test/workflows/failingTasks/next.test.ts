import { readFailingTasks } from '../../../src/workflows/failingTasks/carried.ts';
import fc from 'fast-check';
import type { FailingGroup } from '../../../src/workflows/failingTasks/contract.ts';
import { failingTasksDetails, failingTasksStatus } from '../../../src/workflows/failingTasks/details.ts';
import {
  groupKey,
  newFailingTasks,
  stateName,
  type FailingTasks,
  type FailingTasksMessage,
} from '../../../src/workflows/failingTasks/state.ts';
import { next, readReport } from '../../../src/workflows/failingTasks/transitions/next.ts';

const startMs = Date.parse('2026-11-01T12:00:00.000Z');
const group = (workflowType: string, cause = 'NonDeterministicError', count = 1): FailingGroup => ({
  workflowType,
  cause,
  message: 'it said so',
  count,
  workflowIds: [`${workflowType}:1`],
});
const reported = (...groups: FailingGroup[]): FailingTasksMessage => ({
  type: 'reported',
  found: { groups, isComplete: false },
});
const checked = (groups: readonly FailingGroup[], isComplete = true): FailingTasksMessage => ({
  type: 'checked',
  found: { groups, isComplete },
});

function played(...messages: readonly FailingTasksMessage[]): { tasks: FailingTasks; notices: string[] } {
  let tasks = newFailingTasks(startMs);
  const notices: string[] = [];
  messages.forEach((message, index) => {
    const after = next(tasks, message, { policy: {}, nowMs: startMs + index * 60_000 });
    // Every state can be carried to another run.
    tasks = readFailingTasks(after.state);
    notices.push(...after.notices.map(({ id, kind }) => `${kind} ${id}`));
  });
  return { tasks, notices };
}
const identity = (type: string, minute: string): string =>
  `failing-tasks:steward:${type}:NonDeterministicError:2026-11-01T12:${minute}:00.000Z`;

test('each type and cause is one notice, however often it is reported and found', () => {
  const more = { ...group('a', 'NonDeterministicError', 40) };
  const { tasks, notices } = played(reported(group('a')), reported(more), checked([more]), reported(group('b')));
  expect(notices).toEqual([`opening ${identity('a', '00')}:failing`, `opening ${identity('b', '03')}:failing`]);
  expect(stateName(tasks)).toBe('failing');
  expect(failingTasksStatus(tasks).groups).toMatchObject([{ count: 40 }, { count: 1 }]);
  expect(failingTasksDetails(tasks)).toContain('40 workflows');
});

test('what is over has a resolution, and the alarm ends with the last', () => {
  const { tasks, notices } = played(reported(group('a'), group('b')), checked([group('b')]), checked([]));
  expect(notices.slice(2)).toEqual([`resolution ${identity('a', '00')}:end`, `resolution ${identity('b', '00')}:end`]);
  expect(stateName(tasks)).toBe('recovered');
});

test('a report and a check that read not all of them resolve nothing', () => {
  const { tasks, notices } = played(reported(group('a')), reported(group('b')), checked([group('b')], false));
  expect(notices.filter((each) => each.startsWith('resolution'))).toEqual([]);
  expect(tasks.groups.map(groupKey)).toEqual(['a:NonDeterministicError', 'b:NonDeterministicError']);
});

test('what fails again in the moment of closing is an incident of its own', () => {
  const { tasks, notices } = played(reported(group('a')), checked([]), reported(group('a')));
  expect(stateName(tasks)).toBe('failing');
  expect(notices[2]).toBe(`opening ${identity('a', '02')}:failing`);
});

test('a group has as many openings as resolutions, or one more while it is known', () => {
  const groups = fc.subarray(['a', 'b', 'c', 'd']).map((types) => types.map((type) => group(type)));
  const message = fc.oneof(
    groups.filter((some) => some.length > 0).map((some) => reported(...some)),
    fc.tuple(groups, fc.boolean()).map(([some, isComplete]) => checked(some, isComplete)),
  );
  fc.assert(
    fc.property(fc.array(message, { maxLength: 30 }), (messages) => {
      const { tasks, notices } = played(...messages);
      expect(new Set(notices).size).toBe(notices.length);
      for (const type of ['a', 'b', 'c', 'd']) {
        const count = (kind: string): number =>
          notices.filter((each) => each.startsWith(kind) && each.includes(`:${type}:`)).length;
        const known = tasks.groups.some(({ workflowType }) => workflowType === type);
        expect(count('opening')).toBe(count('resolution') + (known ? 1 : 0));
      }
    }),
  );
});

test.each([
  ['nothing', undefined],
  ['no groups', { groups: [] }],
  ['too many', { groups: Array.from({ length: 51 }, () => group('a')) }],
  ['a group without ids', { groups: [{ workflowType: 'a', cause: 'b', count: 1 }] }],
  ['a text that is too long', { groups: [group('a'.repeat(501))] }],
])('a report of %s is a note', (_what, value) => {
  expect(readReport(value)).toContain('Ignored a report');
});
