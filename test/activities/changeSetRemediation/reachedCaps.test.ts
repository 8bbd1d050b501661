import { createReachedCaps } from '../../../src/activities/changeSetRemediation/reachedCaps.ts';

const midnightMs = Date.parse('2026-03-03T00:00:00Z');

test('a cap that was reached is known until midnight UTC, for this account and this cap, and until a permit was had', () => {
  let nowMs = midnightMs - 1_000;
  const caps = createReachedCaps(() => nowMs);
  expect(caps.isReached('one', 20)).toBe(false);
  caps.answered('one', 20, true);
  caps.answered('two', 20, true);
  caps.answered('two', 20, false);
  expect(caps.isReached('one', 20)).toBe(true);
  expect(caps.isReached('one', 21)).toBe(false);
  expect(caps.isReached('two', 20)).toBe(false);
  nowMs = midnightMs - 1;
  expect(caps.isReached('one', 20)).toBe(true);
  nowMs = midnightMs;
  expect(caps.isReached('one', 20)).toBe(false);
});
