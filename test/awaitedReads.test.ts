import { globSync, readFileSync } from 'node:fs';
import { parseSync } from '@swc/core';

/**
 * Operands are read from left to right: in `state = merge(state, await answer())` the state is that of before the answer, and
 * what others made of it meanwhile is lost.
 */
const files = globSync('src/**/*.ts');

type Node = Readonly<Record<string, unknown>> & { readonly type: string };

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'type' in value;
const isFunction = ({ type }: Node): boolean => /Function|Method|Constructor|Class/.test(type);

/** What runs with a node itself: not what functions in it do later. */
function* nodesIn(value: unknown): Generator<Node> {
  if (typeof value !== 'object' || value === null) return;
  if (isNode(value)) {
    if (isFunction(value)) return;
    yield value;
  }
  for (const child of Object.values(value)) yield* nodesIn(child);
}

/** All nodes, in functions too. */
function* allIn(value: unknown): Generator<Node> {
  if (typeof value !== 'object' || value === null) return;
  if (isNode(value)) yield value;
  for (const child of Object.values(value)) yield* allIn(child);
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** What a node reads, in order. */
function operandsOf(node: Node): readonly unknown[] {
  switch (node.type) {
    case 'CallExpression':
    case 'NewExpression':
      return [node['callee'], ...listOf(node['arguments'])];
    case 'ArrayExpression':
      return listOf(node['elements']);
    case 'ObjectExpression':
      return listOf(node['properties']);
    case 'TemplateLiteral':
      return listOf(node['expressions']);
    case 'BinaryExpression':
      return /^(?:&&|\|\||\?\?)$/.test(String(node['operator'])) ? [] : [node['left'], node['right']];
    case 'AssignmentExpression':
      return /^(?:|&&|\|\||\?\?)=$/.test(String(node['operator'])) ? [] : [node['left'], node['right']];
    default:
      return [];
  }
}

/** Names of variables that are read before something is awaited in the same expression. */
function readsBeforeAwait(text: string): readonly unknown[] {
  const { body } = parseSync(text, { syntax: 'typescript', target: 'es2024' });
  const changing = new Set(
    [...allIn(body)]
      .filter(({ type, kind }) => type === 'VariableDeclaration' && kind === 'let')
      .flatMap(({ declarations }) => listOf(declarations))
      .flatMap((one) => [...allIn((one as Node)['id'])])
      .flatMap(({ type, value }) => (type === 'Identifier' ? [value] : [])),
  );
  return [...allIn(body)].flatMap((node) => {
    const operands = operandsOf(node);
    const awaits = operands.findLastIndex((one) => [...nodesIn(one)].some(({ type }) => type === 'AwaitExpression'));
    return operands
      .slice(0, Math.max(awaits, 0))
      .flatMap((one) => [...nodesIn(one)])
      .flatMap(({ type, value }) => (type === 'Identifier' && changing.has(value) ? [value] : []));
  });
}

test('nothing that changes is read before an await of the same expression', () => {
  expect(files.length).toBeGreaterThan(300);
  const found = files.flatMap((file) => {
    const reads = readsBeforeAwait(readFileSync(file, 'utf8'));
    return reads.length === 0 ? [] : [`${file}: ${[...new Set(reads)].join(', ')}`];
  });
  expect(found).toEqual([]);
});

test.each([
  ['let state = 1; state = merge(state, await answer());', ['state']],
  ['let state = 1; async () => { state += await answer(); };', ['state']],
  ['let state = 1; state = { ...state, more: await answer() };', ['state']],
  ['let { a, b } = c; f([a, await answer()]);', ['a']],
  ['let state = 1; const now = await answer(); state = merge(state, now);', []],
  ['const state = 1; merge(state, await answer());', []],
  ['let state = 1; merge(() => state, await answer());', []],
  ['let state = 1; merge(await answer(), state);', []],
])('%s', (text, names) => {
  expect(readsBeforeAwait(text)).toEqual(names);
});
