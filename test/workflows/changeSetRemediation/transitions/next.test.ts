import fc from 'fast-check';
import { successorName } from '../../../../src/workflows/changeSetRemediation/lineage.ts';
import { next } from '../../../../src/workflows/changeSetRemediation/transitions/next.ts';
import { adviceOf } from '../../../../src/workflows/changeSetRemediation/advice.ts';
import {
  commandsNow,
  leadsToSubmit,
  modeRefusal,
  refusal,
} from '../../../../src/workflows/changeSetRemediation/transitions/refusals.ts';
import {
  newCase,
  newestMember,
  stateName,
  type LineageMessage,
} from '../../../../src/workflows/changeSetRemediation/state.ts';
import { after, context, diagnosis, from, originId, outcome, quiet } from '@marketplace-steward/testing/changeSets';

const learned: LineageMessage = { type: 'inspected', findings: { origin: diagnosis(), successors: [] } };
const backOffElapsed: LineageMessage = { type: 'backOffElapsed' };
const submitted = (changeSetId: string): LineageMessage => ({
  type: 'submitAnswered',
  result: { outcome: 'submitted', changeSetId },
});
const command = (type: 'retry' | 'approve' | 'abandon'): LineageMessage => ({
  type,
  command: { actor: 'ann', reason: 'because' },
});
const clock: LineageMessage = { type: 'clock' };
const newer = { changeSetId: 'newer', startTime: '2026-11-01T12:00:00Z' };
const failed = outcome(originId, 'FAILED');
const toFirstSubmit = [failed, learned, backOffElapsed] as const;
const markedName = successorName('Create my product', originId, 1);
const clientError: LineageMessage = {
  type: 'inspected',
  findings: { origin: diagnosis({ failureCode: 'CLIENT_ERROR' }), successors: [] },
};
const asksOperator = [outcome(originId, 'FAILED', { failureCode: 'CLIENT_ERROR' }), clientError] as const;

describe('one lineage from event to end', () => {
  test('a success ends at once and asks AWS nothing', () => {
    const { lineage, sent } = after(outcome(originId, 'SUCCEEDED'));
    expect(stateName(lineage)).toBe('succeeded');
    expect(sent).toEqual([]);
  });

  test('failed, waited, submitted, applied: remediated, without a notice', () => {
    const { lineage, sent } = after(...toFirstSubmit, submitted('next-1'), outcome('next-1', 'SUCCEEDED'));
    expect(stateName(lineage)).toBe('remediated');
    expect(lineage.members.map(({ attempt, changeSetId }) => [attempt, changeSetId])).toEqual([
      [0, originId],
      [1, 'next-1'],
    ]);
    expect(sent).toEqual([]);
  });

  test('six automatic successors fail, then an operator is asked once; their retry does not bring six more', () => {
    let state = after(failed, learned).lineage;
    for (let attempt = 1; attempt <= 6; attempt += 1) {
      const id = `next-${attempt}`;
      state = from(state, backOffElapsed, submitted(id), outcome(id, 'FAILED'), {
        type: 'diagnosed',
        diagnosis: diagnosis({ changeSetId: id }),
      }).lineage;
    }
    expect(state).toMatchObject({ automaticSubmits: 6, decisionsRequested: 1, phase: { name: 'awaitingDecision' } });
    const again = from(state, command('retry'), submitted('next-7'), outcome('next-7', 'FAILED'), {
      type: 'diagnosed',
      diagnosis: diagnosis({ changeSetId: 'next-7' }),
    }).lineage;
    expect(again).toMatchObject({ automaticSubmits: 6, decisionsRequested: 2, phase: { name: 'awaitingDecision' } });
  });

  test('a successor’s outcome that comes before its submit is answered is claimed then', () => {
    const early = outcome('next-1', 'SUCCEEDED', { changeSetName: markedName });
    expect(stateName(after(...toFirstSubmit, early, submitted('next-1')).lineage)).toBe('remediated');
  });

  test('an early outcome that turns out foreign is delivered, not lost', () => {
    const foreign = outcome('copy-of-a-colleague', 'FAILED', { changeSetName: markedName });
    const { lineage, sent } = after(...toFirstSubmit, foreign, submitted('next-1'));
    expect(lineage.phase).toEqual({ name: 'awaitingOutcome', changeSetId: 'next-1', submitted: true });
    expect(sent).toMatchObject([{ changeSetId: 'copy-of-a-colleague', outcome: 'FAILED' }]);
    expect(sent).toHaveLength(1);
  });

  test('of a flood of copies of its marker 20 wait; the workflows of the others get their outcomes at once', () => {
    const ids = Array.from({ length: 50 }, (_, at) => `copy-${at}`);
    const copies = ids.map((id) => outcome(id, 'FAILED', { changeSetName: markedName }));
    const { lineage, sent } = after(...toFirstSubmit, ...copies);
    expect(lineage.unclaimed.map(({ changeSetId }) => changeSetId)).toEqual(ids.slice(0, 20));
    expect(sent).toMatchObject(ids.slice(20).map((changeSetId) => ({ changeSetId })));
    expect(sent).toHaveLength(30);
  });

  test('a successor that somebody cancelled means stop', () => {
    const { lineage } = after(...toFirstSubmit, submitted('next-1'), outcome('next-1', 'CANCELLED'));
    expect(stateName(lineage)).toBe('cancelled');
  });

  test('what AWS shows counts against what an event said', () => {
    const running = diagnosis({ status: 'APPLYING' });
    const { lineage } = after(failed, { type: 'inspected', findings: { origin: running, successors: [] } });
    expect(lineage.phase).toEqual({ name: 'awaitingOutcome', changeSetId: originId });
    expect(lineage.notes).toHaveLength(1);
    const found: LineageMessage = {
      type: 'outcomeFound',
      found: { changeSetId: originId, outcome: 'SUCCEEDED', startTime: '', endTime: '' },
    };
    expect(stateName(from(lineage, found).lineage)).toBe('succeeded');
  });

  test('a contradicting event during the wait makes AWS be asked again before anything is sent', () => {
    const { lineage } = after(failed, learned, outcome(originId, 'SUCCEEDED'));
    expect(lineage.phase).toEqual({ name: 'diagnosing', changeSetId: originId });
  });
});

describe('a lineage that was begun before', () => {
  const found = (status: string): LineageMessage => ({
    type: 'inspected',
    findings: { origin: diagnosis(), successors: [{ attempt: 1, changeSetId: 'next-1', status }] },
  });

  test.each([
    ['APPLYING', 'awaitingOutcome', 'retrying'],
    ['SUCCEEDED', 'ended', 'remediated'],
    ['FAILED', 'diagnosing', 'retrying'],
    ['CANCELLED', 'ended', 'cancelled'],
  ])('its successor is adopted: %s', (status, phase, state) => {
    const { lineage } = after(failed, found(status));
    expect(lineage.phase.name).toBe(phase);
    expect(stateName(lineage)).toBe(state);
    expect(lineage.automaticSubmits).toBe(1);
  });

  test('begun by the successor’s own event, it claims it', () => {
    const early = outcome('next-1', 'SUCCEEDED', { changeSetName: markedName });
    expect(stateName(after(early, found('APPLYING')).lineage)).toBe('remediated');
  });
});

describe('modes and refusals', () => {
  test.each([
    ['observe', 'observed', 'modeObserve'],
    ['approve', 'awaitingDecision', 'modeApprove'],
  ] as const)('%s holds the submit and says so once', (mode, state, kind) => {
    const { lineage, sent } = after(...toFirstSubmit, {
      type: 'submitAnswered',
      result: { outcome: 'held', by: mode },
    });
    expect(stateName(lineage)).toBe(state);
    expect(lineage.phase).toMatchObject({ reason: { kind } });
    expect(lineage.members).toHaveLength(1);
    expect(sent).toHaveLength(1);
  });

  test('observe mode says what would have been submitted, by which rule and when', () => {
    const held: LineageMessage = { type: 'submitAnswered', result: { outcome: 'held', by: 'observe' } };
    const byTable = after(...toFirstSubmit, held).lineage.phase;
    expect(byTable).toMatchObject({ reason: { heldBack: { attempt: 1, row: 8 } } });
    const sentence = byTable.name === 'awaitingDecision' ? byTable.reason.sentence : '';
    expect(sentence).toMatch(
      /In auto mode, the steward would have submitted attempt 1 \(\w+ on [\w@-]+\) at \d{4}-\d\d-\d\d \d\d:\d\d UTC, by rule 8/,
    );
    const approved = [{ type: 'submitAnswered', result: { outcome: 'held', by: 'approve' } }, command('retry'), held];
    const byOperator = after(...toFirstSubmit, ...(approved as LineageMessage[])).lineage.phase;
    expect(byOperator).toMatchObject({ reason: { sentence: expect.stringContaining('on an operator’s command') } });
    expect(byOperator).not.toHaveProperty('reason.heldBack.row');
  });

  test('a command that the mode refuses is recorded, and changes nothing else', () => {
    const asked = after(...toFirstSubmit, { type: 'submitAnswered', result: { outcome: 'held', by: 'observe' } });
    const sentence = modeRefusal('123456789012', 'retry', { mode: 'observe' }) ?? '';
    const given = { actor: 'ann', reason: 'please' };
    const { lineage, sent } = from(asked.lineage, { type: 'commandRefused', name: 'retry', command: given, sentence });
    expect(lineage.phase).toBe(asked.lineage.phase);
    expect(lineage.audit).toMatchObject([{ command: 'retry', ...given, refused: sentence }]);
    expect(sent).toEqual([]);
    expect(modeRefusal('123456789012', 'retry', { mode: 'approve' })).toBeUndefined();
    expect(modeRefusal('123456789012', 'approve', { sentence: 'The mode cannot be read.' })).toContain(
      'cannot be read',
    );
    expect(['retry', 'approve', 'amend', 'resolve', 'abandon'].filter((name) => leadsToSubmit(lineage, name))).toEqual([
      'retry',
      'approve',
    ]);
    expect(adviceOf(lineage)).toMatchObject({ commands: ['resolve', 'abandon'] });
  });

  test('a submit whose outcome is unknown keeps its attempt number, so that the next one finds it', () => {
    const { lineage } = after(...toFirstSubmit, { type: 'submitFailed', outcomeKnown: false, sentence: 'cut off' });
    expect(lineage.phase).toMatchObject({ name: 'awaitingDecision', reason: { kind: 'submitUnknown' } });
    expect(from(lineage, command('retry')).lineage.phase).toMatchObject({ name: 'submitting', attempt: 1 });
  });
});

describe('operators', () => {
  test('retry is taken while an operator is asked, and only then', () => {
    const { lineage } = after(...asksOperator);
    expect(refusal(lineage, 'retry')).toBeUndefined();
    const sent = from(lineage, command('retry')).lineage;
    expect(sent.phase).toEqual({ name: 'submitting', attempt: 1, authority: 'operator' });
    expect(refusal(sent, 'retry')).toContain('awaitingDecision');
    expect(from(sent, command('retry')).lineage).toEqual(sent);
    expect(sent.audit).toMatchObject([{ command: 'retry', actor: 'ann', reason: 'because' }]);
  });

  test('abandon during a wait ends once a check shows no successor; with one in flight it waits for its outcome', () => {
    const checking = after(failed, learned, command('abandon')).lineage;
    expect(checking.phase).toEqual({ name: 'abandoning' });
    expect(stateName(from(checking, learned).lineage)).toBe('abandoned');
    const inFlight = after(...toFirstSubmit, submitted('next-1'), command('abandon')).lineage;
    expect(inFlight.phase).toEqual({ name: 'abandoning', changeSetId: 'next-1' });
    expect(stateName(from(inFlight, outcome('next-1', 'FAILED')).lineage)).toBe('abandoned');
    expect(stateName(from(inFlight, outcome('next-1', 'SUCCEEDED')).lineage)).toBe('remediated');
  });

  test('abandon during a submit first finds out whether anything is in flight', () => {
    const abandoning = after(...toFirstSubmit, command('abandon')).lineage;
    expect(abandoning.phase).toEqual({ name: 'abandoning' });
    expect(from(abandoning, submitted('next-1')).lineage.phase).toEqual({ name: 'abandoning', changeSetId: 'next-1' });
    expect(stateName(from(abandoning, learned).lineage)).toBe('abandoned');
  });

  test('asked and answered, one notice reports the end', () => {
    const { sent } = after(...asksOperator, command('abandon'));
    expect(sent.map((one) => ('id' in one ? one.id.replace(/:[0-9a-f]{16}/, '') : ''))).toEqual([
      `change-set:${originId}:question:0:row11`,
      `change-set:${originId}:end:0:abandoned`,
    ]);
  });
});

describe('locks', () => {
  const locked: LineageMessage = {
    type: 'submitAnswered',
    result: { outcome: 'locked', blockerId: 'blocker', sentence: 'locked by blocker' },
  };

  test('a lock is waited for without using an attempt, however often it is found again', () => {
    const first = after(...toFirstSubmit, locked).lineage;
    expect(first.phase).toMatchObject({ name: 'awaitingBlocker', blocker: { changeSetId: 'blocker' }, round: 1 });
    const second = from(first, { type: 'unblocked' }, locked).lineage;
    expect(second.phase).toMatchObject({ name: 'awaitingBlocker', round: 2 });
    const sent = from(second, { type: 'unblocked' }).lineage;
    expect(sent.phase).toEqual({ name: 'submitting', attempt: 1, authority: 'policy' });
    const joined = from(sent, submitted('next-1')).lineage;
    expect(joined).toMatchObject({ automaticSubmits: 1 });
    expect(joined.blocked).toBeUndefined();
  });

  test('past its deadline a lock needs an operator, and a retry goes on with the same attempt', () => {
    const asked = after(...toFirstSubmit, locked, { type: 'blockerRemains' }).lineage;
    expect(asked.phase).toMatchObject({ name: 'awaitingDecision', reason: { kind: 'blockerRemains', row: 4 } });
    expect(from(asked, command('retry')).lineage.phase).toMatchObject({ name: 'submitting', attempt: 1 });
  });

  test('a change set that runs when the failure is decided upon is waited for, and then all is checked again', () => {
    const running = diagnosis({ concurrentChanges: { ...quiet, running: [newer] } });
    const { lineage } = after(failed, { type: 'inspected', findings: { origin: running, successors: [] } });
    expect(lineage.phase).toMatchObject({
      name: 'awaitingBlocker',
      blocker: newer,
      afterwards: { name: 'diagnosing' },
    });
    expect(from(lineage, { type: 'unblocked' }).lineage.phase).toEqual({ name: 'inspecting' });
    expect(stateName(from(lineage, command('abandon'), learned).lineage)).toBe('abandoned');
  });
});

describe('newer work, seen at the last moment', () => {
  const overtaken = (found: object): LineageMessage => ({
    type: 'submitAnswered',
    result: { outcome: 'overtaken', concurrentChanges: { ...quiet, ...found } },
  });

  test('a newer failure with the same changes ends it as superseded, and says by which', () => {
    const { lineage, sent } = after(
      ...toFirstSubmit,
      overtaken({ newerFailures: [{ ...newer, coverage: 'same' as const }] }),
    );
    expect(stateName(lineage)).toBe('superseded');
    expect(lineage.notes.join()).toContain('newer');
    expect(sent).toMatchObject([{ kind: 'resolution' }]);
  });

  test('where an operator decided, an operator is asked again', () => {
    const bySomebody = from(after(...asksOperator).lineage, command('retry')).lineage;
    const { lineage } = from(bySomebody, overtaken({ newerFailures: [{ ...newer, coverage: 'same' as const }] }));
    expect(lineage.phase).toMatchObject({ name: 'awaitingDecision', reason: { row: 3 } });
  });

  test('what an operator knew of does not stop their retry; what came since does', () => {
    const concurrentChanges = { ...quiet, newerSuccesses: [{ ...newer, coverage: 'same' as const }] };
    const asked = after(failed, {
      type: 'inspected',
      findings: { origin: diagnosis({ concurrentChanges }), successors: [] },
    }).lineage;
    expect(asked).toMatchObject({ known: ['newer'], phase: { reason: { row: 2 } } });
    const sending = from(asked, command('retry')).lineage;
    const blocked = from(sending, overtaken({ ...concurrentChanges, running: [newer] })).lineage;
    expect(blocked.phase).toMatchObject({
      name: 'awaitingBlocker',
      afterwards: { name: 'submitting', authority: 'operator' },
    });
    const more = {
      newerSuccesses: [...concurrentChanges.newerSuccesses, { changeSetId: 'newest', coverage: 'leaves' as const }],
    };
    expect(from(sending, overtaken(more)).lineage).toMatchObject({ known: ['newer', 'newest'], decisionsRequested: 2 });
  });
});

describe('while an operator is asked', () => {
  const asked = after(...asksOperator).lineage;
  const dayMs = 86_400_000;
  const at = (lineage: typeof asked, days: number) =>
    next(lineage, clock, { ...context, nowMs: context.nowMs + days * dayMs });

  test('reminders after 1, 3, 7 days, then weekly to day 56, each once and none early; then it expires', () => {
    let lineage = asked;
    const sent: string[] = [];
    for (let hours = 0; hours <= 60 * 24; hours += 6) {
      const step = at(lineage, hours / 24);
      lineage = step.state;
      sent.push(...step.notices.map(({ id }) => `${hours / 24} ${id.replace(/:[0-9a-f]{16}/, '')}`));
    }
    const days = [1, 3, 7, 14, 21, 28, 35, 42, 49, 56];
    expect(sent).toEqual([
      ...days.map((day, index) => `${day} change-set:${originId}:question:0:row11:reminder:${index + 1}`),
      `60 change-set:${originId}:end:0:expired`,
    ]);
    expect(stateName(lineage)).toBe('expired');
  });

  test('row 10 is asked at once while another change set runs; the repeat, once due, waits for it', () => {
    const running = { ...quiet, running: [{ changeSetId: 'other-1', startTime: '2026-11-01T11:00:00Z' }] };
    const spreading = diagnosis({
      failureCode: 'CLIENT_ERROR',
      changes: [{ ...diagnosis().changes[0]!, errors: [{ code: 'IMAGE_INACCESSIBLE', message: '' }] }],
      concurrentChanges: running,
    });
    const asked = after(outcome(originId, 'FAILED', { failureCode: 'CLIENT_ERROR' }), {
      type: 'inspected',
      findings: { origin: spreading, successors: [] },
    });
    expect(asked.lineage.phase).toMatchObject({ name: 'awaitingDecision', reason: { row: 10 } });
    expect(asked.sent).toHaveLength(1);
    const due = at(asked.lineage, 15 / 24 / 60).state;
    expect(due.phase).toEqual({ name: 'submitting', attempt: 1, authority: 'policy' });
    const { lineage } = from(due, {
      type: 'submitAnswered',
      result: { outcome: 'overtaken', concurrentChanges: running },
    });
    expect(lineage.phase).toMatchObject({ name: 'awaitingBlocker', blocker: { changeSetId: 'other-1' } });
  });

  test('row 10 is submitted again once after 15 minutes, and not a second time', () => {
    const spreading = diagnosis({
      failureCode: 'CLIENT_ERROR',
      changes: [{ ...diagnosis().changes[0]!, errors: [{ code: 'ASSET_NOT_FOUND', message: '' }] }],
    });
    const waiting = after(outcome(originId, 'FAILED', { failureCode: 'CLIENT_ERROR' }), {
      type: 'inspected',
      findings: { origin: spreading, successors: [] },
    }).lineage;
    expect(at(waiting, 14 / 24 / 60).state.phase.name).toBe('awaitingDecision');
    const sent = at(waiting, 15 / 24 / 60).state;
    expect(sent.phase).toEqual({ name: 'submitting', attempt: 1, authority: 'policy' });
    const again = from(sent, submitted('next-1'), outcome('next-1', 'FAILED', { failureCode: 'CLIENT_ERROR' }), {
      type: 'diagnosed',
      diagnosis: { ...spreading, changeSetId: 'next-1' },
    }).lineage;
    expect(at(again, 1 / 24).state.phase.name).toBe('awaitingDecision');
  });

  test('a newer success with the same changes settles it; one notice reports other changes', () => {
    const elsewhere = (found: object): LineageMessage => ({
      type: 'workElsewhere',
      concurrentChanges: { ...quiet, ...found },
    });
    const settled = from(asked, elsewhere({ newerSuccesses: [{ ...newer, coverage: 'same' as const }] }));
    expect(stateName(settled.lineage)).toBe('resolvedElsewhere');
    const other = elsewhere({ externalChanges: [{ entityId: 'prod-abc', revision: '9', at: '' }] });
    const { lineage, sent } = from(asked, other, other);
    expect(lineage.phase.name).toBe('awaitingDecision');
    expect(sent).toHaveLength(1);
    expect(sent).toMatchObject([{ title: expect.stringContaining('same entities') as string }]);
  });

  test('an amendment is proposed, described, and submitted on approval; retry submits the original', () => {
    const amend: LineageMessage = {
      type: 'amend',
      command: { actor: 'ann', reason: 'typo', changes: [{ index: 0, details: '{"a":1}' }] },
    };
    expect(refusal(asked, 'approve')).toContain('nothing to approve');
    const proposed = from(asked, amend).lineage;
    expect(refusal(proposed, 'approve')).toContain('not computed yet');
    const described = from(proposed, { type: 'differenceComputed', lines: ['a: added'] }).lineage;
    expect(refusal(described, 'approve')).toBeUndefined();
    const sent = from(described, command('approve')).lineage;
    expect(sent).toMatchObject({
      amendments: [{ index: 0, details: '{"a":1}' }],
      phase: { name: 'submitting', attempt: 1, authority: 'operator' },
      audit: [{ command: 'amend', actor: 'ann' }, { command: 'approve' }],
    });
    expect(from(described, command('retry')).lineage.amendments).toEqual([]);
    const concurrentChanges = { ...quiet, newerSuccesses: [{ ...newer, coverage: 'leaves' as const }] };
    const overtaken = from(sent, {
      type: 'submitAnswered',
      result: { outcome: 'overtaken', concurrentChanges },
    }).lineage;
    expect(overtaken.phase).toMatchObject({ name: 'awaitingDecision', reason: { kind: 'decision', row: 2 } });
    expect(from(overtaken, command('retry')).lineage).toMatchObject({
      amendments: [{ index: 0, details: '{"a":1}' }],
      phase: { name: 'submitting', attempt: 1, authority: 'operator' },
    });
  });

  test('what cannot be submitted under its id is refused to operators as well; a command that only asks AWS is taken', () => {
    const longId = 'c'.repeat(60);
    const { account, catalog } = after(failed).lineage;
    const long = newCase({ account, catalog, changeSetId: longId });
    const inspected: LineageMessage = {
      type: 'inspected',
      findings: { origin: diagnosis({ changeSetId: longId }), successors: [] },
    };
    const { lineage } = from(long, outcome(longId, 'FAILED'), inspected);
    expect(lineage.phase).toMatchObject({ name: 'awaitingDecision', reason: { row: 7 } });
    for (const type of ['retry', 'amend', 'approve'] as const) {
      expect(refusal(lineage, type)).toContain('too long for the marker');
    }
    expect(from(lineage, command('retry')).lineage).toEqual(lineage);
    expect(commandsNow(lineage)).toEqual(['resolve', 'abandon']);
    expect(adviceOf(lineage)).toMatchObject({ commands: ['resolve', 'abandon'] });
    const unchecked = from(long, outcome(longId, 'FAILED'), { type: 'checkFailed', sentence: 'refused' }).lineage;
    expect(refusal(unchecked, 'retry')).toBeUndefined();
  });

  test('no amendment while the outcome of a submit is unknown', () => {
    const unknown = after(...toFirstSubmit, { type: 'submitFailed', outcomeKnown: false, sentence: 'cut off' }).lineage;
    expect(refusal(unknown, 'amend')).toContain('pending');
    expect(refusal(unknown, 'resolve')).toContain('pending');
  });

  test('resolve ends it, with who settled it and where', () => {
    const resolve: LineageMessage = {
      type: 'resolve',
      command: { actor: 'ann', reason: 'console', changeSetId: 'fix' },
    };
    const { lineage } = from(asked, resolve);
    expect(stateName(lineage)).toBe('resolvedElsewhere');
    expect(lineage.notes.join()).toBe('Settled by fix, as ann says.');
  });

  test('nobody answers about an unknown submit: a check comes first, and then the end', () => {
    const unknown = after(...toFirstSubmit, { type: 'submitFailed', outcomeKnown: false, sentence: 'cut off' }).lineage;
    const checking = at(unknown, 60).state;
    expect(checking).toMatchObject({ pendingEnd: 'expired', phase: { name: 'abandoning' } });
    expect(stateName(from(checking, learned).lineage)).toBe('expired');
    const successors = [{ attempt: 1, changeSetId: 'next-1', status: 'APPLYING' }];
    const waiting = from(checking, { type: 'inspected', findings: { origin: diagnosis(), successors } }).lineage;
    expect(waiting.phase).toEqual({ name: 'abandoning', changeSetId: 'next-1' });
    expect(stateName(from(waiting, outcome('next-1', 'FAILED')).lineage)).toBe('expired');
    expect(stateName(from(waiting, outcome('next-1', 'SUCCEEDED')).lineage)).toBe('remediated');
  });

  test('nobody answers while an outcome is missing: a successor is waited for, an origin is not', () => {
    const missing: LineageMessage = { type: 'outcomeMissing', sentence: 'no outcome' };
    const sent = after(...toFirstSubmit, submitted('next-1'), missing).lineage;
    expect(at(sent, 60).state.phase).toEqual({ name: 'abandoning', changeSetId: 'next-1' });
    const running: LineageMessage = {
      type: 'inspected',
      findings: { origin: diagnosis({ status: 'APPLYING' }), successors: [] },
    };
    expect(stateName(at(after(failed, running, missing).lineage, 60).state)).toBe('expired');
  });

  test('abandoned where the check failed, it checks again; where that fails too, a second abandon ends it', () => {
    const unseen: LineageMessage = { type: 'checkFailed', sentence: 'refused' };
    const checking = after(failed, unseen, command('abandon')).lineage;
    expect(checking.phase).toEqual({ name: 'abandoning' });
    expect(refusal(after(failed, unseen).lineage, 'resolve')).toContain('known first');
    expect(refusal(after(failed, { ...unseen, originUnknown: true }).lineage, 'resolve')).toBeUndefined();
    const again = from(checking, unseen).lineage;
    expect(again.phase.name).toBe('awaitingDecision');
    expect(stateName(from(again, command('abandon')).lineage)).toBe('abandoned');
    const unknown = after(failed, { ...unseen, originUnknown: true }, command('abandon')).lineage;
    expect(stateName(unknown)).toBe('abandoned');
  });

  test('other changes that settle it do not close it while the outcome of its submit is unknown', () => {
    const settled: LineageMessage = {
      type: 'workElsewhere',
      concurrentChanges: { ...quiet, newerSuccesses: [{ ...newer, coverage: 'same' as const }] },
    };
    const unknown = after(...toFirstSubmit, { type: 'submitFailed', outcomeKnown: false, sentence: 'cut off' }).lineage;
    const { lineage, sent } = from(unknown, settled);
    expect(lineage.phase).toMatchObject({ name: 'awaitingDecision', reason: { kind: 'submitUnknown' } });
    expect(sent).toHaveLength(1);
    expect(stateName(from(asked, settled).lineage)).toBe('resolvedElsewhere');
  });

  test('a successor that the watch finds becomes a member; a copied name does not', () => {
    const successor = { attempt: 1, changeSetId: 'next-1', status: 'SUCCEEDED' };
    const own: LineageMessage = { type: 'workElsewhere', concurrentChanges: { ...quiet, own: [successor] } };
    expect(stateName(from(asked, own).lineage)).toBe('remediated');
    const copied = { changeSetId: 'copied', name: markedName, coverage: 'leaves' as const };
    const seen: LineageMessage = { type: 'workElsewhere', concurrentChanges: { ...quiet, newerSuccesses: [copied] } };
    expect(from(asked, seen).lineage).toMatchObject({ phase: { name: 'awaitingDecision' }, members: asked.members });
  });

  test('the daily cap holds an automatic attempt for an operator’s approval', () => {
    const capped = after(...toFirstSubmit, {
      type: 'submitAnswered',
      result: { outcome: 'held', by: 'dailyCap' },
    }).lineage;
    expect(capped.phase).toMatchObject({ name: 'awaitingDecision', reason: { kind: 'dailyCap' } });
    expect(from(capped, command('approve')).lineage.phase).toMatchObject({ name: 'submitting', authority: 'operator' });
  });
});

describe('any order of any messages', () => {
  const someId = fc.constantFrom(originId, 'next-1', 'next-2', 'stranger');
  const how = fc.constantFrom('SUCCEEDED', 'FAILED', 'CANCELLED' as const);
  const anyMessage: fc.Arbitrary<LineageMessage> = fc.oneof(
    fc
      .tuple(someId, how, fc.boolean())
      .map(([id, what, marked]) => outcome(id, what, marked ? { changeSetName: markedName } : {})),
    fc.constantFrom(
      learned,
      clientError,
      backOffElapsed,
      clock,
      command('retry'),
      command('approve'),
      command('abandon'),
    ),
    fc.constantFrom<LineageMessage>(
      { type: 'unblocked' },
      { type: 'blockerRemains' },
      { type: 'submitAnswered', result: { outcome: 'locked', sentence: 'locked' } },
      { type: 'submitAnswered', result: { outcome: 'overtaken', concurrentChanges: { ...quiet, running: [newer] } } },
      {
        type: 'workElsewhere',
        concurrentChanges: { ...quiet, newerSuccesses: [{ ...newer, coverage: 'leaves' as const }] },
      },
      { type: 'amend', command: { actor: 'ann', reason: 'typo', changes: [{ index: 0, details: '{}' }] } },
      { type: 'differenceComputed', lines: [] },
    ),
    someId.map(submitted),
    someId.map((id): LineageMessage => ({ type: 'diagnosed', diagnosis: diagnosis({ changeSetId: id }) })),
    fc.constant<LineageMessage>({ type: 'submitAnswered', result: { outcome: 'held', by: 'approve' } }),
    fc.boolean().map((outcomeKnown): LineageMessage => ({ type: 'submitFailed', outcomeKnown, sentence: 'no' })),
    fc.constant<LineageMessage>({ type: 'checkFailed', sentence: 'no' }),
    fc.constant<LineageMessage>({ type: 'outcomeMissing', sentence: 'no' }),
  );

  test('an end is final, outcomes are kept or delivered, nothing is reported twice', () => {
    fc.assert(
      fc.property(fc.array(anyMessage, { maxLength: 25 }), (messages) => {
        let before = after().lineage;
        const sent = [];
        for (const message of messages) {
          const step = from(before, message);
          sent.push(...step.sent);
          const reopened = before.phase.name === 'ended' && step.lineage.phase !== before.phase;
          const grew = step.lineage.members.length > before.members.length;
          // One is only added by an answered submit or a check.
          const without = grew && message.type !== 'submitAnswered' && message.type !== 'inspected';
          expect({ reopened, without }).toEqual({ reopened: false, without: false });
          expect(newestMember(step.lineage).attempt).toBeGreaterThanOrEqual(newestMember(before).attempt);
          before = step.lineage;
        }
        const reported = new Set(messages.flatMap((one) => (one.type === 'outcome' ? [one.message.changeSetId] : [])));
        const kept = new Set([
          ...before.members.map(({ changeSetId }) => changeSetId),
          ...before.unclaimed.map(({ changeSetId }) => changeSetId),
          ...sent.flatMap((one) => ('kind' in one ? [] : [one.changeSetId])),
        ]);
        expect([...reported].filter((id) => !kept.has(id))).toEqual([]);
        const notices = sent.flatMap((one) => ('kind' in one ? [one.id] : []));
        expect(new Set(notices).size).toBe(notices.length);
      }),
      { numRuns: 5_000 },
    );
  });
});
