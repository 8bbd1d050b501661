import { createTestLimit, mostTests } from '../../src/delivery/testLimit.ts';

test('ten within a minute, then one for each that is a minute old', () => {
  let nowMs = 0;
  const limit = createTestLimit(() => nowMs);
  const admitted = () => limit.admit() !== undefined;
  expect(Array.from({ length: mostTests }, admitted)).toEqual(Array.from({ length: mostTests }, () => true));
  expect(admitted()).toBe(false);
  nowMs = 59_999;
  expect(admitted()).toBe(false);
  nowMs = 60_000;
  expect(admitted()).toBe(true);
});

test('what Temporal did not take is given back, once', () => {
  const limit = createTestLimit(() => 0);
  const giveBack = limit.admit();
  for (let taken = 1; taken < mostTests; taken += 1) limit.admit();
  expect(limit.admit()).toBeUndefined();
  giveBack?.();
  giveBack?.();
  expect(limit.admit()).toBeDefined();
  expect(limit.admit()).toBeUndefined();
});
