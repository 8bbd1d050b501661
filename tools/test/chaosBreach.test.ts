import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';
import { breaches, breachNamed } from '../chaos/breach/breaches.ts';
import { exchanged } from '../chaos/breach/pieces.ts';
import { provoking } from '../chaos/breach/provoking.ts';
import { planChaos } from '../chaos/plan/index.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const run = promisify(execFile);

test.each(breaches)('the sources still have every piece of $name exactly once', ({ pieces }) => {
  for (const file of new Set(pieces.map((piece) => piece.file))) {
    const source = readFileSync(`${root}${file}`, 'utf8');
    const changed = exchanged(file, source, pieces);
    for (const { text, by } of pieces.filter((piece) => piece.file === file)) {
      expect(source.split(text)).toHaveLength(2);
      expect(changed).toContain(by);
    }
  }
});

test('a piece that is gone, or there twice, is no breach', () => {
  const piece = { file: 'a.ts', text: 'one', by: 'two' };
  expect(exchanged('a.ts', 'one + 1', [piece])).toBe('two + 1');
  expect(exchanged('b.ts', 'one + 1', [piece])).toBe('one + 1');
  expect(() => exchanged('a.ts', '1 + 1', [piece])).toThrow('a.ts has this 0 times');
  expect(() => exchanged('a.ts', 'one + one', [piece])).toThrow('a.ts has this 2 times');
  expect(() => breachNamed('nothing')).toThrow('No breach is called nothing; there are acknowledgeFirst,');
});

test('a process that loads the hook has the changed code, and one with an unknown name does not start', async () => {
  const hook = new URL('../chaos/breach/hook.ts', import.meta.url).href;
  const script = `import { planReminders } from './src/activities/securityCase/reminderSchedule.ts';
    const [first] = planReminders({ dueAt: '2026-12-01T12:00:00Z', beforeDueMs: [3600000], overdueMs: [], overdueEveryMs: 1, overdueWeeks: 0, localHour: 9, timeZone: 'UTC' });
    console.log(first.at);`;
  const planned = (name: string) =>
    run(process.execPath, [`--import=${hook}`, '--input-type=module', '--eval', script], {
      cwd: root,
      env: { ...process.env, CHAOS_BREACH: name },
    });
  expect((await planned('reminderEarly')).stdout.trim()).toBe('2026-12-01T10:59:57.000Z');
  await expect(planned('nothing')).rejects.toThrow('No breach is called nothing');
});

test('a plan provokes what it has to', () => {
  const plan = planChaos({ seed: 4, events: 150 });
  const { puts } = provoking('noLookUpNoToken', plan);
  expect(puts.filter(({ name }) => name === 'faults').length).toBeGreaterThan(5);
  const { events } = provoking('reminderTwice', plan);
  const dates = events.flatMap(({ body }) => /upcomingResolutionDueDate\\?":\\?"([^"\\]*)/.exec(body)?.[1] ?? []);
  expect(dates.length).toBeGreaterThan(5);
  expect(dates.filter((date) => !/^<<sent\+36(?:18|36|54|72|90)>>$/.test(date))).toEqual([]);
  expect(new Set(dates).size).toBeGreaterThan(2);
  expect(provoking('permitTwice', plan)).toEqual(plan);
  const [account = ''] = Object.keys(plan.dailyCaps ?? {});
  const failures = plan.puts.filter(
    ({ name, body }) => name === 'change-sets' && JSON.stringify(body).includes(account),
  );
  expect(failures.length).toBeGreaterThan(plan.dailyCaps?.[account] ?? Number.POSITIVE_INFINITY);
});
