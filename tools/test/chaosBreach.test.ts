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

/** What a process prints that runs a script in the place of the steward, with a promise broken. */
async function printed(script: string, name?: string): Promise<string> {
  const hook = new URL('../chaos/breach/hook.ts', import.meta.url).href;
  const words = [...(name === undefined ? [] : [`--import=${hook}`]), '--input-type=module', '--eval', script];
  const { stdout } = await run(process.execPath, words, { cwd: root, env: { ...process.env, CHAOS_BREACH: name } });
  return stdout.trim();
}

/** A reminder of an hour before; and how often it is decided, though the timer of its moment ends three times. */
const remindersDecided = `
  const { planReminders } = await import('./src/activities/securityCase/reminderSchedule.ts');
  const { next } = await import('./src/workflows/securityCase/transitions/next.ts');
  const { newCase } = await import('./src/workflows/securityCase/state.ts');
  const dueAt = '2026-12-01T12:00:00.000Z';
  const reminders = planReminders({ dueAt, beforeDueMs: [3600000], overdueMs: [], overdueEveryMs: 1, overdueWeeks: 0, localHour: 9, timeZone: 'UTC' });
  const counts = { numberOfProductsWithIssues: 1, numberOfVersionsWithIssues: 1, numberOfLatestVersionsWithIssues: 1 };
  const report = { eventId: 'e', reportedAt: '2026-11-01T12:00:00Z', newIssuesFound: false, upcomingResolutionDueDate: dueAt, ...counts };
  const check = { sentence: 'none' };
  const messages = [
    [{ type: 'report', report }, '2026-12-01T10:00:00Z'],
    [{ type: 'prepared', check, plan: { dueAt, reminders, quietReminders: 0 } }, '2026-12-01T10:00:01Z'],
    ...[1, 2, 3].map((second) => [{ type: 'woken' }, '2026-12-01T11:00:0' + second + 'Z']),
  ];
  let state = newCase('100000000001');
  let sent = 0;
  for (const [message, at] of messages) {
    const after = next(state, message, { nowMs: Date.parse(at) });
    state = after.state;
    sent += after.notices.filter(({ kind }) => kind === 'reminder').length;
  }
  console.log(reminders[0].at, sent);`;

/** How many of five change sets get a permit where the daily cap is three. */
const permitsGranted = `
  const { counted, noPermits, request } = await import('./src/workflows/submitPermits/permits.ts');
  const { submitPermitsDefaults } = await import('./src/policies/defaults.ts');
  const nowMs = Date.parse('2026-12-01T10:00:00Z');
  let state = counted(noPermits, [], nowMs);
  let granted = 0;
  for (const token of ['a', 'b', 'c', 'd', 'e']) {
    const asked = { token, authority: 'policy', dailyCap: 3, startsPerSecond: 100, usedWithinMs: 60000, settleMs: 10000 };
    const given = request(state, asked, nowMs, submitPermitsDefaults);
    state = given.state;
    granted += given.answer.outcome === 'granted' ? 1 : 0;
  }
  console.log(granted);`;

test.each([
  [undefined, ['2026-12-01T11:00:00.000Z 1', '3']],
  ['reminderTwice', ['2026-12-01T11:00:00.000Z 2', '3']],
  ['reminderEarly', ['2026-12-01T10:59:57.000Z 1', '3']],
  ['permitTwice', ['2026-12-01T11:00:00.000Z 1', '5']],
])('reminders and permits with %s broken', async (name, expected) => {
  expect((await printed(`{${remindersDecided}}\n{${permitsGranted}}`, name)).split('\n')).toEqual(expected);
});

test('a process with an unknown name does not start', async () => {
  await expect(printed('', 'nothing')).rejects.toThrow('No breach is called nothing');
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

test('npm run chaos:breaches refuses a wrong name with its usage', async () => {
  const wrong = run(process.execPath, [`${root}tools/chaosBreaches.ts`, 'reminderLate']);
  await expect(wrong).rejects.toMatchObject({ code: 2, stderr: expect.stringMatching(/^chaos:breaches: .*\nnpm run/) });
});
