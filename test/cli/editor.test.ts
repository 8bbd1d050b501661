import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PassThrough } from 'node:stream';
import { until } from '@marketplace-steward/testing/until';
import { confirmed } from '../../src/cli/confirm.ts';
import { edited, editorOf } from '../../src/cli/editor.ts';

const folder = mkdtempSync(join(tmpdir(), 'steward-editor-'));
afterAll(() => rmSync(folder, { recursive: true }));
const place = join(folder, 'place');

test('VISUAL goes before EDITOR, and without either the variables are named', () => {
  expect(editorOf({ VISUAL: 'code --wait', EDITOR: 'vi' })).toBe('code --wait');
  expect(editorOf({ VISUAL: ' ', EDITOR: 'vi' })).toBe('vi');
  expect(() => editorOf({})).toThrow('Set VISUAL or EDITOR');
});

test('only this user may read the file, which goes away or stays as wanted', async () => {
  const script = `f() { echo "$1" > '${place}'; echo changed > "$1"; }; f`;
  const { text, file, discard } = await edited('{}', 'a.json', script);
  expect(text).toBe('changed\n');
  expect(readFileSync(place, 'utf8').trim()).toBe(file);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(statSync(dirname(file)).mode & 0o777).toBe(0o700);
  discard();
  expect(existsSync(dirname(file))).toBe(false);

  const kept = await edited('{}', 'a.json', 'true');
  kept.keep();
  expect(existsSync(kept.file)).toBe(true);
  rmSync(dirname(kept.file), { recursive: true });
});

test.each([
  ['no-such-editor-here', 'it was not found'],
  ['exit 3; true', 'it ended with status 3'],
  ['f() { printf "\\377" > "$1"; }; f', 'not UTF-8 text'],
  ['f() { rm "$1"; mkdir "$1"; }; f', 'no file of a few pages'],
  ['f() { rm "$1"; mkfifo "$1"; }; f', 'no file of a few pages'],
  ['ln -sf /dev/zero', 'no file of a few pages'],
  ['f() { truncate -s 5M "$1"; }; f', 'no file of a few pages'],
])('an editor that fails leaves nothing: %s', async (script, sentence) => {
  await expect(edited('{}', 'a.json', `echo "$1" > '${place}'; ${script}`)).rejects.toThrow(sentence);
  expect(existsSync(dirname(readFileSync(place, 'utf8').trim()))).toBe(false);
});

test('an editor that takes the file away wants nothing', async () => {
  expect(await edited('{}', 'a.json', 'rm')).toMatchObject({ text: '' });
});

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('nothing is left after %s', async (signal) => {
  rmSync(place, { force: true });
  const module = join(__dirname, '..', '..', 'src', 'cli', 'editor.ts');
  const script = `f() { echo "$1" > '${place}'; exec sleep 60; }; f`;
  const code = `import(${JSON.stringify(module)}).then(({ edited }) => edited('{}', 'a.json', ${JSON.stringify(script)})).catch(() => process.exit(9))`;
  const child = spawn(process.execPath, ['-e', code], { stdio: 'ignore', detached: true });
  const file = await until(() => (existsSync(place) && readFileSync(place, 'utf8').trim()) || undefined);
  const ended = once(child, 'close');
  // The terminal gives Ctrl-C to the editor as well.
  process.kill(signal === 'SIGINT' ? -(child.pid ?? 0) : (child.pid ?? 0), signal);
  await ended;
  expect(existsSync(dirname(file))).toBe(false);
});

test.each([
  ['y\n', true],
  [' YES \n', true],
  ['n\n', false],
  ['\n', false],
  ['', false],
])('%j as an answer', async (answer, expected) => {
  const input = new PassThrough();
  input.end(answer);
  expect(await confirmed('Propose this?', { input, output: new PassThrough() })).toBe(expected);
});
