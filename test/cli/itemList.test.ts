import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readItems, type ItemList } from '../../src/cli/itemList.ts';

const folder = mkdtempSync(join(tmpdir(), 'steward-items-'));
afterAll(() => rmSync(folder, { recursive: true }));

function csv(text: string | Uint8Array, merchant?: string): Promise<ItemList> {
  const file = join(folder, 'items.csv');
  writeFileSync(file, text);
  return readItems({ file, ...(merchant === undefined ? {} : { merchant }) });
}

const item = (itemId: string, businessProductId = 'm') => ({ businessProductId, itemId });

describe('words', () => {
  test('are items of the merchant, each once', async () => {
    const list = await readItems({ words: ['a', 'b', 'a'], merchant: 'm' });
    expect(list).toEqual({ items: [item('a'), item('b')], duplicates: 1, badLines: [] });
  });

  test.each([
    [{ words: ['a'] }, '--merchant is missing'],
    [{ words: ['a', 'b/c'], merchant: 'm' }, '"b/c" is not an item id: 1 to 200 characters'],
    [{ words: ['a'], merchant: '..' }, '--merchant must be a business product id'],
  ])('%j is refused', async (source, sentence) => {
    await expect(readItems(source)).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining(sentence) });
  });
});

describe('a CSV file', () => {
  test.each([
    ['one column', 'itemId\na\nb\n'],
    ['no line end at the end', 'itemId\na\nb'],
    ['a byte order mark and CRLF', '\u{feff}itemId\r\na\r\nb\r\n'],
    ['quotes', '"itemId"\n"a"\n"b"\n'],
    ['another case', 'ITEMID\na\nb\n'],
    ['other columns, commas in quotes', 'title,itemId\n"one, two",a\n"x ""y""",b\n'],
    ['semicolons', 'title;itemId\n"one, two";a\nx;b\n'],
    ['tabs', 'itemId\ttitle\na\tone, two\nb\tx\n'],
    ['empty lines and spaces', 'itemId , title\n\n a , x\n\n b , y\n\n'],
    ['a line end in quotes', 'title,itemId\n"one\ntwo",a\nx,b\n'],
  ])('with %s', async (_name, text) => {
    await expect(csv(text, 'm')).resolves.toEqual({ items: [item('a'), item('b')], duplicates: 0, badLines: [] });
  });

  test('names merchants by line; an empty cell stands for --merchant', async () => {
    const text = 'BusinessProductId,itemId\nn,a\n,a\nm,a\n';
    await expect(csv(text, 'm')).resolves.toEqual({ items: [item('a', 'n'), item('a')], duplicates: 1, badLines: [] });
  });

  test('names its bad lines by number, and keeps the others', async () => {
    const text = 'itemId,businessProductId\na,m\nb/c,m\n,m\nd\ne,\nf,x y\ng,m\n';
    const { items, badLines } = await csv(text);
    expect(items).toEqual([item('a'), item('g')]);
    expect(badLines).toEqual([
      { line: 3, problem: expect.stringContaining('itemId must be an item id') },
      { line: 4, problem: expect.stringContaining('but it is ""') },
      { line: 5, problem: 'it has 1 columns, and the first line 2' },
      { line: 6, problem: 'businessProductId is missing, and --merchant is not given' },
      { line: 7, problem: expect.stringContaining('businessProductId must be') },
    ]);
  });

  test.each([
    ['no such column', 'id,name\na,b\n', 'items.csv has no column itemId: its first line is "id,name"'],
    ['nothing', '', 'items.csv has no column itemId'],
    ['a broken quotation mark', 'itemId\na\n"b"c\n', 'line 3'],
    ['a quotation mark that stays open', 'itemId\n"a\nb\n', 'Quote Not Closed'],
    ['bytes that are no UTF-8', Uint8Array.of(0x69, 0xff, 0xfe), 'is not UTF-8 text'],
  ])('with %s is refused as a whole', async (_name, text, sentence) => {
    await expect(csv(text, 'm')).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining(sentence) });
  });

  test('that is not there is refused by its name', async () => {
    const file = join(folder, 'nothing.csv');
    await expect(readItems({ file })).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('nothing.csv cannot be read: ENOENT'),
    });
  });
});
