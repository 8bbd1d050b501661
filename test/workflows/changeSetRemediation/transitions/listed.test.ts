import fc from 'fast-check';
import { changeSetDefaults } from '../../../../src/policies/defaults.ts';
import { newCase, type ChangeSetCase, type Phase } from '../../../../src/workflows/changeSetRemediation/state.ts';
import { listedWork, uncompared } from '../../../../src/workflows/changeSetRemediation/transitions/listed.ts';
import { next } from '../../../../src/workflows/changeSetRemediation/transitions/next.ts';
import { account, catalog } from '@marketplace-steward/testing/changeSets';

const nowMs = Date.parse('2026-11-22T12:00:00Z');
const context = { policy: changeSetDefaults, nowMs };
const asked: Phase = {
  name: 'awaitingDecision',
  reason: { kind: 'decision', sentence: 'asked', retryLeadsTo: 'submit' },
  askedAtMs: nowMs,
  remindersSent: 0,
};
const lineage = (values: Partial<ChangeSetCase>): ChangeSetCase => ({
  ...newCase({ account, catalog, changeSetId: 'origin' }),
  ...values,
});
const listed = (before: ChangeSetCase, ...work: string[]): ChangeSetCase => {
  const { state, notices, effects = [] } = next(before, { type: 'listed', work }, context);
  expect([notices, effects]).toEqual([[], []]);
  return state;
};

test('what is reported waits for a comparison, once: what is known, its own or reported before changes nothing', () => {
  const before = lineage({ phase: asked, known: ['known'] });
  const after = listed(before, 'newer', 'known', 'origin', 'newer');
  expect(uncompared(after)).toEqual(['newer']);
  // The question goes on: its timers are not begun again.
  expect(after.phase).toBe(before.phase);
  expect(listed(after, 'newer', 'known')).toBe(after);
});

test('a comparison covers what was reported before it began, and not what came meanwhile', () => {
  const before = lineage({ phase: asked, heard: ['one', 'two'] });
  const found = {
    newerSuccesses: [{ changeSetId: 'one', coverage: 'leaves' as const }],
    newerFailures: [],
    running: [],
    externalChanges: [],
    staleRevisions: [],
  };
  const { state } = next(before, { type: 'workElsewhere', concurrentChanges: found, compared: ['one'] }, context);
  expect(uncompared(state)).toEqual(['two']);
  const all = next(before, { type: 'workElsewhere', concurrentChanges: found, compared: ['one', 'two'] }, context);
  expect(all.state).not.toHaveProperty('heard');
});

test('the end of a blocker that is waited for ends the wait; other work does not', () => {
  const waiting = lineage({
    phase: {
      name: 'awaitingBlocker',
      sentence: 'locked',
      blocker: { changeSetId: 'blocker' },
      sinceMs: nowMs,
      round: 1,
      afterwards: { name: 'diagnosing' },
    },
  });
  expect(listed(waiting, 'another').phase).toBe(waiting.phase);
  expect(listed(waiting, 'blocker').phase).toEqual({ name: 'inspecting' });
});

test('an ended lineage hears nothing, and the list is bounded', () => {
  const ended = lineage({ phase: { name: 'ended', end: 'succeeded' } });
  expect(listed(ended, 'newer')).toBe(ended);
  let open = lineage({ phase: asked });
  for (let index = 0; index < 150; index += 1) open = listed(open, `set-${index}`);
  expect(uncompared(open)).toHaveLength(100);
  expect(uncompared(open).at(-1)).toBe('set-149');
});

test('a signal that anybody may have typed is read, or refused with a sentence', () => {
  expect(listedWork({ work: ['a', 'b@1'] })).toEqual({ type: 'listed', work: ['a', 'b@1'] });
  const wrong = [undefined, null, 5, {}, { work: 'a' }, { work: [5] }, { work: [''] }, { work: ['x'.repeat(601)] }];
  for (const value of [...wrong, { work: Array.from({ length: 101 }, () => 'a') }]) {
    expect(listedWork(value)).toMatch(/^Ignored a report/);
  }
  fc.assert(fc.property(fc.anything(), (value) => void listedWork(value)));
});
