import fc from 'fast-check';
import { reconcileDefaults } from '../../../../src/policies/defaults.ts';
import { reconcileDetails, reconcileStatus } from '../../../../src/workflows/reconcileChangeSets/details.ts';
import { missedNotice } from '../../../../src/workflows/reconcileChangeSets/notices.ts';
import {
  newAccountCheck,
  newRound,
  type AccountRun,
  type Reconciliation,
  type ReconcileMessage,
} from '../../../../src/workflows/reconcileChangeSets/state.ts';
import { next } from '../../../../src/workflows/reconcileChangeSets/transitions/next.ts';
import type { AccountChecked, FoundRow } from '../../../../src/workflows/reconcileChangeSets/contract.ts';

const account = '123456789012';
const other = '210987654321';
const nowMs = Date.parse('2026-11-21T00:10:00Z');
const beginning = { policy: reconcileDefaults, nowMs };
const identity = { workflowId: 'reconcile:accounts-2026-11-21T00:10:00Z', firstRunId: 'run' };
const context = { policy: identity, nowMs };
const since = '2026-11-20T00:00:00.000Z';
const until = '2026-11-21T00:00:00.000Z';
const round = (lastResult?: unknown, ids = [account, other]): Reconciliation =>
  newRound({ accounts: ids.map((id) => ({ account: id, since })) }, lastResult, beginning);

const row = (changeSetId: string, of = account): FoundRow => ({
  account: of,
  catalog: 'AWSMarketplace',
  row: { changeSetId },
});
const ok = (of = account, numbers: Partial<AccountChecked> = {}): AccountChecked => ({
  account: of,
  outcome: 'checked',
  listed: 0,
  known: 0,
  ...numbers,
});
const checked = (...accounts: Extract<ReconcileMessage, { type: 'checked' }>['checked']['accounts']) =>
  ({ type: 'checked', checked: { accounts, missed: [], late: [] } }) as const;

function after(messages: readonly ReconcileMessage[], from = round()): Reconciliation {
  return messages.reduce((run, message) => next(run, message, context).state, from);
}

interface Batch {
  readonly of: string;
  readonly known: number;
  readonly ids: readonly string[];
  readonly refused: readonly string[];
}

/** Plays the batches as the workflow does. */
function played(batches: readonly Batch[]): Reconciliation {
  const run = after(
    batches.flatMap(({ of, known, ids, refused }): ReconcileMessage[] => [
      {
        type: 'delivered',
        missed: ids.map((id) => row(id, of)),
        result: { undelivered: refused.map((changeSetId) => ({ changeSetId, reason: 'no such id' })), left: [] },
      },
      checked(ok(of, { listed: known + ids.length, known })),
    ]),
  );
  const { state, notices } = next(run, { type: 'completed' }, context);
  const found = state.accounts.filter(({ missed, undelivered }) => missed + undelivered > 0);
  expect(notices).toEqual(found.map((one) => missedNotice(one, identity)));
  return state;
}

const batches = fc.array(
  fc
    .record({
      of: fc.constantFrom(account, other),
      known: fc.nat(500),
      ids: fc.uniqueArray(fc.stringMatching(/^[a-z0-9]{25}$/), { maxLength: 100 }),
    })
    .chain((one) => fc.subarray([...one.ids]).map((refused) => ({ ...one, refused }))),
  { maxLength: 12 },
);

test('the numbers add up, each account has its own, the ids are the first hundred, and the details fit', () => {
  fc.assert(
    fc.property(batches, (all) => {
      const run = played(all);
      const { listed, known, missed, undelivered, missedIds, state, accounts } = reconcileStatus(run);
      expect(listed).toBe(known + missed + undelivered);
      const takenOf = (of: string) =>
        all.filter((one) => one.of === of).flatMap(({ ids, refused }) => ids.filter((id) => !refused.includes(id)));
      expect(missed).toBe(takenOf(account).length + takenOf(other).length);
      expect(missedIds).toEqual([...takenOf(account).slice(0, 100), ...takenOf(other).slice(0, 100)].slice(0, 100));
      const lostOf = (of: string) => all.filter((one) => one.of === of).reduce((sum, { ids }) => sum + ids.length, 0);
      for (const id of [account, other]) expect(accounts[id]?.missed ?? 0).toBe(lostOf(id));
      expect(state).toBe(missed + undelivered > 0 ? 'missedFound' : 'allKnown');
      expect(reconcileDetails(run).length).toBeLessThanOrEqual(4_000);
    }),
    { numRuns: 50 },
  );
});

test('nothing changes an ended run; a run that found something reports it, however it ends', () => {
  const cancelled = { type: 'brokenOff', state: 'abandoned', sentence: 'cancelled' } as const;
  const { state: ended, notices } = next(round(), cancelled, context);
  expect(ended).toMatchObject({ state: 'abandoned', notes: ['cancelled'] });
  expect(notices).toEqual([]);
  expect(next(ended, { type: 'completed' }, context)).toEqual({ state: ended, notices: [] });
  expect(next(ended, checked(ok()), context)).toEqual({ state: ended, notices: [] });
  const found = after([{ type: 'delivered', missed: [row('one')], result: { undelivered: [], left: [] } }]);
  expect(next(found, cancelled, context).notices).toMatchObject([{ title: expect.stringContaining('1 event') }]);
});

test('one notice for each account names its window, the first ten, and what to check', () => {
  const ids = Array.from({ length: 12 }, (_, index) => `id-${index}`);
  const run = played([
    { of: account, known: 3, ids, refused: [] },
    { of: other, known: 0, ids: ['only'], refused: ['only'] },
  ]);
  const [one, two] = next({ ...run, state: 'checking' }, { type: 'completed' }, context).notices;
  expect(one).toMatchObject({
    id: `${identity.workflowId}:run:${account}:${until}:missed`,
    severity: 'warning',
    account,
    title: `12 events of failed change sets never came (account ${account})`,
    nextStep: expect.stringContaining('dead-letter'),
  });
  expect(one?.lines.join(' ')).toContain('id-9 and 2 more');
  expect(two).toMatchObject({ account: other, title: expect.stringContaining('1 event of failed') });
  expect(two?.lines.at(-1)).toContain('Not delivered: 1');
});

test('an account that could not be checked keeps its beginning; the others go on from where they are', () => {
  const last = { accounts: { [account]: { checkedUntil: '2026-11-20T23:45:00Z' }, [other]: { checkedUntil: until } } };
  const denied = { account, outcome: 'failed', type: 'AccessDenied', sentence: 'not allowed' } as const;
  const run = after([checked(denied, ok(other, { listed: 2, known: 2 })), { type: 'completed' }], round(last));
  const status = reconcileStatus(run);
  expect(status).toMatchObject({ state: 'incomplete', listed: 2, known: 2 });
  expect(status.accounts).toEqual({
    [account]: {
      checkedUntil: '2026-11-20T23:45:00.000Z',
      failure: { type: 'AccessDenied', sentence: 'not allowed', since: '2026-11-21T00:10:00.000Z', rounds: 1 },
    },
    [other]: { checkedUntil: until },
  });
  expect(reconcileDetails(run)).toContain(`- ${account}: not checked since 2026-11-21 00:10 UTC: not allowed`);
  // The next round counts on, and covers the time; the one that can check it forgets the failure.
  const later = newRound({ accounts: [{ account, since }] }, status, { ...beginning, nowMs: nowMs + 900_000 });
  expect(later.accounts[0]?.from).toBe('2026-11-20T22:45:00.000Z');
  const again = after([checked(denied), { type: 'completed' }], later);
  expect(reconcileStatus(again).accounts[account]?.failure).toMatchObject({
    since: '2026-11-21T00:10:00.000Z',
    rounds: 2,
  });
  expect(reconcileStatus(after([checked(ok())], later)).accounts[account]).not.toHaveProperty('failure');
});

test('an account that is paused is left out, and keeps its beginning', () => {
  const paused = { actor: 'Ada', reason: 'its role is rebuilt', at: since };
  const last = { accounts: { [account]: { checkedUntil: until } } };
  const run = newRound({ accounts: [{ account, since, paused }] }, last, beginning);
  expect(run.accounts[0]?.outcome).toBe('paused');
  const ended = after([{ type: 'completed' }], run);
  expect(reconcileStatus(ended)).toMatchObject({
    state: 'allKnown',
    accounts: { [account]: { checkedUntil: until, paused: true } },
  });
  expect(reconcileDetails(ended)).toContain('paused by Ada: its role is rebuilt');
});

describe('where there is more than the time allows', () => {
  const cursor = { catalog: 'AWSMarketplace', endTime: '2026-11-20T10:00:00.000Z', changeSetId: 'x' };
  const last = '2026-11-20T08:00:00.000Z';
  const begun = round({ accounts: { [account]: { checkedUntil: last } } });
  const goesOn = { ...cursor, endTime: '2026-11-20T09:00:00.000Z', changeSetId: '' };

  test('the next round goes on an overlap before the last row, in the same window: other catalogs are behind it', () => {
    const run = after([checked(ok(account, { after: cursor }), ok(other)), { type: 'completed' }], begun);
    const { accounts } = reconcileStatus(run);
    expect(accounts).toEqual({
      [account]: { checkedUntil: last, after: cursor, unfinished: true },
      [other]: { checkedUntil: until },
    });
    const later = round({ accounts });
    expect(later.accounts[0]).toMatchObject({ from: '2026-11-20T07:00:00.000Z', after: goesOn });
    expect(reconcileStatus(after([checked(ok()), { type: 'completed' }], later)).accounts[account]).toEqual({
      checkedUntil: until,
    });
  });

  test('a check of it that fails later loses nothing of that, and rounds that come no further go back no further', () => {
    const refused = { account, outcome: 'failed', type: 'AccessDenied', sentence: 'no', reported: ['a'] } as const;
    const run = after([checked(ok(account, { after: cursor })), checked(refused), { type: 'completed' }], begun);
    const failing = { checkedUntil: last, after: cursor, reported: ['a'], failure: { rounds: 1 } };
    expect(reconcileStatus(run).accounts[account]).toMatchObject(failing);
    const later = after([checked(refused), { type: 'completed' }], round({ accounts: reconcileStatus(run).accounts }));
    expect(later.accounts[0]?.after).toEqual(goesOn);
    expect(reconcileStatus(later).accounts[account]).toMatchObject({ ...failing, failure: { rounds: 2 } });
    const paused = { actor: 'Ada', reason: 'a test', at: since };
    const pausing = newRound({ accounts: [{ account, since, paused }] }, reconcileStatus(later), beginning);
    expect(reconcileStatus(pausing).accounts[account]).toMatchObject({ checkedUntil: last, after: cursor });
  });

  test('what a check found before it failed counts', () => {
    const missed = [row('lost')];
    const run = after([
      { type: 'delivered', missed, result: { undelivered: [], left: [] } },
      checked({ account, outcome: 'failed', sentence: 'no', listed: 1 }, ok(other)),
      { type: 'completed' },
    ]);
    expect(reconcileStatus(run)).toMatchObject({ state: 'missedFound', listed: 1, missed: 1, known: 0 });
    expect(reconcileStatus(run).accounts[account]).toMatchObject({ missed: 1, failure: { rounds: 1 } });
  });
});

test('what Temporal did not take is no finding yet: its account is checked again', () => {
  const missed = [row('taken'), row('left'), row('elsewhere', other)];
  const run = after([
    { type: 'delivered', missed, result: { undelivered: [], left: ['left'] } },
    checked(ok(account, { listed: 2 }), ok(other, { listed: 1 })),
    { type: 'completed' },
  ]);
  const { accounts, missed: counted } = reconcileStatus(run);
  expect(counted).toBe(2);
  expect(accounts[account]).toMatchObject({ missed: 1, failure: { type: 'Unreachable' } });
  expect(accounts[account]).not.toHaveProperty('checkedUntil');
  expect(accounts[other]).toEqual({ checkedUntil: until, missed: 1 });
});

test('a thousand accounts that all fail stay far under what a payload holds', () => {
  const ids = Array.from({ length: 1_000 }, (_, index) => String(100_000_000_000 + index));
  const run = after(
    [
      checked(
        ...ids.map((id) => ({ account: id, outcome: 'failed', type: 'Throttled', sentence: 'x'.repeat(900) }) as const),
      ),
    ],
    round({ accounts: Object.fromEntries(ids.map((id) => [id, { checkedUntil: until }])) }, ids),
  );
  expect(JSON.stringify(reconcileStatus(run)).length).toBeLessThan(500_000);
  expect(reconcileDetails(run).length).toBeLessThanOrEqual(4_000);
  const idle = after([checked(...ids.map((id) => ok(id))), { type: 'completed' }], round(undefined, ids));
  expect(JSON.stringify(reconcileStatus(idle)).length).toBeLessThan(80_000);
});

test('a window that is empty says so by one moment, not by a reversed range', () => {
  const one: AccountRun | undefined = newRound(
    { accounts: [{ account, since: new Date(nowMs).toISOString() }] },
    undefined,
    beginning,
  ).accounts[0];
  expect(one?.from).toBe(one?.until);
});

test('change sets that run longer than usual are counted and noted, and nobody is notified by the run', () => {
  const changeSetIds = Array.from({ length: 7 }, (_, index) => `late-${index}`);
  const opened = next(round(), { type: 'lateOpened', changeSetIds }, context);
  expect(opened.notices).toEqual([]);
  const { state, notices } = next(opened.state, { type: 'completed' }, context);
  expect([notices, reconcileStatus(state)]).toMatchObject([[], { state: 'allKnown', late: 7, missed: 0 }]);
  expect(state.notes.join(' ')).toMatch(/late-0, .*late-4 and 2 more\.$/);
  expect(reconcileDetails(state)).toContain('**running longer than usual, followed now:** 7');
});

test('a check by hand is of one account, and says so', () => {
  const run = newAccountCheck({ account, from: '2026-11-01', to: '2026-11-02' }, beginning);
  expect(run.accounts[0]).toMatchObject({ from: '2026-11-01T00:00:00.000Z', until: '2026-11-02T00:00:00.000Z' });
  expect(reconcileStatus(run)).toMatchObject({ account, until: '2026-11-02T00:00:00.000Z' });
  expect(reconcileDetails(run)).toContain(`account ${account}`);
});
