import { judgeGuards } from '../guards/index.ts';

test('with any marked guard taken out the model finds a wrong state or notice; with none it finds nothing', async () => {
  const { wholeFails, mutants, survivors } = await judgeGuards('offerWatch', 20_000);
  expect(wholeFails).toBeUndefined();
  expect(survivors).toEqual([]);
  expect(mutants).toBeGreaterThanOrEqual(18);
});
