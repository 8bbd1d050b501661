import fc from 'fast-check';
import { successorName } from '../../../src/workflows/changeSetRemediation/lineage.ts';
import { newestMember, refusal, stateName } from '../../../src/workflows/changeSetRemediation/state.ts';
import type { LineageMessage } from '../../../src/workflows/changeSetRemediation/transition.ts';
import { after, diagnosis, from, originId, outcome } from '../../support/changeSets.ts';

const learned: LineageMessage = { type: 'learned', findings: { origin: diagnosis(), successors: [] } };
const backOffElapsed: LineageMessage = { type: 'backOffElapsed' };
const submitted = (changeSetId: string): LineageMessage => ({
  type: 'submitAnswered',
  result: { outcome: 'submitted', changeSetId },
});
const command = (type: 'retry' | 'abandon'): LineageMessage => ({ type, command: { actor: 'ann', reason: 'because' } });
const failed = outcome(originId, 'FAILED');
const toFirstSubmit = [failed, learned, backOffElapsed] as const;
const markedName = successorName('Create my product', originId, 1);
const clientError: LineageMessage = {
  type: 'learned',
  findings: { origin: diagnosis({ failureCode: 'CLIENT_ERROR' }), successors: [] },
};
const askForPerson = [outcome(originId, 'FAILED', { failureCode: 'CLIENT_ERROR' }), clientError] as const;

describe('one lineage from event to end', () => {
  test('a success ends at once and asks AWS nothing', () => {
    const { lineage, effects } = after(outcome(originId, 'SUCCEEDED'));
    expect(stateName(lineage)).toBe('succeeded');
    expect(effects).toEqual([]);
  });

  test('failed, waited, sent, applied: remediated, without a notice', () => {
    const { lineage, effects } = after(...toFirstSubmit, submitted('next-1'), outcome('next-1', 'SUCCEEDED'));
    expect(stateName(lineage)).toBe('remediated');
    expect(lineage.members.map(({ attempt, changeSetId }) => [attempt, changeSetId])).toEqual([
      [0, originId],
      [1, 'next-1'],
    ]);
    expect(effects).toEqual([]);
  });

  test('six automatic successors fail, then a person is asked once; their retry does not bring six more', () => {
    let state = after(failed, learned).lineage;
    for (let attempt = 1; attempt <= 6; attempt += 1) {
      const id = `next-${attempt}`;
      state = from(state, backOffElapsed, submitted(id), outcome(id, 'FAILED'), {
        type: 'diagnosed',
        diagnosis: diagnosis({ changeSetId: id }),
      }).lineage;
    }
    expect(state).toMatchObject({ automaticSubmits: 6, personAsked: 1, phase: { name: 'awaitingPerson' } });
    const again = from(state, command('retry'), submitted('next-7'), outcome('next-7', 'FAILED'), {
      type: 'diagnosed',
      diagnosis: diagnosis({ changeSetId: 'next-7' }),
    }).lineage;
    expect(again).toMatchObject({ automaticSubmits: 6, personAsked: 2, phase: { name: 'awaitingPerson' } });
  });

  test('a successor’s outcome that comes before its submit is answered is claimed then', () => {
    const early = outcome('next-1', 'SUCCEEDED', { changeSetName: markedName });
    expect(stateName(after(...toFirstSubmit, early, submitted('next-1')).lineage)).toBe('remediated');
  });

  test('an early outcome that turns out foreign is handed on, not lost', () => {
    const foreign = outcome('copy-of-a-colleague', 'FAILED', { changeSetName: markedName });
    const { lineage, effects } = after(...toFirstSubmit, foreign, submitted('next-1'));
    expect(lineage.phase).toEqual({ name: 'awaitingOutcome', changeSetId: 'next-1' });
    expect(effects.map(({ type }) => type)).toEqual(['handOn']);
  });

  test('a successor that somebody cancelled means stop', () => {
    const { lineage } = after(...toFirstSubmit, submitted('next-1'), outcome('next-1', 'CANCELLED'));
    expect(stateName(lineage)).toBe('cancelled');
  });

  test('what AWS shows counts against what an event said', () => {
    const running = diagnosis({ status: 'APPLYING' });
    const { lineage } = after(failed, { type: 'learned', findings: { origin: running, successors: [] } });
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
    type: 'learned',
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
    ['approve', 'awaitingPerson', 'modeApprove'],
  ] as const)('%s holds the submit and says so once', (mode, state, kind) => {
    const { lineage, effects } = after(...toFirstSubmit, { type: 'submitAnswered', result: { outcome: 'held', by: mode } });
    expect(stateName(lineage)).toBe(state);
    expect(lineage.phase).toMatchObject({ reason: { kind } });
    expect(lineage.members).toHaveLength(1);
    expect(effects).toHaveLength(1);
  });

  test('a submit whose fate is unknown keeps its attempt number, so that the next try finds it', () => {
    const { lineage } = after(...toFirstSubmit, { type: 'submitFailed', outcomeKnown: false, sentence: 'cut off' });
    expect(lineage.phase).toMatchObject({ name: 'awaitingPerson', reason: { kind: 'submitUnknown' } });
    expect(from(lineage, command('retry')).lineage.phase).toMatchObject({ name: 'submitting', attempt: 1 });
  });
});

describe('people', () => {
  test('retry is taken while a person is awaited, and only then', () => {
    const { lineage } = after(...askForPerson);
    expect(refusal(lineage, 'retry')).toBeUndefined();
    const sent = from(lineage, command('retry')).lineage;
    expect(sent.phase).toEqual({ name: 'submitting', attempt: 1, authority: 'person' });
    expect(refusal(sent, 'retry')).toContain('awaitingPerson');
    expect(from(sent, command('retry')).lineage).toEqual(sent);
    expect(sent.audit).toMatchObject([{ command: 'retry', actor: 'ann', reason: 'because' }]);
  });

  test('abandon during a wait ends at once; with a successor in flight it waits for its outcome', () => {
    expect(stateName(after(failed, learned, command('abandon')).lineage)).toBe('abandoned');
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

  test('asked and answered, the end is told once', () => {
    const { effects } = after(...askForPerson, command('abandon'));
    const ids = effects.flatMap((effect) => (effect.type === 'notify' ? [effect.notice.id] : []));
    expect(ids).toEqual([`change-set:${originId}:person:1`, `change-set:${originId}:end`]);
  });
});

describe('any order of any messages', () => {
  const someId = fc.constantFrom(originId, 'next-1', 'next-2', 'stranger');
  const how = fc.constantFrom('SUCCEEDED', 'FAILED', 'CANCELLED' as const);
  const anyMessage: fc.Arbitrary<LineageMessage> = fc.oneof(
    fc
      .tuple(someId, how, fc.boolean())
      .map(([id, what, marked]) => outcome(id, what, marked ? { changeSetName: markedName } : {})),
    fc.constantFrom(learned, clientError, backOffElapsed, command('retry'), command('abandon')),
    someId.map(submitted),
    someId.map((id): LineageMessage => ({ type: 'diagnosed', diagnosis: diagnosis({ changeSetId: id }) })),
    fc.constant<LineageMessage>({ type: 'submitAnswered', result: { outcome: 'held', by: 'approve' } }),
    fc.boolean().map((outcomeKnown): LineageMessage => ({ type: 'submitFailed', outcomeKnown, sentence: 'no' })),
    fc.constant<LineageMessage>({ type: 'lookFailed', sentence: 'no' }),
    fc.constant<LineageMessage>({ type: 'outcomeMissing', sentence: 'no' }),
  );

  test('an end is final, outcomes are kept or handed on, nothing is told twice', () => {
    fc.assert(
      fc.property(fc.array(anyMessage, { maxLength: 25 }), (messages) => {
        let before = after().lineage;
        const effects = [];
        for (const message of messages) {
          const step = from(before, message);
          effects.push(...step.effects);
          const reopened = before.phase.name === 'ended' && step.lineage.phase !== before.phase;
          const grew = step.lineage.members.length > before.members.length;
          // One is only added by an answered submit or a look.
          const without = grew && message.type !== 'submitAnswered' && message.type !== 'learned';
          expect({ reopened, without }).toEqual({ reopened: false, without: false });
          expect(newestMember(step.lineage).attempt).toBeGreaterThanOrEqual(newestMember(before).attempt);
          before = step.lineage;
        }
        const told = new Set(messages.flatMap((one) => (one.type === 'outcome' ? [one.message.changeSetId] : [])));
        const kept = new Set([
          ...before.members.map(({ changeSetId }) => changeSetId),
          ...before.unclaimed.map(({ changeSetId }) => changeSetId),
          ...effects.flatMap((effect) => (effect.type === 'handOn' ? [effect.message.changeSetId] : [])),
        ]);
        expect([...told].filter((id) => !kept.has(id))).toEqual([]);
        const notices = effects.flatMap((effect) => (effect.type === 'notify' ? [effect.notice.id] : []));
        expect(new Set(notices).size).toBe(notices.length);
      }),
      { numRuns: 5_000 },
    );
  });
});
