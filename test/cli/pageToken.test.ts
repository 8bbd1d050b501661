import fc from 'fast-check';
import { pageStart, pageText, type PageStart } from '../../src/cli/pageToken.ts';

const ms = fc.integer({ min: -1e13, max: 2.5e14 });
const position = fc.record(
  { nowMs: ms, part: fc.nat(6), dueAtMs: ms, startedAtMs: ms, runId: fc.uuid() },
  { requiredKeys: ['nowMs', 'part', 'startedAtMs', 'runId'] },
);
const start: fc.Arbitrary<PageStart> = fc.oneof(
  position.map((after) => ({ kind: 'urgentFirst' as const, after })),
  fc
    .tuple(fc.constantFrom('newest' as const, 'closed' as const), fc.uint8Array({ minLength: 1, maxLength: 300 }))
    .map(([kind, token]) => ({ kind, token: Buffer.from(token) })),
);

test('the next page begins where the page before has said, in a word that no shell changes', () => {
  fc.assert(
    fc.property(start, (given) => {
      const text = pageText(given);
      expect(text).toMatch(/^[\w.-]+$/);
      expect(pageStart(text)).toEqual(given);
    }),
  );
});

test.each(['', '<page>', '2', 'u.', 'u.9', 'u.1.zzzzzzzzzzzz.1.x', 'n.', 'n.a b', `n.${'a'.repeat(2_000)}`])(
  '%j is no page',
  (text) => expect(() => pageStart(text)).toThrow('It is no page of a list'),
);
