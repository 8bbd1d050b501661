import { eventFixtures } from '@marketplace-steward/testing/fixtures';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readBytes, readText } from '../../src/cli/files.ts';

describe('readBytes', () => {
  it('gives the bytes of a file unchanged', async () => {
    const file = join(eventFixtures, 'changeSetFailed.json');
    expect(Buffer.from(await readBytes(file, 'Name a file.')).equals(readFileSync(file))).toBe(true);
  });

  it('names a file that cannot be read', async () => {
    await expect(readBytes('/nowhere/event.json', 'Name a file with one event.')).rejects.toMatchObject({
      message: '/nowhere/event.json cannot be read: ENOENT. Name a file with one event.',
      exitCode: 2,
    });
  });
});

describe('readText', () => {
  it('keeps a byte order mark only where every byte counts, and names a file that is no text', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'steward-files-'));
    const [marked, latin1] = [join(folder, 'marked.json'), join(folder, 'latin1.json')];
    writeFileSync(marked, '\uFEFF{}');
    writeFileSync(latin1, Buffer.from('é', 'latin1'));
    expect(await readText(marked, 'Name a file.')).toBe('{}');
    expect(await readText(marked, 'Name a file.', { keepMark: true })).toBe('\uFEFF{}');
    await expect(readText(latin1, 'Name a file.')).rejects.toMatchObject({
      message: `${latin1} is not UTF-8 text. Name a file.`,
      exitCode: 2,
    });
    rmSync(folder, { recursive: true });
  });
});
