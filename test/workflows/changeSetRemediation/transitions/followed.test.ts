import fc from 'fast-check';
import { changeSetDefaults } from '../../../../src/policies/defaults.ts';
import { readLineage } from '../../../../src/workflows/changeSetRemediation/carried.ts';
import type { ChangeSetPolicy } from '../../../../src/workflows/changeSetRemediation/policyValues.ts';
import { reportOf } from '../../../../src/workflows/changeSetRemediation/report.ts';
import { nextDueMs } from '../../../../src/workflows/changeSetRemediation/transitions/operatorCommands.ts';
import { next } from '../../../../src/workflows/changeSetRemediation/transitions/next.ts';
import {
  newCase,
  stateName,
  type ChangeSetCase,
  type LineageMessage,
  type PhaseOf,
} from '../../../../src/workflows/changeSetRemediation/state.ts';
import type { Notice } from '../../../../src/workflows/shared/notices.ts';
import { account, catalog, diagnosis, nowMs, originId, outcome } from '@marketplace-steward/testing/changeSets';

const dayMs = 86_400_000;
const failed = outcome(originId, 'FAILED');
const learned = (values = {}): LineageMessage => ({
  type: 'inspected',
  findings: { origin: diagnosis(values), successors: [] },
});
/** A code that only an operator can do something about. */
const refused = { changes: [{ ...diagnosis().changes[0], errors: [{ code: 'SCAN_ERROR', message: 'findings' }] }] };
/** A code whose same input may pass a little later: row 10. */
const spreading = {
  failureCode: 'CLIENT_ERROR',
  changes: [{ ...diagnosis().changes[0], errors: [{ code: 'INCOMPATIBLE_SELLER_VERIFICATION', message: 'no' }] }],
};

/** A lineage on a clock of its own, whose policy changes. */
class Lineage {
  nowMs = nowMs;
  lineage: ChangeSetCase = newCase({ account, catalog, changeSetId: originId });
  policy: ChangeSetPolicy = changeSetDefaults;
  readonly sent: Array<{ readonly atMs: number; readonly notice: Notice }> = [];

  constructor(policy: Partial<ChangeSetPolicy>, ...messages: readonly LineageMessage[]) {
    this.policy = { ...changeSetDefaults, ...policy };
    for (const message of messages) this.apply(message);
  }

  apply(message: LineageMessage): void {
    const { state, notices } = next(this.lineage, message, { policy: this.policy, nowMs: this.nowMs });
    this.lineage = readLineage(JSON.parse(JSON.stringify(state)));
    for (const notice of notices) this.sent.push({ atMs: this.nowMs, notice });
  }

  follow(policy: Partial<ChangeSetPolicy>): void {
    const before = this.policy;
    this.policy = { ...before, ...policy };
    this.apply({ type: 'followed', before });
  }

  /** Lets time pass; what is due meanwhile happens when it is due. */
  advance(byMs: number): void {
    const untilMs = this.nowMs + byMs;
    for (let dueMs = this.dueMs(); dueMs <= untilMs; dueMs = this.dueMs()) {
      this.nowMs = Math.max(this.nowMs, dueMs);
      this.apply({ type: 'clock' });
    }
    this.nowMs = untilMs;
  }

  dueMs(): number {
    const { phase } = this.lineage;
    return phase.name === 'awaitingDecision' ? nextDueMs(phase, { policy: this.policy }) : Number.POSITIVE_INFINITY;
  }

  question(): PhaseOf<'awaitingDecision'> {
    const { phase } = this.lineage;
    if (phase.name !== 'awaitingDecision') throw new Error(`no question, but ${phase.name}`);
    return phase;
  }

  openUntilMs(): number {
    return Date.parse(reportOf(this.lineage, this.policy).question?.openUntil ?? '');
  }

  /** On which days after the question reminders went out. */
  reminders(): number[] {
    return this.sent.flatMap(({ atMs, notice }) => (notice.kind === 'reminder' ? [(atMs - nowMs) / dayMs] : []));
  }
}

const asked = (policy: Partial<ChangeSetPolicy> = {}): Lineage => new Lineage(policy, failed, learned(refused));
const afterDays = (...days: readonly number[]) => ({ remindAfterMs: days.map((each) => each * dayMs) });

const policies = fc.record({
  remindAfterMs: fc
    .uniqueArray(fc.integer({ min: 1, max: 60 }), { maxLength: 5 })
    .map((days) => days.toSorted((one, other) => one - other).map((each) => each * dayMs)),
  expireAfterMs: fc.integer({ min: 1, max: 80 }).map((days) => days * dayMs),
});
const changes = fc.array(fc.record({ policy: policies, waitHours: fc.integer({ min: 0, max: 400 }) }), {
  minLength: 1,
  maxLength: 8,
});

test('however the policy changes: no notice twice, the end is not before the time that was promised, and a last reminder stays', () => {
  fc.assert(
    fc.property(policies, changes, (first, given) => {
      const play = asked(first);
      let promisedMs = play.openUntilMs();
      for (const { policy, waitHours } of given) {
        play.advance(waitHours * 3_600_000);
        const isOpen = play.lineage.phase.name === 'awaitingDecision';
        expect(isOpen || (stateName(play.lineage) === 'expired' && play.nowMs >= promisedMs)).toBe(true);
        if (!isOpen) break;
        const wasAhead = play.dueMs() < play.openUntilMs();
        const remindedBefore = play.reminders();
        play.follow(policy);
        expect(play.openUntilMs()).toBeGreaterThanOrEqual(promisedMs);
        promisedMs = play.openUntilMs();
        // Of the new policy's reminders the last is still to come, or one has gone out since its time.
        const lastMs = policy.remindAfterMs.at(-1) ?? Number.POSITIVE_INFINITY;
        const covered = remindedBefore.some((days) => days * dayMs >= lastMs);
        expect(!wasAhead || nowMs + lastMs >= promisedMs || covered || play.dueMs() < promisedMs).toBe(true);
      }
      const ids = play.sent.map(({ notice }) => notice.id);
      expect(new Set(ids).size).toBe(ids.length);
      const days = play.reminders();
      expect(new Set(days).size).toBe(days.length);
    }),
    { numRuns: 500 },
  );
});

test('a question goes on by the reminders of the policy that holds, and repeats none of those that were sent', () => {
  const play = asked(afterDays(1, 3, 7));
  play.advance(4 * dayMs);
  play.follow(afterDays(2, 10, 20));
  play.advance(30 * dayMs);
  expect(play.reminders()).toEqual([1, 3, 10, 20]);
});

test('the last reminder goes out at once where the change moves it into the past while one lay ahead; once', () => {
  const play = asked(afterDays(1, 30));
  play.advance(10 * dayMs);
  play.follow(afterDays(5));
  play.advance(0);
  play.follow(afterDays(1, 30));
  play.follow(afterDays(5));
  play.advance(10 * dayMs);
  expect(play.reminders()).toEqual([1, 10]);
});

test('a policy without reminders sends none, and one that has them again goes on', () => {
  const play = asked(afterDays(1, 3, 7));
  play.advance(dayMs);
  play.follow(afterDays());
  play.advance(3 * dayMs);
  play.follow(afterDays(1, 3, 7));
  play.advance(10 * dayMs);
  expect(play.reminders()).toEqual([1, 7]);
});

test('a question ends when operators were notified, and later where the policy has it later', () => {
  const play = asked({ ...afterDays(), expireAfterMs: 20 * dayMs });
  play.follow({ expireAfterMs: dayMs });
  play.advance(20 * dayMs - 1);
  expect(stateName(play.lineage)).toBe('awaitingDecision');
  play.follow({ expireAfterMs: 40 * dayMs });
  play.advance(20 * dayMs);
  expect(stateName(play.lineage)).toBe('awaitingDecision');
  play.advance(1);
  expect(stateName(play.lineage)).toBe('expired');
});

test('the repeat that was promised is taken back where its class is protected now, and kept otherwise', () => {
  const play = new Lineage({}, outcome(originId, 'FAILED', { failureCode: 'CLIENT_ERROR' }), learned(spreading));
  const { repeatAtMs } = play.question();
  expect(repeatAtMs).toBeDefined();
  play.follow({ spreadingRepeatMs: 1 });
  expect(play.question().repeatAtMs).toBe(repeatAtMs);
  play.follow({ protectedClasses: ['set'] });
  expect(play.question().repeatAtMs).toBeUndefined();
  expect(play.lineage.notes.join()).toContain('protects changes of its class now');
  play.advance(dayMs);
  expect(stateName(play.lineage)).toBe('awaitingDecision');
});

describe('automatic submits', () => {
  const submitted = (attempt: number): LineageMessage => ({
    type: 'submitAnswered',
    result: { outcome: 'submitted', changeSetId: `next-${attempt}` },
  });
  const attempts = fc.array(
    fc.record({
      allowed: fc.integer({ min: 0, max: 5 }),
      follows: fc.constantFrom('diagnosis', 'wait', 'blocker'),
      isProtected: fc.constantFrom(false, false, false, true),
    }),
    { minLength: 1, maxLength: 10 },
  );

  test('are never more than the policy that holds allows, and none is forgotten', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 5 }), attempts, (first, given) => {
        const waits = (count: number) => ({ retryBackOffMs: Array.from({ length: count }, () => 1_000) });
        const play = new Lineage({ ...waits(first), freshForMs: 1_000 * dayMs }, failed);
        let made = 0;
        let before = first;
        for (const { allowed, follows, isProtected } of given) {
          const policy = { ...waits(allowed), protectedClasses: isProtected ? ['set'] : [] };
          const newest = made === 0 ? originId : `next-${made}`;
          const checked = (): void => {
            const shown = diagnosis({ changeSetId: newest });
            if (play.lineage.phase.name === 'inspecting') {
              const successors = play.lineage.members.slice(1).map((one) => ({ ...one, status: 'FAILED' }));
              play.apply({ type: 'inspected', findings: { origin: diagnosis(), successors } });
            }
            if (play.lineage.phase.name === 'diagnosing') play.apply({ type: 'diagnosed', diagnosis: shown });
          };
          if (follows === 'diagnosis') play.follow(policy);
          checked();
          if (follows === 'wait') play.follow(policy);
          play.apply({ type: 'backOffElapsed' });
          if (follows === 'blocker') {
            play.apply({ type: 'submitAnswered', result: { outcome: 'locked', sentence: 'locked' } });
            play.follow(policy);
            play.apply({ type: 'unblocked' });
          }
          checked();
          play.apply({ type: 'backOffElapsed' });
          const isAsked = play.lineage.phase.name === 'awaitingDecision';
          // What is asked by one policy is not submitted automatically by the next.
          const mayBeAsked = made >= Math.min(allowed, before) || isProtected;
          const maySubmit = play.lineage.phase.name === 'submitting' && made < allowed && !isProtected;
          expect(isAsked ? mayBeAsked : maySubmit).toBe(true);
          if (isAsked) break;
          made += 1;
          before = allowed;
          play.apply(submitted(made));
          expect(play.lineage.automaticSubmits).toBe(made);
          play.apply(outcome(`next-${made}`, 'FAILED'));
        }
      }),
      { numRuns: 300 },
    );
  });

  test('a submit that an operator wants goes out, whatever the policy allows', () => {
    const play = asked();
    play.apply({ type: 'retry', command: { actor: 'ann', reason: 'now' } });
    play.apply({ type: 'submitAnswered', result: { outcome: 'locked', sentence: 'locked' } });
    play.follow({ protectedClasses: ['set'], retryBackOffMs: [] });
    play.apply({ type: 'unblocked' });
    expect(play.lineage.phase).toMatchObject({ name: 'submitting', authority: 'operator' });
  });
});
