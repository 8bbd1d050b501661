import { changeSetDetails } from '../../../../src/workflows/changeSetRemediation/details.ts';
import { changeSetDefaults } from '../../../../src/policies/defaults.ts';
import type { FoundBy } from '../../../../src/workflows/changeSetRemediation/contract.ts';
import { nextDueMs } from '../../../../src/workflows/changeSetRemediation/transitions/operatorCommands.ts';
import { next } from '../../../../src/workflows/changeSetRemediation/transitions/next.ts';
import {
  newCase,
  stateName,
  type ChangeSetCase,
  type LineageMessage,
} from '../../../../src/workflows/changeSetRemediation/state.ts';
import {
  account,
  catalog,
  context,
  diagnosis,
  from,
  nowMs,
  originId,
  outcome,
  quiet,
} from '@marketplace-steward/testing/changeSets';

const dayMs = 86_400_000;
const operator = { actor: 'ann', reason: 'because' };
const failed = outcome(originId, 'FAILED');
const learned: LineageMessage = { type: 'inspected', findings: { origin: diagnosis(), successors: [] } };
const spreading: LineageMessage = {
  type: 'inspected',
  findings: {
    origin: diagnosis({
      failureCode: 'CLIENT_ERROR',
      changes: [
        {
          changeType: 'UpdateInformation',
          entityType: 'SaaSProduct@1.0',
          entityId: 'prod-abc@4',
          errors: [{ code: 'INCOMPATIBLE_SELLER_VERIFICATION', message: 'no access' }],
          stale: [],
        },
      ],
    }),
    successors: [],
  },
};
const submitted = (changeSetId: string): LineageMessage => ({
  type: 'submitAnswered',
  result: { outcome: 'submitted', changeSetId },
});

function opened(act: FoundBy['act']): ChangeSetCase {
  return newCase({ account, catalog, changeSetId: originId, foundBy: { backfillId: 'backfill-1', act } });
}

function kinds(sent: ReturnType<typeof from>['sent']): string[] {
  return sent.map((one) => ('kind' in one ? one.kind : 'outcome'));
}

/** A lineage that a proposing backfill opened, once it asks. */
const asking = (): ChangeSetCase => from(opened('propose'), failed, learned).lineage;

describe('a backfill that proposes', () => {
  test('what the table would submit automatically needs an operator, who reads what the table would do', () => {
    const { lineage, sent } = from(opened('propose'), failed, learned);
    expect(lineage.phase).toMatchObject({
      name: 'awaitingDecision',
      reason: {
        kind: 'decision',
        row: 8,
        retryLeadsTo: 'submit',
        sentence:
          'AWS reports a fault of its own (SERVER_FAULT). A backfill found it, so nothing is submitted without your answer. For a live event, rule 8 would have submitted it again in 60 seconds.',
      },
    });
    expect(sent).toEqual([]);
  });

  test('the one repeat of row 10 is an operator’s too', () => {
    const { lineage } = from(
      opened('propose'),
      outcome(originId, 'FAILED', { failureCode: 'CLIENT_ERROR' }),
      spreading,
    );
    expect(lineage.phase).toMatchObject({ name: 'awaitingDecision', reason: { row: 10 } });
    expect(lineage.phase).not.toHaveProperty('repeatAtMs');
    expect(
      from(opened('policy'), outcome(originId, 'FAILED', { failureCode: 'CLIENT_ERROR' }), spreading).lineage.phase,
    ).toHaveProperty('repeatAtMs');
  });

  test('what would wait for a running change set is asked at once; the operator’s retry waits for it', () => {
    const running = [{ changeSetId: 'blocker' }];
    const origin = diagnosis({ concurrentChanges: { ...quiet, running } });
    const { lineage, sent } = from(opened('propose'), failed, {
      type: 'inspected',
      findings: { origin, successors: [] },
    });
    expect(lineage.phase).toMatchObject({
      name: 'awaitingDecision',
      reason: {
        row: 4,
        sentence: expect.stringMatching(/: blocker\..* rule 4 would have waited for that one/) as string,
      },
    });
    expect(sent).toEqual([]);
    const overtaken = { outcome: 'overtaken', concurrentChanges: { ...quiet, running } } as const;
    const retried = from(lineage, { type: 'retry', command: operator }, { type: 'submitAnswered', result: overtaken });
    expect(retried.lineage.phase).toMatchObject({ name: 'awaitingBlocker', blocker: { changeSetId: 'blocker' } });
  });

  test('what the table leaves to an operator, or ends, stays as it is', () => {
    const old: LineageMessage = {
      type: 'inspected',
      findings: { origin: diagnosis({ endTime: '2026-10-01T00:00:00Z' }), successors: [] },
    };
    expect(from(opened('propose'), failed, old).lineage.phase).toMatchObject({
      reason: { row: 7, sentence: 'It failed more than 24 hours ago.' },
    });
    expect(stateName(from(opened('propose'), outcome(originId, 'SUCCEEDED')).lineage)).toBe('succeeded');
  });

  test('an attempt that an operator submitted and that fails asks an operator again, with a notice', () => {
    const retried = from(asking(), { type: 'retry', command: operator }, submitted('next-1'));
    const { lineage, sent } = from(retried.lineage, outcome('next-1', 'FAILED'), {
      type: 'diagnosed',
      diagnosis: diagnosis({ changeSetId: 'next-1' }),
    });
    expect(lineage.phase).toMatchObject({ name: 'awaitingDecision', reason: { row: 8 } });
    expect(kinds(sent)).toEqual(['opening']);
    expect(kinds(from(lineage, { type: 'abandon', command: operator }).sent)).toEqual(['resolution']);
  });
});

describe('a backfill that lets the table act', () => {
  test('submits automatically; the first question is quiet before an attempt was submitted, and has a notice after', () => {
    expect(from(opened('policy'), failed, learned).lineage.phase.name).toBe('backingOff');
    const held: LineageMessage = { type: 'submitAnswered', result: { outcome: 'held', by: 'observe' } };
    const observed = from(opened('policy'), failed, learned, { type: 'backOffElapsed' }, held);
    expect(stateName(observed.lineage)).toBe('observed');
    expect(observed.sent).toEqual([]);
    const sent = from(opened('policy'), failed, learned, { type: 'backOffElapsed' }, submitted('next-1'));
    const refused = from(sent.lineage, outcome('next-1', 'FAILED', { failureCode: 'CLIENT_ERROR' }), {
      type: 'diagnosed',
      diagnosis: diagnosis({ changeSetId: 'next-1', failureCode: 'CLIENT_ERROR' }),
    });
    expect(kinds(refused.sent)).toEqual(['opening']);
  });

  test('a submit whose outcome nobody knows has a notice at once', () => {
    const lost: LineageMessage = { type: 'submitFailed', outcomeKnown: false, sentence: 'cut off' };
    const { sent } = from(opened('policy'), failed, learned, { type: 'backOffElapsed' }, lost);
    expect(kinds(sent)).toEqual(['opening']);
  });
});

describe('the quiet of a question that the digest reports', () => {
  test('no reminder goes out, and no notice of its end; it expires as others do', () => {
    const lineage = asking();
    if (lineage.phase.name !== 'awaitingDecision') throw new Error(lineage.phase.name);
    expect(nextDueMs(lineage.phase, context)).toBe(nowMs + changeSetDefaults.expireAfterMs);
    const late = { ...context, nowMs: nowMs + changeSetDefaults.expireAfterMs };
    const { state: ended, notices, effects } = next(lineage, { type: 'clock' }, late);
    expect(stateName(ended)).toBe('expired');
    expect([notices, effects]).toEqual([[], undefined]);
    expect(from(lineage, { type: 'abandon', command: operator }).sent).toEqual([]);
  });

  test('work of others is noted without a notice', () => {
    const externalChanges = [{ entityId: 'prod-abc', revision: '9', at: '2026-11-01T13:00:00Z' }];
    const { lineage, sent } = from(asking(), {
      type: 'workElsewhere',
      concurrentChanges: { ...quiet, externalChanges },
    });
    expect(lineage.notes).toEqual(['None of this account’s change sets made revision 9 of prod-abc.']);
    expect(sent).toEqual([]);
  });

  test('once somebody proposes other details, the reminders to come go out, those of before do not', () => {
    const command = { ...operator, changes: [{ index: 0, details: '{}' }] };
    const amend: LineageMessage = { type: 'amend', command };
    const { state: lineage } = next(asking(), amend, { ...context, nowMs: nowMs + 5 * dayMs });
    if (lineage.phase.name !== 'awaitingDecision') throw new Error(lineage.phase.name);
    expect(lineage.phase).not.toHaveProperty('quiet');
    // After 1, 3 and 7 days: two have passed.
    expect(nextDueMs(lineage.phase, context)).toBe(nowMs + 7 * dayMs);
    const reminded = next(lineage, { type: 'clock' }, { ...context, nowMs: nowMs + 7 * dayMs });
    expect(kinds(reminded.notices)).toEqual(['reminder']);
    expect(kinds(from(reminded.state, { type: 'abandon', command: operator }).sent)).toEqual(['resolution']);
  });

  test('a validation, and one that a newer failure covers, end without a notice', () => {
    const validation: LineageMessage = {
      type: 'inspected',
      findings: { origin: diagnosis({ intent: 'VALIDATE' }), successors: [] },
    };
    const { lineage, sent } = from(opened('policy'), failed, validation);
    expect(stateName(lineage)).toBe('reported');
    expect(sent).toEqual([]);
  });
});

test('the vendor’s own event of it changes nothing but for a note of contradictions', () => {
  const lineage = asking();
  const { lineage: same, sent } = from(lineage, failed);
  expect(same).toBe(lineage);
  expect(sent).toEqual([]);
});

test('the details say that a backfill opened it, and who decides', () => {
  expect(changeSetDetails(asking(), changeSetDefaults)).toContain(
    '- **opened by a backfill:** backfill-1; every decision is an operator’s',
  );
  expect(changeSetDetails(opened('policy'), changeSetDefaults)).toContain('the decision table acts');
  const plainCase = newCase({ account, catalog, changeSetId: originId });
  expect(changeSetDetails(plainCase, changeSetDefaults)).not.toContain('backfill');
});
