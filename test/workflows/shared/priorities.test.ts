import fc from 'fast-check';
import type { Notice } from '../../../src/workflows/shared/notices.ts';
import { noticePriority, priorityOf, unaskedPriority } from '../../../src/workflows/shared/priorities.ts';

test('what goes on goes before what a backfill found, a submit before a check, and checking on after both', () => {
  const keys = [
    priorityOf('123456789012', 'live', 'submit'),
    priorityOf('123456789012', 'live', 'check'),
    priorityOf('123456789012', 'live', 'watch'),
    priorityOf('123456789012', 'backfill', 'submit'),
    priorityOf('123456789012', 'backfill', 'listing'),
    priorityOf('123456789012', 'backfill', 'check'),
  ].map(({ priorityKey }) => priorityKey ?? 0);
  expect(keys).toEqual(keys.toSorted((one, other) => one - other));
  expect(keys[1]).toBeLessThan(keys[2] ?? 0);
  expect(keys[2]).toBeLessThan(keys[5] ?? 0);
  // A backfill that waited behind what it has opened would leave the workers without anything to ask.
  expect(keys[4]).toBeLessThan(keys[5] ?? 0);
  expect(priorityOf('123456789012', 'backfill', 'watch')).toEqual(priorityOf('123456789012', 'backfill', 'check'));
});

test('what nobody says more of has the priority that the server gives to what has none', () => {
  expect(priorityOf('123456789012')).toEqual({ priorityKey: 3, fairnessKey: '123456789012' });
});

test('any merchant’s id makes a key that the server takes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (whose) => {
      const { fairnessKey = '' } = priorityOf(whose);
      expect(Buffer.byteLength(fairnessKey)).toBeLessThanOrEqual(64);
      expect(fairnessKey.length).toBe(Math.min(64, whose.length));
    }),
  );
});

const question: Notice = {
  id: 'change-set:a:question',
  kind: 'opening',
  severity: 'warning',
  account: '123456789012',
  workflowId: 'change-set:a',
  title: 'A title',
  lines: [],
  nextStep: 'Nothing to do.',
};
const unlisted = { decisions: 5, digests: 1, firstRunId: 'a', lastRunId: 'a' };
const fairnessKey = '123456789012 change-set';

test.each<[string, Partial<Notice>, Parameters<typeof noticePriority>[1], ReturnType<typeof noticePriority>]>([
  ['a question', {}, undefined, { priorityKey: 3, fairnessKey }],
  ['a critical one', { severity: 'critical' }, undefined, { priorityKey: 1, fairnessKey }],
  ['a critical one of unasked events', { severity: 'critical' }, unaskedPriority, { priorityKey: 1, fairnessKey }],
  ['a digest', { decisions: ['a'], severity: 'warning' }, undefined, { priorityKey: 2, fairnessKey }],
  ['a digest that waited', { unlisted, severity: 'critical' }, undefined, { priorityKey: 2, fairnessKey }],
  ['what only informs', { severity: 'information' }, undefined, { priorityKey: 4, fairnessKey }],
  ['a question that a backfill found', {}, { priorityKey: 4 }, { priorityKey: 4, fairnessKey }],
  ['a question about unasked events', {}, unaskedPriority, unaskedPriority],
  ['one of a live lineage', {}, priorityOf('123456789012'), { priorityKey: 3, fairnessKey }],
])('the place of a notice: %s', (_, notice, own, place) => {
  expect(noticePriority({ ...question, ...notice }, own)).toEqual(place);
});
