import { readFileSync } from 'node:fs';
import { proseFiles, proseProblems, readGlossary } from '../prose.ts';

const glossary = readGlossary(readFileSync('docs/glossary.md', 'utf8'));
const found = (text: string): string[] => proseProblems(text, glossary).map((problem) => problem.found);

describe('the prose linter', () => {
  test.each([
    ['roadOf(event)', 'road'],
    ['The Ladder', 'Ladder'],
    ['ROAD_NAMES and max_tries', 'ROAD'],
    ['It is looked at again.', 'looked'],
    ['every try, the first included', 'every try'],
    ['a person’s decision', 'person'],
    ['awaitingPerson', 'Person'],
    ['kept for ever', 'for ever'],
    ['hand-over', 'hand-over'],
    [' * kept for\n * ever', 'for\n * ever'],
    ['goes on by itself', 'by itself'],
  ])('finds in %j the words %j', (text, words) => {
    expect(found(text)).toContain(words);
  });

  test.each([
    'try { await call(); } catch {}',
    'a look-up, looked up by its id',
    'It looks like a token.',
    'outstanding, whoeverything, broad, roaming',
    'tells apart, told apart',
    'one line of text, in turn, turn on',
    'there is room for 200 rows',
  ])('lets %j pass', (text) => {
    expect(found(text)).toEqual([]);
  });

  test('says where, and which word the glossary has', () => {
    expect(proseProblems('one\ntwo\nby another road', glossary)).toEqual([
      { line: 3, found: 'road', say: 'envelope (`eventbridge`, `webhook`)' },
      { line: 3, found: 'road', say: 'transport (`http`, `sqs`, `cli`)' },
    ]);
  });

  test('reads documents, sources, tests and settings, and nothing that is installed or recorded', () => {
    const files = proseFiles();
    expect(files).toEqual(
      expect.arrayContaining(['README.md', 'src/failures.ts', 'docker-compose.yml', 'tools/prose.ts', 'package.json']),
    );
    expect(files.filter((path) => /node_modules|histories\/|glossary/u.test(path))).toEqual([]);
  });
});
