import { judgeGuards } from '../guards/index.ts';

test('with any marked guard taken out the model finds a wrong permit; with none it finds nothing', async () => {
  const { wholeFails, mutants, survivors } = await judgeGuards('submitPermits', 2_000);
  expect(wholeFails).toBeUndefined();
  expect(survivors).toEqual([]);
  expect(mutants).toBeGreaterThanOrEqual(26);
});
