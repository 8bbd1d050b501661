import fc from 'fast-check';
import { reconcileDetails, reconcileStatus } from '../../../../src/workflows/reconcileChangeSets/details.ts';
import { missedNotice } from '../../../../src/workflows/reconcileChangeSets/notices.ts';
import { newReconciliation, type Reconciliation } from '../../../../src/workflows/reconcileChangeSets/state.ts';
import { next } from '../../../../src/workflows/reconcileChangeSets/transitions/next.ts';

const account = '123456789012';
const window = { fromMs: Date.parse('2026-11-20T00:00:00Z'), untilMs: Date.parse('2026-11-21T00:00:00Z'), notes: [] };
const fresh = newReconciliation({ account, catalogs: ['AWSMarketplace'] }, window);
const identity = { workflowId: `reconcile:${account}-2026-11-21T00:00:00Z`, firstRunId: 'run' };
const context = { policy: identity, nowMs: window.untilMs };

interface Batch {
  readonly known: number;
  readonly ids: readonly string[];
  readonly refused: readonly string[];
}

/** Plays the batches as the workflow does. */
function after(batches: readonly Batch[]): Reconciliation {
  let run = fresh;
  for (const { known, ids, refused } of batches) {
    const undelivered = refused.map((changeSetId) => ({ changeSetId, reason: 'no such id' }));
    if (ids.length > 0) {
      run = next(run, { type: 'delivered', changeSetIds: ids, result: { undelivered } }, context).state;
    }
    run = next(run, { type: 'checked', checked: { listed: known + ids.length, known, missed: [] } }, context).state;
  }
  const { state, notices } = next(run, { type: 'completed' }, context);
  expect(notices).toEqual(state.state === 'missedFound' ? [missedNotice(state, identity)] : []);
  return state;
}

const batches = fc.array(
  fc
    .record({ known: fc.nat(500), ids: fc.uniqueArray(fc.stringMatching(/^[a-z0-9]{25}$/), { maxLength: 100 }) })
    .chain(({ known, ids }) => fc.subarray(ids).map((refused) => ({ known, ids, refused }))),
  { maxLength: 12 },
);

test('the numbers add up, the ids are the first hundred, and the details fit', () => {
  fc.assert(
    fc.property(batches, (all) => {
      const run = after(all);
      const { listed, known, missed, undelivered, missedIds, state } = reconcileStatus(run);
      expect(listed).toBe(known + missed + undelivered);
      const taken = all.flatMap(({ ids, refused }) => ids.filter((id) => !refused.includes(id)));
      expect(missed).toBe(taken.length);
      expect(missedIds).toEqual(taken.slice(0, 100));
      expect(state).toBe(missed + undelivered > 0 ? 'missedFound' : 'allKnown');
      expect(reconcileDetails(run).length).toBeLessThanOrEqual(4_000);
    }),
    { numRuns: 50 },
  );
});

test('nothing changes an ended run; a run that found something reports it, however it ends', () => {
  const cancelled = { type: 'brokenOff', state: 'abandoned', sentence: 'cancelled' } as const;
  const { state: ended, notices } = next(fresh, cancelled, context);
  expect(ended).toMatchObject({ state: 'abandoned', notes: ['cancelled'] });
  expect(notices).toEqual([]);
  expect(next(ended, { type: 'completed' }, context)).toEqual({ state: ended, notices: [] });
  const checked = { type: 'checked', checked: { listed: 1, known: 1, missed: [] } } as const;
  expect(next(ended, checked, context)).toEqual({ state: ended, notices: [] });
  const found = next(fresh, { type: 'delivered', changeSetIds: ['one'], result: { undelivered: [] } }, context).state;
  expect(next(found, cancelled, context).notices).toMatchObject([{ title: expect.stringContaining('1 event') }]);
});

test('one notice names the window, the first ten, and what to check', () => {
  const ids = Array.from({ length: 12 }, (_, index) => `id-${index}`);
  const notice = missedNotice(after([{ known: 3, ids, refused: [] }]), identity);
  expect(notice).toMatchObject({
    id: `${identity.workflowId}:run:2026-11-21T00:00:00.000Z:missed`,
    severity: 'warning',
    account,
    title: `12 events of failed change sets never came (account ${account})`,
    nextStep: expect.stringContaining('dead-letter'),
  });
  expect(notice.lines.join(' ')).toContain('id-9 and 2 more');
  const one = missedNotice(after([{ known: 0, ids: ['only'], refused: ['only'] }]), identity);
  expect(one.title).toContain('1 event of failed');
  expect(one.lines.at(-1)).toContain('Not delivered: 1');
});

test('a window that is empty says so by one moment, not by a reversed range', () => {
  const empty = newReconciliation({ account, catalogs: ['AWSMarketplace'] }, { ...window, fromMs: window.untilMs + 5 });
  expect(empty.checkedFrom).toBe(empty.checkedUntil);
});

test('change sets that run longer than usual are counted and noted, and nobody is notified by the run', () => {
  const changeSetIds = Array.from({ length: 7 }, (_, index) => `late-${index}`);
  const opened = next(fresh, { type: 'lateOpened', changeSetIds }, context);
  expect(opened.notices).toEqual([]);
  const { state, notices } = next(opened.state, { type: 'completed' }, context);
  expect([notices, reconcileStatus(state)]).toMatchObject([[], { state: 'allKnown', late: 7, missed: 0 }]);
  expect(state.notes.join(' ')).toMatch(/late-0, .*late-4 and 2 more\.$/);
  expect(reconcileDetails(state)).toContain('**running longer than usual, followed now:** 7');
});
