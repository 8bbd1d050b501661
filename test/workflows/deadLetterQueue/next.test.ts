import fc from 'fast-check';
import { readDeadLetters } from '../../../src/workflows/deadLetterQueue/carried.ts';
import { deadLettersDetails, deadLettersStatus } from '../../../src/workflows/deadLetterQueue/details.ts';
import {
  newDeadLetters,
  stateName,
  type DeadLetters,
  type DeadLettersMessage,
} from '../../../src/workflows/deadLetterQueue/state.ts';
import { next, readCount } from '../../../src/workflows/deadLetterQueue/transitions/next.ts';

const workflowId = 'dead-letters:us-east-1:111122223333/steward-dead';
const fresh = newDeadLetters({
  workflowId,
  region: 'us-east-1',
  name: '111122223333/steward-dead',
  source: '111122223333/steward',
});
const at = (minute: number): string => new Date(Date.parse('2026-11-01T12:00:00.000Z') + minute * 60_000).toISOString();

function played(messages: readonly DeadLettersMessage[]): { letters: DeadLetters; notices: string[] } {
  let letters = fresh;
  const notices: string[] = [];
  for (const message of messages) {
    const after = next(letters, message);
    // Every state can be carried to another run.
    letters = readDeadLetters(after.state);
    notices.push(...after.notices.map(({ id, kind }) => `${kind} ${id}`));
  }
  return { letters, notices };
}
const counts = (...numbers: number[]): DeadLettersMessage[] =>
  numbers.map((count, minute) => ({ type: 'counted', counted: { count, at: at(minute) } }));

test('messages are one notice, however many come and however often they are counted', () => {
  const { letters, notices } = played(counts(1, 1, 40, 2));
  expect(notices).toEqual([`opening ${workflowId}:${at(0)}:filled`]);
  expect(stateName(letters)).toBe('filled');
  expect(deadLettersStatus(letters)).toMatchObject({ count: 2, since: at(0) });
  expect(deadLettersDetails(letters)).toContain('2 messages');
});

test('an empty queue ends it, with a notice', () => {
  const { letters, notices } = played(counts(3, 0));
  expect(notices[1]).toBe(`resolution ${workflowId}:${at(0)}:emptied`);
  expect(stateName(letters)).toBe('emptied');
});

test('a message in the moment of closing is an incident of its own; an empty queue that nobody reported is none', () => {
  expect(played(counts(3, 0, 5)).notices[2]).toBe(`opening ${workflowId}:${at(2)}:filled`);
  expect(played(counts(0))).toMatchObject({ letters: { phase: { end: 'emptied' } }, notices: [] });
});

test('cancelled, it ends without a notice', () => {
  const { letters, notices } = played([...counts(3), { type: 'cancelled' }]);
  expect(stateName(letters)).toBe('abandoned');
  expect(notices).toHaveLength(1);
});

test('after an opening comes a resolution, and the other way round', () => {
  const message = fc.nat({ max: 2 });
  fc.assert(
    fc.property(fc.array(message, { maxLength: 30 }), (numbers) => {
      const { letters, notices } = played(counts(...numbers));
      const kinds = notices.map((notice) => notice.split(' ')[0]);
      expect(kinds).toEqual(kinds.map((_, index) => (index % 2 === 0 ? 'opening' : 'resolution')));
      expect(new Set(notices).size).toBe(notices.length);
      expect(kinds.length % 2 === 1).toBe(letters.phase.name === 'filled' && letters.since !== undefined);
    }),
  );
});

test('a payload that anybody may have typed is a count or a sentence', () => {
  expect(readCount({ count: 3, at: at(0) })).toEqual({ count: 3, at: at(0) });
  for (const wrong of [
    undefined,
    null,
    3,
    {},
    { count: -1, at: at(0) },
    { count: 1.5, at: at(0) },
    { count: 1, at: 'now' },
  ]) {
    expect(readCount(wrong)).toMatch(/^Ignored a count/);
  }
  fc.assert(fc.property(fc.anything(), (value) => void readCount(value)));
});
