import { benchParts, planOf, readFlags, usage } from '../options.ts';

test('flags are off unless given, and every part is measured', () => {
  expect(readFlags([])).toEqual({ json: false, quick: false, parts: benchParts });
  expect(readFlags(['--quick', '--json'])).toEqual({ json: true, quick: true, parts: benchParts });
});

test('--part leaves the others out, and is refused by the name that is not known', () => {
  expect(readFlags(['--part', 'items'])).toMatchObject({ parts: ['items'] });
  expect(readFlags(['--part', 'items', '--part', 'worker'])).toMatchObject({ parts: ['items', 'worker'] });
  expect(() => readFlags(['--part', 'item'])).toThrow(
    '--part must be one of ingress, queues, memory, worker, items, backfill, quotas, resubmit, accounts, storm, limits, found item',
  );
});

test('help', () => {
  expect(readFlags(['--help', '--json'])).toBe('help');
  for (const flag of ['--json', '--quick', '--part']) expect(usage).toContain(flag);
});

test.each([['--qick'], ['fast'], ['--json=1']])('%s is refused by its name', (word) => {
  expect(() => readFlags([word])).toThrow(word.replace(/=.*/, ''));
});

test('both plans measure one caller and 32, and their budgets leave room within three minutes', () => {
  for (const quick of [false, true]) {
    const { ingress, worker } = planOf({ json: false, quick, parts: benchParts });
    expect(ingress.map(({ callers }) => callers)).toEqual([32, 1]);
    expect([...ingress, worker].reduce((sum, { budgetMs }) => sum + budgetMs, 0)).toBeLessThanOrEqual(130_000);
  }
});

test('the plan of the backfill lists 50,000', () => {
  expect(planOf({ json: false, quick: false, parts: benchParts }).backfill.listed).toBe(50_000);
});

test('the plan of items ends with 10,000', () => {
  const { waiting } = planOf({ json: false, quick: false, parts: benchParts }).items;
  expect(waiting.at(-1)).toBe(10_000);
});
