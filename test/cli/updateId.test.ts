import fc from 'fast-check';
import { updateId } from '../../src/cli/updateId.ts';
import { contracts } from '../../src/workflows/contracts.ts';
import { backfillCommands } from '../../src/workflows/shared/backfills.ts';

const operator = { actor: 'operator', reason: 'the image is there now' };
const entry = (command: string, at: string) => ({ at, command, ...operator });
const [first, second] = ['2026-11-22T10:00:00.000Z', '2026-11-22T11:00:00.000Z'] as const;

const whileNotTaken = { takenIn: ['awaitingDecision', 'observed'], sameDecision: 'whileNotTaken' } as const;
const retryId = (status: Parameters<typeof updateId>[3]) => updateId('retry', whileNotTaken, operator, status);
const awaiting = { state: 'awaitingDecision', audit: [] };

describe('the id of a command that is the same decision while the workflow does not take it', () => {
  it('is the same for a repeat, before and after the workflow took it', () => {
    expect(retryId(awaiting)).toBe(retryId(awaiting));
    expect(retryId({ state: 'retrying', audit: [entry('retry', first)] })).toBe(retryId(awaiting));
  });

  it('is another one when an operator is asked again', () => {
    const again = { state: 'awaitingDecision', audit: [entry('retry', first)] };
    expect(retryId(again)).not.toBe(retryId(awaiting));
    expect(retryId({ ...again, state: 'observed' })).toBe(retryId(again));
  });
});

describe('the id of a command that a state accepts without changing anything', () => {
  const resumeId = (state: string, audit: ReturnType<typeof entry>[]) =>
    updateId('resume', backfillCommands.resume, operator, { state, audit });

  it('is not that of the first command that changes something', () => {
    const changedNothing = resumeId('delivering', []);
    expect(resumeId('delivering', [])).toBe(changedNothing);
    expect(resumeId('paused', [])).not.toBe(changedNothing);
  });

  it('is that of the one which led to the state, and another one after the next pause', () => {
    const resumed = [entry('pause', first), entry('resume', second)];
    expect(resumeId('delivering', resumed)).toBe(resumeId('paused', [entry('pause', first)]));
    expect(resumeId('paused', resumed)).not.toBe(resumeId('delivering', resumed));
  });
});

describe('the id of a command that is the same decision while the status has a member', () => {
  const whileProposed = { takenIn: ['awaitingDecision'], sameDecision: { whileStatusHas: 'proposedBy' } } as const;
  const amendId = (details: string, status: Parameters<typeof updateId>[3]) =>
    updateId('amend', whileProposed, Object.assign({ changes: [{ index: 0, details }] }, operator), status);

  it('is the same for the same data while the member is there', () => {
    const proposed = { state: 'awaitingDecision', audit: [entry('amend', first)], proposedBy: operator.actor };
    expect(amendId('{}', proposed)).toBe(amendId('{}', awaiting));
    expect(amendId('{"a":1}', proposed)).not.toBe(amendId('{}', proposed));
  });

  it.each([
    ['the member is gone', { audit: [entry('amend', first)] }],
    ['the member is null', { audit: [entry('amend', first)], proposedBy: null }],
    [
      'somebody else gave the command since',
      { audit: [entry('amend', first), { ...entry('amend', second), actor: 'other' }], proposedBy: 'other' },
    ],
  ])('is another one for the same data where %s', (_name, more) => {
    expect(amendId('{}', { state: 'awaitingDecision', ...more })).not.toBe(amendId('{}', awaiting));
  });
});

describe('the id of a command that decides on a proposal', () => {
  const deciding = { ...whileNotTaken, decidesOnProposal: true } as const;
  const approveId = (status: Parameters<typeof updateId>[3], proposal?: string) =>
    updateId('approve', deciding, proposal === undefined ? operator : Object.assign({ proposal }, operator), status);
  const proposed = { ...awaiting, proposal: 'one' };

  it('is the same whether it names the one that waits or not, also once that was taken', () => {
    const taken = { state: 'retrying', audit: [{ ...entry('approve', first), proposal: 'one' }] };
    expect(approveId(proposed, 'one')).toBe(approveId(proposed));
    expect(approveId(taken)).toBe(approveId(proposed));
    expect(approveId(taken, 'one')).toBe(approveId(proposed));
  });

  it('is another one for another proposal, and that of before where there is none', () => {
    expect(approveId({ ...proposed, proposal: 'other' })).not.toBe(approveId(proposed));
    expect(approveId({ ...proposed, proposal: 'other' }, 'one')).toBe(approveId(proposed));
    expect(approveId(awaiting)).toBe(updateId('approve', whileNotTaken, operator, awaiting));
  });
});

it('is another one each time for a command that is never the same decision', () => {
  const never = { takenIn: ['open'], sameDecision: 'never' } as const;
  const idOf = (status: Parameters<typeof updateId>[3]) => updateId('recheck', never, operator, status);
  expect(idOf({ state: 'open', audit: [entry('recheck', first)] })).not.toBe(idOf({ state: 'open', audit: [] }));
});

it('differs by command, actor, reason and data, and is short and plain', () => {
  const text = fc.string({ minLength: 1 });
  const spoken = fc.record({ actor: text, reason: text });
  fc.assert(
    fc.property(spoken, spoken, (one, other) => {
      const idOf = (input: typeof one, name = 'retry') => updateId(name, whileNotTaken, input, awaiting);
      expect(idOf(one)).toMatch(/^steward-retry-[0-9a-f]{32}$/);
      expect(idOf(one) === idOf(other)).toBe(one.actor === other.actor && one.reason === other.reason);
      expect(idOf(one, 'abandon')).not.toBe(idOf(one));
      const settled = (changeSetId: string) => idOf(Object.assign({ changeSetId }, one));
      expect(settled(other.actor) === settled(other.reason)).toBe(other.actor === other.reason);
    }),
  );
});

it('is the same for a repeat of every command of every contract, unless each is a new decision', () => {
  for (const { commands } of contracts) {
    for (const [name, command] of Object.entries(commands)) {
      const before = { state: command.takenIn[0] ?? '', audit: [] };
      const member = typeof command.sameDecision === 'object' ? { [command.sameDecision.whileStatusHas]: 'x' } : {};
      const state = command.sameDecision === 'whileNotTaken' ? 'after' : before.state;
      const after = { state, audit: [entry(name, first)], ...member };
      const isSame = updateId(name, command, operator, after) === updateId(name, command, operator, before);
      expect({ name, isSame }).toEqual({ name, isSame: command.sameDecision !== 'never' });
    }
  }
});
