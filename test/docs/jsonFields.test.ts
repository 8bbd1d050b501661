/** docs/json.md has every member of what `--json` gives, and no other: the compiler holds its tables to the code. */
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { declaredCommands } from '../../src/cli/operatorCommands.ts';
import { stewardProgram } from '../../src/cli/program.ts';
import { contracts } from '../../src/workflows/contracts.ts';
import { detailsByType } from '../../tools/pages/jsonFields/details.ts';
import { jsonDocuments } from '../../tools/pages/jsonFields/documents.ts';
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

/** The names of all commands with a flag, such as `quarantine list`. */
function commandsWith(flag: string, command: Command, before = ''): readonly string[] {
  return command.commands.flatMap((each) => {
    const name = `${before}${each.name()}`;
    const own = each.options.some(({ long }) => long === flag) ? [name] : [];
    return [...own, ...commandsWith(flag, each, `${name} `)];
  });
}

test('every command that has --json has a document on the page', () => {
  const run = { environment: {}, workingDirectory: '/', clone: '/', note: () => {}, progress: () => {} };
  const names = commandsWith('--json', stewardProgram({ ...run, run: () => Promise.resolve() }));
  expect(names.length).toBeGreaterThan(30);
  const operators = new Set(declaredCommands().map(({ name }) => name));
  const titles = Object.values(jsonDocuments).map(({ title }) => title);
  const isThere = (name: string): boolean => titles.some((title) => title.includes(`\`${name}\``));
  const missing = names.filter((name) => {
    const [parent = '', own = parent] = name.split(' ');
    const isOperator = operators.has(own) && parent !== 'schedules' && parent !== 'reconcile';
    return !isOperator && !isThere(name) && !(parent === 'schedules' && isThere(parent));
  });
  expect(missing).toEqual([]);
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
