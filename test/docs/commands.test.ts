/** What README and the pages say that a reader can type: every command is one that the command line takes. */
import { readFileSync } from 'node:fs';
import { pageText } from '../../src/cli/pageToken.ts';
import { runProgram } from '../../src/cli/program.ts';
import { shiftQuestions, urgencyViews } from '../../src/delivery/shift.ts';
import { documentedLines, notRun, shellWords, stewardCommand } from './documented.ts';

const lines = documentedLines();

/** Parses the arguments as the `steward` command does, and runs nothing. */
async function parsed(words: readonly string[]): Promise<number> {
  return runProgram(words, {
    environment: {},
    workingDirectory: process.cwd(),
    clone: process.cwd(),
    note: () => {},
    progress: () => {},
    run: () => Promise.resolve(),
  });
}

test('the documents have commands to check', () => {
  expect(lines.length).toBeGreaterThan(15);
  expect(lines.filter(({ page }) => page === 'README.md').map(({ line }) => line)).toContain('npm start');
});

const page = pageText({ kind: 'newest', token: Buffer.from('next') });

/** What a shell makes of the words that stand for something of the reader's, and what the reader fills in. */
function asTyped(word: string): string {
  return word
    .replace(/^\$\(.*\)$/, '2026-11-20')
    .replace(/^\$USER$/, 'ann')
    .replace(/^\$NEXT$/, page)
    .replaceAll(/<[\w-]+>/g, 'word');
}

const steward = lines.filter(({ line }) => stewardCommand.test(line));

test.each(steward)('$page: the command line takes “$line”', async ({ line }) => {
  const words = shellWords(line.replace(stewardCommand, ''));
  expect(await parsed(words.map(asTyped))).toBe(0);
});

test.each([...shiftQuestions(0), ...urgencyViews(0)])(
  'the command line takes “$command” of a shift',
  async ({ command }) => {
    expect(await parsed(shellWords(command.replace(/^steward /, '').replaceAll(/<\w+>/g, 'word')))).toBe(0);
  },
);

test('the parsing refuses what the command line does not have, and names a placeholder that nobody replaced', async () => {
  const written = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  expect(await parsed(['list', '--atention'])).toBe(2);
  const commands = ['show', 'open', 'health', 'quarantine show', 'schedules pause --reason x'];
  for (const command of commands) {
    expect(await parsed([...command.split(' '), 'security:<account>'])).toBe(2);
    expect(written.mock.calls.flat().join('')).toContain('<account> is still the placeholder: replace it.');
    written.mockClear();
  }
  written.mockRestore();
});

const scripts = lines.filter(({ line }) => line.startsWith('npm ') && !stewardCommand.test(line));

test.each(scripts)('$page: package.json has “$line”', ({ line }) => {
  const { scripts: known } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
  const [, name = ''] = /^npm (?:run )?(\S+)/.exec(line) ?? [];
  expect(Object.keys(known)).toContain(name);
});

test('every other line has a reason not to be run', () => {
  const others = lines.filter((line) => !steward.includes(line) && !scripts.includes(line));
  expect(others.filter(({ line }) => !notRun.some(([pattern]) => pattern.test(line)))).toEqual([]);
});
