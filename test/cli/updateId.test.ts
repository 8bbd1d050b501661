import fc from 'fast-check';
import type { ChangeSetWords } from '../../src/cli/changeSetWords.ts';
import type { OperatorCommandInput } from '../../src/cli/operatorCommandInput.ts';
import { updateId } from '../../src/cli/updateId.ts';

const operator = { actor: 'operator', reason: 'the image is there now' };
const retry: ChangeSetWords = { command: 'retry', input: operator };
const abandon: ChangeSetWords = { command: 'abandon', input: operator };
const amend = (details: string): ChangeSetWords => ({
  command: 'amend',
  input: { ...operator, changes: [{ index: 0, details }] },
});
const entry = (command: string, at: string) => ({ at, command, ...operator });
const awaiting = { state: 'awaitingDecision', audit: [] };
const [first, second] = ['2026-11-22T10:00:00.000Z', '2026-11-22T11:00:00.000Z'] as const;

describe('updateId', () => {
  it('is the same for a repeat, before and after the command was taken', () => {
    const id = updateId(retry, awaiting);
    expect(updateId(retry, awaiting)).toBe(id);
    expect(updateId(retry, { state: 'retrying', audit: [entry('retry', first)] })).toBe(id);
  });

  it.each(['retry', 'approve'] as const)('%s: is another one when an operator is asked again', (command) => {
    const words: ChangeSetWords = { command, input: operator };
    const again = { state: 'awaitingDecision', audit: [entry(command, first)] };
    expect(updateId(words, again)).not.toBe(updateId(words, awaiting));
    expect(updateId(words, { ...again, state: 'observed' })).toBe(updateId(words, again));
  });

  it('is the same for an abandon that was taken, and for a resolve', () => {
    for (const state of ['abandoning', 'abandoned']) {
      const taken = { state, audit: [entry('abandon', first)] };
      expect(updateId(abandon, taken)).toBe(updateId(abandon, { state: 'retrying', audit: [] }));
    }
    const resolve: ChangeSetWords = { command: 'resolve', input: { ...operator, changeSetId: 'abc' } };
    const settled = { state: 'resolvedElsewhere', audit: [entry('resolve', first)] };
    expect(updateId(resolve, settled)).toBe(updateId(resolve, awaiting));
  });

  it('is the same for details that are proposed again while that proposal is open', () => {
    const proposed = { state: 'awaitingDecision', audit: [entry('amend', first)], proposedBy: operator.actor };
    expect(updateId(amend('{}'), proposed)).toBe(updateId(amend('{}'), awaiting));
    expect(updateId(amend('{"a":1}'), proposed)).not.toBe(updateId(amend('{}'), proposed));
  });

  it.each([
    ['the proposal is gone', { audit: [entry('amend', first)] }],
    ['it was answered since', { audit: [entry('amend', first), entry('retry', second)], proposedBy: operator.actor }],
    [
      'somebody else has proposed since',
      { audit: [entry('amend', first), { ...entry('amend', second), actor: 'other' }], proposedBy: 'other' },
    ],
  ])('is another one for the same details where %s', (_name, more) => {
    expect(updateId(amend('{}'), { state: 'awaitingDecision', ...more })).not.toBe(updateId(amend('{}'), awaiting));
  });

  it.each([
    ['acknowledge', { state: 'open', acknowledgedBy: operator.actor }],
    ['reopen', { state: 'open' }],
    ['resolve', { state: 'clear' }],
    ['snooze', { state: 'open', snoozedUntil: second }],
  ] as const)('%s of a security case: the same for a repeat, another one for the next time', (command, then) => {
    const words: OperatorCommandInput =
      command === 'snooze' ? { command, input: { ...operator, days: 7 } } : { command, input: operator };
    const before = { state: command === 'reopen' ? 'clear' : 'open', audit: [] };
    const id = updateId(words, before);
    const taken = { ...then, audit: [entry(command, first)] };
    expect(updateId(words, taken)).toBe(id);
    expect(updateId(words, { ...before, audit: taken.audit })).not.toBe(id);
  });

  it('is another one for every check that is asked for', () => {
    const words: OperatorCommandInput = { command: 'recheck', input: operator };
    const checked = { state: 'open', audit: [entry('recheck', first)] };
    expect(updateId(words, checked)).not.toBe(updateId(words, { state: 'open', audit: [] }));
  });

  it('differs by command, actor, reason and data, and is short and plain', () => {
    const text = fc.string({ minLength: 1 });
    const spoken = fc.record({ actor: text, reason: text });
    fc.assert(
      fc.property(spoken, spoken, (one, other) => {
        const idOf = (input: typeof one) => updateId({ command: 'retry', input }, awaiting);
        expect(idOf(one)).toMatch(/^steward-retry-[0-9a-f]{32}$/);
        expect(idOf(one) === idOf(other)).toBe(one.actor === other.actor && one.reason === other.reason);
        expect(updateId({ command: 'abandon', input: one }, awaiting)).not.toBe(idOf(one));
        const settled = (changeSetId: string) =>
          updateId({ command: 'resolve', input: { ...one, changeSetId } }, awaiting);
        expect(settled(other.actor) === settled(other.reason)).toBe(other.actor === other.reason);
      }),
    );
  });
});
