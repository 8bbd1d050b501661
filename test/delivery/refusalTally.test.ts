import { createRefusalTally } from '../../src/delivery/refusalTally.ts';

test('the first refusal of each key is reported at once, and the rest once in ten minutes, counted', () => {
  let nowMs = 0;
  const tally = createRefusalTally(() => nowMs);
  const refuse = (key: string) => tally.refuse(key)?.count;
  expect([refuse('a'), refuse('a'), refuse('b'), refuse('a')]).toEqual([1, undefined, 1, undefined]);
  nowMs = 600_000;
  expect([refuse('a'), refuse('a'), refuse('b')]).toEqual([3, undefined, 1]);
});

test('what did not arrive is reported with the next', () => {
  const tally = createRefusalTally(() => 0);
  tally.refuse('a')?.undo();
  expect(tally.refuse('a')?.count).toBe(2);
});
