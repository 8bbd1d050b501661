import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Journal } from '../src/journal.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'steward-journal-'));
  file = join(folder, 'state.jsonl');
});
afterEach(() => rmSync(folder, { recursive: true }));

test.each(['notes of somebody, in one line', '[["journal","other",1]]', '[["journal","vendor",2]]\n', 'notes\nmore\n'])(
  'a file that is no state of its own stays as it is: %j',
  (contents) => {
    writeFileSync(file, contents);
    expect(() => new Journal('vendor', file)).toThrow('does not hold the state of vendor');
    expect(readFileSync(file, 'utf8')).toBe(contents);
  },
);

test.each(['', '[["jour', '[["journal","vendor",1]]'])(
  'a journal that was cut in its first line begins again: %j',
  (left) => {
    writeFileSync(file, left);
    const journal = new Journal('vendor', file);
    journal.table<number>('rows').set('one', 1);
    journal.close();
    expect([...new Journal('vendor', file).table<number>('rows').entries()]).toEqual([['one', 1]]);
  },
);
