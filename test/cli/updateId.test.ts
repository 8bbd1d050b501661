import fc from 'fast-check';
import { updateId } from '../../src/cli/updateId.ts';

const words = { actor: 'operator', reason: 'the image is there now' };
const entry = (command: string, at: string) => ({ at, command, ...words });
const awaiting = { state: 'awaitingPerson', audit: [] };

describe('updateId', () => {
  it('is the same for a repeat, before and after the command was taken', () => {
    const first = updateId('retry', words, awaiting);
    expect(updateId('retry', words, awaiting)).toBe(first);
    const taken = { state: 'retrying', audit: [entry('retry', '2026-11-22T10:00:00.000Z')] };
    expect(updateId('retry', words, taken)).toBe(first);
  });

  it('is another one when a person is asked again, with the same words', () => {
    const first = updateId('retry', words, awaiting);
    const again = { state: 'awaitingPerson', audit: [entry('retry', '2026-11-22T10:00:00.000Z')] };
    const held = { ...again, state: 'observed' };
    expect(updateId('retry', words, again)).not.toBe(first);
    expect(updateId('retry', words, held)).toBe(updateId('retry', words, again));
  });

  it('is the same for an abandon that was taken', () => {
    const first = updateId('abandon', words, { state: 'retrying', audit: [] });
    for (const state of ['abandoning', 'abandoned']) {
      const taken = { state, audit: [entry('abandon', '2026-11-22T10:00:00.000Z')] };
      expect(updateId('abandon', words, taken)).toBe(first);
    }
  });

  it('differs by command, actor and reason, and is short and plain', () => {
    const text = fc.string({ minLength: 1 });
    const spoken = fc.record({ actor: text, reason: text });
    fc.assert(
      fc.property(spoken, spoken, (one, other) => {
        const [id, otherId] = [updateId('retry', one, awaiting), updateId('retry', other, awaiting)];
        expect(id).toMatch(/^steward-retry-[0-9a-f]{32}$/);
        expect(id === otherId).toBe(one.actor === other.actor && one.reason === other.reason);
        expect(updateId('abandon', one, awaiting)).not.toBe(id);
      }),
    );
  });
});
