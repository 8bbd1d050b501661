import { idsIn, mostIds, namedIds } from '../../src/cli/namedIds.ts';

test('a text names an id in each line, or is what a list prints', () => {
  expect(idsIn('a\n\n  b  yes 2026\n# c\r\nd\r\n')).toEqual(['a', 'b', 'd']);
  expect(idsIn('[{"workflowId":"change-set:a","state":"x"}, "b", 3, {"id": 1}]')).toEqual(['change-set:a', 'b']);
  expect(idsIn('{"workflowId":"change-set:a"}')).toEqual(['change-set:a']);
  expect(idsIn('{"total":2,"next":"u.1","rows":[{"workflowId":"item:a"},{"workflowId":"b"}]}')).toEqual([
    'item:a',
    'b',
  ]);
  expect(idsIn('')).toEqual([]);
});

test('each id counts once', async () => {
  expect(await namedIds(['a', 'b', 'a'])).toEqual(['a', 'b']);
});

test.each([
  [['a', '<id>'], '“<id>” is still a placeholder, so nothing was sent'],
  [['CHANGE_SET_ID'], 'is still a placeholder'],
  [[' '], 'is no id'],
  [['x'.repeat(1_001)], 'is no id'],
  [Array.from({ length: mostIds + 1 }, (_, index) => `id${index}`), '1001 ids; one command goes to 1000 at most'],
])('%#: wrong ids are refused before anything is sent', async (words, sentence) => {
  await expect(namedIds(words)).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining(sentence) });
});
