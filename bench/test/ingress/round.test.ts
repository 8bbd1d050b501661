import fc from 'fast-check';
import { rateOf, runRound } from '../../ingress/round.ts';

test('every call is made once, and as many at a time as there are callers', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 1, max: 40 }), async (count, callers) => {
      const made = Array.from({ length: count }, () => 0);
      let underWay = 0;
      let mostUnderWay = 0;
      const calls = made.map((_, index) => async () => {
        made[index]! += 1;
        underWay += 1;
        mostUnderWay = Math.max(mostUnderWay, underWay);
        await new Promise((resolve) => setImmediate(resolve));
        underWay -= 1;
      });
      const { latenciesMs, seconds } = await runRound(calls, callers);
      expect(made.every((times) => times === 1)).toBe(true);
      expect(mostUnderWay).toBe(Math.min(count, callers));
      expect(latenciesMs).toHaveLength(count);
      expect(latenciesMs.every((latency) => latency >= 0 && latency <= seconds * 1_000)).toBe(true);
    }),
  );
});

test('a call that fails ends the round with its error, and no further call is begun', async () => {
  let begun = 0;
  const calls = Array.from({ length: 10 }, (_, index) => () => {
    begun += 1;
    return index === 2 ? Promise.reject(new Error('refused')) : Promise.resolve();
  });
  await expect(runRound(calls, 1)).rejects.toThrow('refused');
  expect(begun).toBe(3);
});

test('the rate is calls by seconds', () => {
  expect(rateOf({ seconds: 2, latenciesMs: [1, 2, 3, 4] })).toBe(2);
});
