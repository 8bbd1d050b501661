import { changeSetDetails, changeSetStatus } from '../../../src/workflows/changeSetRemediation/details.ts';
import { portalLink } from '../../../src/workflows/changeSetRemediation/report.ts';
import { newCase, type ChangeSetCase, type Phase } from '../../../src/workflows/changeSetRemediation/state.ts';
import { next } from '../../../src/workflows/changeSetRemediation/transitions/next.ts';
import { reportAtMs, waitOf } from '../../../src/workflows/changeSetRemediation/waits.ts';
import {
  account,
  catalog,
  context,
  diagnosis,
  nowMs,
  originId,
  setChange,
} from '@marketplace-steward/testing/changeSets';

const hourMs = 3_600_000;
const blocked = { name: 'awaitingBlocker', sentence: 'locked', sinceMs: nowMs - 50_000, round: 3 } as const;
const afterwards = { name: 'diagnosing' } as const;

function waiting(phase: Phase, values: Partial<ChangeSetCase> = {}): ChangeSetCase {
  return { ...newCase({ account, catalog, changeSetId: originId }, nowMs), phase, ...values };
}
const lasts = (lineage: ChangeSetCase, atMs: number) =>
  next(lineage, { type: 'waitLasts', sentence: 'not yet' }, { ...context, nowMs: atMs });

describe('waits', () => {
  test.each<[string, Phase, number]>([
    ['a first check', { name: 'inspecting' }, nowMs + hourMs],
    ['a submit', { name: 'submitting', attempt: 1, authority: 'policy' }, nowMs + hourMs],
    ['a back-off', { name: 'backingOff', attempt: 1, delayMs: 7 * hourMs }, nowMs + hourMs],
    ['an outcome', { name: 'awaitingOutcome', changeSetId: 'next-1' }, nowMs + 6 * hourMs],
    ['an outcome that is abandoned', { name: 'abandoning', changeSetId: 'next-1' }, nowMs + 6 * hourMs],
    ['a blocker, since it was found first', { ...blocked, afterwards }, blocked.sinceMs + hourMs],
  ])('%s is reported once, and not a millisecond earlier', (_, phase, dueMs) => {
    const lineage = waiting(phase);
    expect(reportAtMs(lineage)).toBe(dueMs);
    expect(lasts(lineage, dueMs - 1)).toEqual({ state: lineage, notices: [] });
    const { state, notices } = lasts(lineage, dueMs);
    expect(notices).toMatchObject([
      { kind: 'report', severity: 'warning', nextStep: expect.stringContaining('abandon') as string },
    ]);
    expect(state.phase).toBe(phase);
    expect(reportAtMs(state)).toBeUndefined();
    expect(lasts(state, dueMs + 99 * hourMs).notices).toEqual([]);
    expect(changeSetStatus(state, context.policy).nextStep).toMatch(
      /since 2026-11-01 1\d:\d\d UTC.*operators were notified/i,
    );
    expect(changeSetDetails(state, context.policy)).toContain('operators were notified');
  });

  test('an outcome counts from when AWS started the change set', () => {
    const phase = { name: 'awaitingOutcome', changeSetId: originId } as const;
    const running = waiting(phase, { diagnosis: diagnosis({ status: 'APPLYING' }) });
    expect(waitOf(running)?.sinceMs).toBe(Date.parse('2026-11-01T11:00:00Z'));
    const unknown = waiting(phase, { diagnosis: diagnosis({ startTime: 'soon' }) });
    expect(waitOf(unknown)?.sinceMs).toBe(nowMs);
    const ahead = waiting(phase, { diagnosis: diagnosis({ startTime: '2027-01-01T00:00:00Z' }) });
    expect(waitOf(ahead)?.sinceMs).toBe(nowMs);
  });

  test('a blocker that is found again, or another one, is the same wait', () => {
    const first = waiting({ ...blocked, afterwards, blocker: { changeSetId: 'one' } });
    const { reportedWaits = [] } = lasts(first, nowMs + hourMs).state;
    const second = waiting({ ...blocked, round: 4, afterwards, blocker: { changeSetId: 'two' } }, { reportedWaits });
    expect(reportAtMs(second)).toBeUndefined();
  });

  test('where an operator is asked, and at the end, nothing waits', () => {
    const reason = { kind: 'decision', sentence: 'why', retryLeadsTo: 'submit' } as const;
    const asked = waiting({ name: 'awaitingDecision', reason, askedAtMs: nowMs, remindersSent: 0 });
    for (const lineage of [asked, waiting({ name: 'ended', end: 'expired' })]) {
      expect(lasts(lineage, nowMs + 99 * hourMs).notices).toEqual([]);
    }
  });

  test('each phase counts from its own beginning', () => {
    const lineage = waiting({ name: 'backingOff', attempt: 1, delayMs: 60_000 });
    const { state } = next(lineage, { type: 'backOffElapsed' }, { ...context, nowMs: nowMs + 60_000 });
    expect(reportAtMs(state)).toBe(nowMs + 60_000 + hourMs);
  });

  test('the notice cuts what the check said, without its addresses', () => {
    const why = `see https://findings.example/secret?token=1 ${'x'.repeat(900)}`;
    const { notices } = next(
      waiting({ name: 'inspecting' }),
      { type: 'waitLasts', sentence: why },
      { ...context, nowMs: nowMs + hourMs },
    );
    const text = notices.flatMap(({ lines }) => lines).join('\n');
    expect(text).not.toContain('secret');
    expect(text.length).toBeLessThan(900);
  });

  test('the notice names codes, AWS’s words, the change and the request', () => {
    const errors = [{ code: 'IMAGE_INACCESSIBLE', message: 'The role may not pull the image.' }];
    const failed = diagnosis({ changes: [{ ...setChange, errors }], failureCode: 'CLIENT_ERROR' });
    const { notices } = next(
      waiting({ ...blocked, afterwards: { name: 'diagnosing' } }, { diagnosis: failed }),
      { type: 'waitLasts' },
      { ...context, nowMs: nowMs + hourMs },
    );
    const lines = notices.flatMap((notice) => notice.lines);
    const text = lines.join('\n');
    for (const part of ['IMAGE_INACCESSIBLE', 'may not pull the image', setChange.changeType, portalLink(originId)])
      expect(text).toContain(part);
    expect(lines.length).toBeLessThanOrEqual(20);
  });
});

describe('a blocker that is gone, or a day later', () => {
  const end = Date.parse('2026-11-01T12:00:00Z');
  const dayMs = 24 * hourMs;
  test.each([
    ['the policy’s submit of a fresh failure goes out', 'policy', end + dayMs, 'submitting'],
    ['the policy’s submit of an old failure goes through the table again', 'policy', end + dayMs + 1, 'inspecting'],
    ['an operator’s submit goes out, however old the failure is', 'operator', end + 9 * dayMs, 'submitting'],
  ] as const)('%s', (_, authority, atMs, name) => {
    const lineage = waiting(
      { ...blocked, afterwards: { name: 'submitting', authority } },
      { diagnosis: diagnosis({ endTime: '2026-11-01T12:00:00Z' }) },
    );
    const { state } = next(lineage, { type: 'unblocked' }, { ...context, nowMs: atMs });
    expect(state.phase.name).toBe(name);
  });
});
