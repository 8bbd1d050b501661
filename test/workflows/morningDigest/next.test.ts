import fc from 'fast-check';
import { wordsOf } from '../../../src/channels/text.ts';
import { readMorning } from '../../../src/workflows/morningDigest/carried.ts';
import {
  morningDigestId,
  type MorningCollected,
  type MorningDigestInput,
  type MorningFacts,
  type MorningRow,
} from '../../../src/workflows/morningDigest/contract.ts';
import { morningDetails, morningStatus } from '../../../src/workflows/morningDigest/details.ts';
import { newMorning, reportedBefore, requestOf, stateName } from '../../../src/workflows/morningDigest/state.ts';
import { next } from '../../../src/workflows/morningDigest/transitions/next.ts';
import { dayMs, hourMs, minuteMs } from '../../../src/workflows/shared/durations.ts';

const plannedMs = Date.parse('2026-12-01T06:30:00Z');
const input: MorningDigestInput = {
  version: 1,
  digestId: morningDigestId({ channels: ['team'] }),
  at: '07:30',
  timeZone: 'Europe/Berlin',
  lateAfterMs: 15 * minuteMs,
  skipAfterMs: 6 * hourMs,
};
const beginning = { workflowId: `${input.digestId}-2026-12-01T06:30:00Z`, firstRunId: 'first-run', plannedMs };
const quiet: MorningFacts = {
  at: new Date(plannedMs + 2_000).toISOString(),
  needsYou: { total: 0, rows: [] },
  due: { withinDays: 7, total: 0, rows: [] },
  done: {
    since: new Date(plannedMs - dayMs).toISOString(),
    until: new Date(plannedMs - minuteMs).toISOString(),
    total: 0,
    states: [],
    others: 0,
    failed: 0,
  },
  lost: { roundsWithLost: 0, quarantined: 0, held: 0, recorded: 0, deadLetterQueues: 0 },
  lists: [],
};
const row = (number: number, more: Partial<MorningRow> = {}): MorningRow => ({
  workflowId: `change-set:${number}`,
  subject: `Acme Scanner ${number}: SCAN_ERROR`,
  urgency: 'needsDecision',
  startedAt: new Date(plannedMs - 3 * hourMs).toISOString(),
  ...more,
});

const collected = (facts: Partial<MorningFacts> = {}, more: { readonly byHand?: true } = {}): MorningCollected => ({
  outcome: 'collected',
  day: '2026-12-01',
  facts: { ...quiet, ...facts },
  ...more,
});
const begun = (lastResult?: unknown, nowMs = plannedMs, given: Partial<MorningDigestInput> = {}) =>
  newMorning({ ...input, ...given }, { ...beginning, nowMs }, reportedBefore(lastResult));

/** The notice of what was collected, and the state after it. */
function said(answer: MorningCollected, morning = begun()) {
  const { state, notices } = next(morning, { type: 'collected', collected: answer });
  return { state: readMorning(state), notices, notice: notices[0] };
}

test('a quiet morning says in one line each that there is nothing', () => {
  const { notice, state } = said(collected());
  expect(notice).toEqual({
    id: `${input.digestId}:2026-12-01`,
    kind: 'report',
    severity: 'information',
    account: 'all',
    workflowId: beginning.workflowId,
    route: input.digestId,
    title: 'Morning digest of 2026-12-01: nothing needs you',
    lines: [
      'Needs you, the most urgent first: nothing.',
      'Due within 7 days, beyond today: nothing.',
      'Done since 2026-11-30 06:30 UTC: nothing.',
      'Lost events: none, and none waits.',
    ],
    lists: [],
    nextStep: 'Nothing to do. As it stands at any time: steward status',
  });
  expect(morningStatus(state)).toMatchObject({
    state: 'reported',
    sentDay: '2026-12-01',
    reportedUntil: quiet.done.until,
  });
  expect(morningDetails(state)).toContain('Lost events: none, and none waits.');
});

test('its times are those of the route’s zone, as the activity gives them', () => {
  const due = '2026-12-04T06:30:00.000Z';
  const facts = { ...quiet, due: { withinDays: 7, total: 1, rows: [row(1, { dueAt: due })] } };
  const localTimes = {
    [due]: '2026-12-04 07:30 Europe/Berlin',
    [quiet.done.since]: '2026-11-30 07:30 Europe/Berlin',
  };
  const { notice } = said({ outcome: 'collected', day: '2026-12-01', facts, localTimes });
  const text = notice?.lines.join('\n');
  expect(text).toContain('Due 2026-12-04 07:30 Europe/Berlin, in 2 days: Acme');
  expect(text).toContain('Done since 2026-11-30 07:30 Europe/Berlin: nothing.');
  expect(text).not.toContain('UTC');
});

test('a busy one names the most urgent first, counts the rest, and says how to list it', () => {
  const overdue = row(1, { urgency: 'overdue', dueAt: new Date(plannedMs - dayMs).toISOString() });
  const { notice } = said(
    collected({
      needsYou: { total: 1_234, rows: [overdue, ...Array.from({ length: 5 }, (_, at) => row(at + 2))] },
      due: { withinDays: 7, total: 1, rows: [row(9, { dueAt: new Date(plannedMs + 3 * dayMs).toISOString() })] },
      done: { ...quiet.done, total: 5, states: [['remediated', 3]], others: 1, failed: 1 },
      lost: { roundsWithLost: 1, quarantined: 2, held: 0, recorded: 0, deadLetterQueues: 0 },
    }),
    begun(undefined, plannedMs, { accounts: ['111122223333'] }),
  );
  expect(notice).toMatchObject({
    account: '111122223333',
    title: 'Morning digest of 2026-12-01: 1,234 need you, 1 due within 7 days, events were lost',
    nextStep: expect.stringContaining('steward show change-set:1.') as string,
  });
  expect(notice?.lines).toEqual([
    'Needs you, the most urgent first: 1,234.',
    'Overdue since 2026-11-30 06:30 UTC, 24 hours ago: Acme Scanner 1: SCAN_ERROR (change-set:1)',
    ...[2, 3, 4, 5, 6].map(
      (number) => `Since 2026-12-01 03:30 UTC, 3 hours ago: Acme Scanner ${number}: SCAN_ERROR (change-set:${number})`,
    ),
    '… and 1,228 more: steward list --account 111122223333',
    'Due within 7 days, beyond today: 1.',
    'Due 2026-12-04 06:30 UTC, in 2 days: Acme Scanner 9: SCAN_ERROR (change-set:9)',
    'Done since 2026-11-30 06:30 UTC: 5: 1 failed, 3 remediated, 1 other.',
    'Lost events: found by 1 check (steward list --closed --state missedFound), 2 unreadable (steward quarantine list).',
  ]);
});

test('whatever was found, a chat shows all of its lines', () => {
  const rows = fc.array(
    fc.record({ subject: fc.string({ maxLength: 400 }), workflowId: fc.string({ minLength: 1, maxLength: 400 }) }),
    { maxLength: 30 },
  );
  fc.assert(
    fc.property(rows, rows, fc.nat(), (needs, due, more) => {
      const listed = (found: typeof needs) => ({
        total: found.length + more,
        rows: found.map((one, at) => row(at, one)),
      });
      const late = new Date(plannedMs + hourMs).toISOString();
      const { notice } = said(collected({ at: late, needsYou: listed(needs), due: { withinDays: 7, ...listed(due) } }));
      if (notice === undefined) throw new Error('no notice');
      expect(notice.lines.length).toBeLessThanOrEqual(20);
      expect(wordsOf(notice).lines).toHaveLength(notice.lines.length);
      expect(Math.max(...notice.lines.map((line) => line.length))).toBeLessThanOrEqual(500);
    }),
  );
});

test('one that begins late says so, and one that begins after six hours is left out', () => {
  const at = (ms: number) => collected({ at: new Date(plannedMs + ms).toISOString() });
  expect(said(at(15 * minuteMs)).notice?.lines[0]).not.toMatch(/^Late/);
  expect(said(at(2 * hourMs)).notice?.lines[0]).toBe(
    'Late: it was planned for 07:30 (Europe/Berlin), 2 hours ago; no worker took it before. This is how things stand now.',
  );
  expect(stateName(begun(undefined, plannedMs + 6 * hourMs))).toBe('collecting');
  const left = begun(undefined, plannedMs + 6 * hourMs + 1);
  expect(stateName(left)).toBe('tooLate');
  expect(said(collected(), left).notices).toEqual([]);
});

test('a day has one identity, whichever run and hour; what is asked for by hand has another', () => {
  const other = { ...begun(), workflowId: 'another', firstRunId: 'another', at: '08:00' };
  expect(said(collected(), other).notice?.id).toBe(said(collected()).notice?.id);
  const byHand = said(collected({}, { byHand: true }), begun({ sentDay: '2026-11-30' }));
  expect(byHand.notice?.id).toBe(`${input.digestId}:by-hand:first-run`);
  expect(byHand.notice?.title).toMatch(/^Digest of 2026-12-01/);
  // It takes nothing from the day’s.
  expect(morningStatus(byHand.state).sentDay).toBe('2026-11-30');
});

test('the second of a day, one that nobody asks for and one that failed send nothing, and keep what the next needs', () => {
  const before = { sentDay: '2026-12-01', reportedUntil: '2026-12-01T05:00:00.000Z' };
  const morning = begun(before);
  expect(requestOf(morning)).toMatchObject({ sentDay: '2026-12-01', since: '2026-12-01T05:00:00.000Z' });
  for (const [message, state] of [
    [{ type: 'collected', collected: { outcome: 'sentBefore', day: '2026-12-01' } }, 'sentBefore'],
    [{ type: 'collected', collected: { outcome: 'notAsked' } }, 'notAsked'],
    [{ type: 'failed', sentence: 'Temporal did not answer.' }, 'failed'],
    [{ type: 'cancelled' }, 'abandoned'],
  ] as const) {
    const after = next(morning, message);
    expect(after.notices).toEqual([]);
    expect(morningStatus(readMorning(after.state))).toMatchObject({ state, ...before });
    // It has ended: nothing changes it any more.
    expect(next(after.state, { type: 'collected', collected: collected() })).toMatchObject({
      state: after.state,
      notices: [],
    });
  }
});

test.each([
  [undefined, '2026-11-30T06:30:00.000Z'],
  ['the result of another workflow', '2026-11-30T06:30:00.000Z'],
  [{ reportedUntil: '2026-11-30T06:30:04.000Z' }, '2026-11-30T06:30:04.000Z'],
  [{ reportedUntil: '2026-11-25T06:30:04.000Z' }, '2026-11-25T06:30:04.000Z'],
  [{ reportedUntil: '2026-11-20T06:30:04.000Z' }, '2026-11-30T06:30:00.000Z'],
  [{ reportedUntil: '2026-12-24T06:30:04.000Z' }, '2026-11-30T06:30:00.000Z'],
])('after a run that left %j it reports what has ended since %s', (lastResult, since) => {
  expect(begun(lastResult).since).toBe(since);
});

test('a route is another one by its channels and accounts, in whatever order, and by nothing else', () => {
  const id = morningDigestId({ channels: ['b', 'a'], accounts: ['1', '2'] });
  expect(id).toMatch(/^morning-digest:a\+b:[0-9a-f]{16}$/);
  expect(morningDigestId({ channels: ['a', 'b', 'a'], accounts: ['2', '1'] })).toBe(id);
  const others = [
    { channels: ['a', 'b'] },
    { channels: ['a', 'b'], accounts: [] },
    { channels: ['a'], accounts: ['1', '2'] },
  ];
  expect(new Set([id, ...others.map(morningDigestId)]).size).toBe(4);
});
