import { judgeGuards } from '../guards/index.ts';

test('with any marked guard taken out the model finds a wrong end; with none it finds nothing', async () => {
  const { wholeFails, mutants, survivors } = await judgeGuards('changeSetRemediation', 5_000);
  expect(wholeFails).toBeUndefined();
  expect(survivors).toEqual([]);
  expect(mutants).toBeGreaterThanOrEqual(157);
});
