import { planOf, readFlags, usage } from '../../bench/options.ts';

test('flags are off unless given', () => {
  expect(readFlags([])).toEqual({ json: false, quick: false });
  expect(readFlags(['--quick', '--json'])).toEqual({ json: true, quick: true });
});

test('help', () => {
  expect(readFlags(['--help', '--json'])).toBe('help');
  for (const flag of ['--json', '--quick']) expect(usage).toContain(flag);
});

test.each([['--qick'], ['fast'], ['--json=1']])('%s is refused by its name', (word) => {
  expect(() => readFlags([word])).toThrow(word.replace(/=.*/, ''));
});

test('both plans measure one caller and 32, and their budgets leave room within three minutes', () => {
  for (const quick of [false, true]) {
    const { ingress, worker } = planOf({ json: false, quick });
    expect(ingress.map(({ callers }) => callers)).toEqual([32, 1]);
    expect([...ingress, worker].reduce((sum, { budgetMs }) => sum + budgetMs, 0)).toBeLessThanOrEqual(130_000);
  }
});
