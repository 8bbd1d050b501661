/** docs/json.md has every member of what `--json` gives, and no other: the compiler holds its tables to the code. */
import { readFileSync } from 'node:fs';
import { contracts } from '../../src/workflows/contracts.ts';
import { detailsByType } from '../../tools/pages/jsonFields/details.ts';
import { jsonPage } from '../../tools/pages/jsonPage.ts';
import { undocumented } from './jsonPaths.ts';

const page = readFileSync('docs/json.md', 'utf8');
/** One example of each kind, recorded from a running demo: the paths of its members, without their values. */
const recorded = JSON.parse(readFileSync('test/docs/recordedFields.json', 'utf8')) as Record<string, readonly string[]>;

test('docs/json.md is up to date', () => {
  expect(jsonPage(page) === page ? 'up to date' : 'run `npm run pages`').toBe('up to date');
});

test('every workflow type has its details there', () => {
  expect(Object.keys(detailsByType).toSorted()).toEqual(contracts.map(({ type }) => type).toSorted());
});

test.each(Object.entries(recorded))('every member of a recorded %s is on the page', (name, paths) => {
  expect(paths.length).toBeGreaterThan(1);
  expect(undocumented(name, paths)).toEqual([]);
});

test('a member that nobody described is found', () => {
  expect(undocumented('show', ['type', 'owner', 'failure.words', 'details.anything'])).toEqual([
    'owner',
    'failure.words',
  ]);
});

test('docs/command.md leads to its documents', () => {
  const anchors = [...readFileSync('docs/command.md', 'utf8').matchAll(/\(json\.md#([\w-]+)\)/g)].map(
    ([, anchor]) => anchor,
  );
  const headings = [...page.matchAll(/^##+ (.*)$/gm)].map(([, text = '']) =>
    text.replaceAll('`', '').replaceAll(' ', '-').toLowerCase(),
  );
  expect(anchors.filter((anchor) => !headings.includes(anchor ?? ''))).toEqual([]);
  expect(anchors).toEqual(expect.arrayContaining(['list', 'show', 'status', 'links', 'health', 'schedules', 'doctor']));
});
