import { mkdtempSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createModes } from '../../src/config/accounts.ts';
import { checkConfigurationText } from '../../src/config/file.ts';
import { failureTypeOf } from '../../src/failures.ts';

const folder = mkdtempSync(join(tmpdir(), 'modes-'));
const file = join(folder, 'steward.yaml');
const modes = createModes(file);
const account = '123456789012';
const withMode = (mode: string): string => `accounts: { ${account}: { mode: ${mode} } }\n`;
afterAll(() => rmSync(folder, { recursive: true }));

function failureOf(asked: string): string | undefined {
  try {
    modes.modeOf(asked);
    return undefined;
  } catch (error) {
    return failureTypeOf(error);
  }
}

test('the mode is the one that the file holds now', () => {
  writeFileSync(file, withMode('auto'));
  expect(modes.modeOf(account)).toBe('auto');
  writeFileSync(file, withMode('observe'));
  expect(modes.modeOf(account)).toBe('observe');
});

test('a change counts though the time stamp and the size stand still', () => {
  writeFileSync(file, withMode('auto   '));
  const { atime, mtime } = statSync(file);
  expect(modes.modeOf(account)).toBe('auto');
  writeFileSync(file, withMode('observe'));
  utimesSync(file, atime, mtime);
  expect(modes.modeOf(account)).toBe('observe');
});

test('a file that takes the place of another counts', () => {
  writeFileSync(file, withMode('auto'));
  writeFileSync(`${file}.new`, withMode('approve'));
  renameSync(`${file}.new`, file);
  expect(modes.modeOf(account)).toBe('approve');
});

test.each([
  ['another account', 'accounts: { 210987654321: { mode: auto } }'],
  ['a mode that is none', withMode('automatic')],
  ['a mistake elsewhere in the file', `${withMode('auto')}noticez: {}\n`],
  ['half a file', 'accounts: {'],
])('%s lets nothing out, and the next good file counts again', (_name, text) => {
  writeFileSync(file, text);
  expect(failureOf(account)).toBe('NotConfigured');
  writeFileSync(file, withMode('auto'));
  expect(modes.modeOf(account)).toBe('auto');
});

test('a text is checked once, however often it is asked about', () => {
  let checks = 0;
  const counted = createModes(file, (...given) => {
    checks += 1;
    return checkConfigurationText(...given);
  });
  writeFileSync(file, withMode('auto'));
  for (let asked = 0; asked < 3; asked += 1) {
    expect(counted.modeOf(account)).toBe('auto');
    expect(counted.dailyCapOf(account)).toBeGreaterThan(0);
  }
  expect(checks).toBe(1);
  writeFileSync(file, withMode('observe'));
  expect(counted.modeOf(account)).toBe('observe');
  writeFileSync(file, 'accounts: {');
  expect(() => counted.modeOf(account)).toThrow('Nothing is submitted');
  writeFileSync(file, withMode('observe'));
  expect(counted.modeOf(account)).toBe('observe');
  expect(checks).toBe(3);
});

test('a file that is gone lets nothing out', () => {
  rmSync(file, { force: true });
  expect(failureOf(account)).toBe('NotConfigured');
});

test('names of the language’s own are no accounts', () => {
  writeFileSync(file, withMode('auto'));
  expect(failureOf('constructor')).toBe('NotConfigured');
});
