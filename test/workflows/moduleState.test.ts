import { globSync, readFileSync } from 'node:fs';
import { parseSync } from '@swc/core';

/** The workflows of a worker share their modules (src/workers/bundle.ts), so none may keep anything in one. */
const files = globSync(['src/workflows/**/*.ts', 'src/{defined,failures,addresses}.ts']);
const changing = new Set(
  'add append clear copyWithin delete fill pop push reverse set shift sort splice unshift'.split(' '),
);

/** They keep in a pattern that is global or sticky where its last match ended. */
const advancing = new Set(['exec', 'test']);

/** A node of the syntax tree, of whose many shapes few matter here. */
type Node = Readonly<Record<string, unknown>> & { readonly type: string };

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'type' in value;

function* nodesIn(value: unknown): Generator<Node> {
  if (typeof value !== 'object' || value === null) return;
  if (isNode(value)) yield value;
  for (const child of Object.values(value)) yield* nodesIn(child);
}

/** The name at the beginning of `name.member.member`, and how many members follow. */
function path(node: unknown, members = 0): { readonly name: unknown; readonly members: number } | undefined {
  if (!isNode(node)) return undefined;
  if (node.type === 'Identifier') return { name: node['value'], members };
  if (node.type === 'MemberExpression') return path(node['object'], members + 1);
  if (node.type === 'ParenthesisExpression' || node.type === 'TsNonNullExpression')
    return path(node['expression'], members);
  return undefined;
}

/** What a file's modules could keep from one workflow to the next. */
function keptStateOf(text: string): string[] {
  const { body } = parseSync(text, { syntax: 'typescript', target: 'es2024' });
  const declarations = body
    .map((statement) => (statement.type === 'ExportDeclaration' ? statement.declaration : statement))
    .filter((statement) => statement.type === 'VariableDeclaration');
  const names = new Set(
    declarations.flatMap(({ declarations: all }) => all.map(({ id }) => ('value' in id ? id.value : undefined))),
  );
  const positioned = new Set<unknown>(
    declarations.flatMap(({ declarations: all }) =>
      all.flatMap(({ id, init }) =>
        'value' in id && init?.type === 'RegExpLiteral' && /[gy]/.test(init.flags) ? [id.value] : [],
      ),
    ),
  );
  const keeps = (node: unknown, least: number): boolean => {
    const found = path(node);
    return found !== undefined && names.has(found.name as string) && found.members >= least;
  };
  const found = declarations.filter(({ kind }) => kind !== 'const').map(({ kind }) => `${kind} of a module`);
  for (const node of nodesIn(body)) {
    const { type, left, argument, callee, operator } = node;
    if (type === 'AssignmentExpression' && keeps(left, 1)) found.push('an assignment');
    if (type === 'UpdateExpression' && keeps(argument, 1)) found.push('a count');
    if (type === 'UnaryExpression' && operator === 'delete' && keeps(argument, 1)) found.push('a deletion');
    if (type === 'CallExpression' && isNode(callee) && callee.type === 'MemberExpression' && keeps(callee, 1)) {
      const method = callee['property'];
      const called = isNode(method) ? String(method['value']) : '';
      if (changing.has(called) || (advancing.has(called) && positioned.has(path(callee)?.name)))
        found.push(`.${called}()`);
    }
  }
  return found;
}

test('no module of the workflows keeps anything from one workflow to the next', () => {
  expect(files.length).toBeGreaterThan(100);
  const found = files.flatMap((file) => keptStateOf(readFileSync(file, 'utf8')).map((what) => `${file}: ${what}`));
  expect(found).toEqual([]);
});

test.each([
  'let count = 0;',
  'const seen = new Set<string>(); export const see = (id: string) => seen.add(id);',
  'export const last = { id: "" }; export const see = (id: string) => { last.id = id; };',
  'const last = { ids: [""] }; export const see = (id: string) => { last.ids.push(id); };',
  'const counts: Record<string, number> = {}; export const see = (id: string) => { counts[id] += 1; };',
  'const counts = { one: 0 }; export const see = () => counts.one++;',
  'const counts: Record<string, number> = {}; export const see = (id: string) => delete counts[id];',
  'const pattern = /a/g; export const has = (text: string) => pattern.test(text);',
])('it is noticed: %s', (text) => {
  expect(keptStateOf(text)).toHaveLength(1);
});
