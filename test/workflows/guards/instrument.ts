import { parseSync } from '@swc/core';

/**
 * Marks the expression after it as one on which the state machine rests: `/* guard *\/` where it matters both ways,
 * `/* guard: false *\/` where only that in its place does harm. The code runs as if no mark were there.
 */
export const marks = /\/\* guard(?:: (?<instead>\S+))? \*\/\s*/g;

/** One change that takes a guard out of the code. */
export interface Mutant {
  readonly number: number;
  /** Where the guard stands, and what replaces it. */
  readonly label: string;
}

interface Node {
  readonly type: string;
  readonly span: { readonly start: number; readonly end: number };
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'span' in value;
}

/** The outermost expression that begins at a position. */
function expressionAt(value: unknown, start: number): Node | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (isNode(value) && value.span.start === start && /Expression$|Literal$|^Identifier$/.test(value.type)) return value;
  for (const child of Object.values(value)) {
    const found = expressionAt(child, start);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What a mark means: of `(a)` the inside, and of `a ? b : c` the condition. */
function guardOf(marked: Node & { expression?: unknown; test?: unknown }): Node {
  if (marked.type === 'ParenthesisExpression' && isNode(marked.expression)) return guardOf(marked.expression);
  return marked.type === 'ConditionalExpression' && isNode(marked.test) ? marked.test : marked;
}

/** The operands of `a && b && c`, `a || b` or `a ?? b`. */
function operandsOf(node: Node & { left?: unknown; right?: unknown; operator?: unknown }, operator: unknown): Node[] {
  const { left, right } = node;
  if (node.operator !== operator || !isNode(left) || !isNode(right)) return [node];
  return [...operandsOf(left, operator), right];
}

/** What replaces a guard: the opposite of a literal, an operand less, or a condition that is always true or never. */
function replacements(guard: Node, textOf: (node: Node) => string): readonly string[] {
  const { operator, value } = guard as { operator?: unknown; value?: unknown };
  if (guard.type === 'BooleanLiteral') return [String(value !== true)];
  if (operator !== '&&' && operator !== '||' && operator !== '??') return ['true', 'false'];
  const operands = operandsOf(guard, operator);
  return operands.map((left) => {
    const kept = operands.filter((one) => one !== left);
    return kept.map(textOf).join(` ${operator} `);
  });
}

/**
 * Puts what can replace each marked guard into a source; `globalThis.activeMutant` chooses whether it does.
 * @param first the number of the first mutant.
 */
export function instrument(
  file: string,
  source: string,
  first: number,
): { source: string; mutants: readonly Mutant[] } {
  // The parser counts bytes, from the first statement on: the empty one marks the beginning.
  const module = parseSync(`;${source}`, { syntax: 'typescript', target: 'es2024' });
  const base = (module.body[0]?.span.start ?? 0) + 1;
  const bytes = Buffer.from(source);
  const text = (start: number, end?: number): string => bytes.subarray(start, end).toString();
  const textOf = ({ span }: Node): string => text(span.start - base, span.end - base);
  const mutants: Mutant[] = [];
  let instrumented = '';
  let copied = 0;
  for (const { 0: mark, index, groups } of source.matchAll(marks)) {
    const start = Buffer.byteLength(source.slice(0, index + mark.length));
    const marked = expressionAt(module, start + base);
    const place = `${file}:${source.slice(0, index).split('\n').length}`;
    if (marked === undefined || start < copied) {
      throw new Error(`${place}: a mark must stand before an expression, outside of another guard`);
    }
    const guard = guardOf(marked);
    const choices = (groups?.['instead'] === undefined ? replacements(guard, textOf) : [groups['instead']]).map(
      (one) => {
        const number = first + mutants.length;
        mutants.push({ number, label: `${place}: ${textOf(guard)} → ${one}` });
        return `globalThis.activeMutant === ${number} ? ${one} : `;
      },
    );
    instrumented += `${text(copied, guard.span.start - base)}(${choices.join('')}${textOf(guard)})`;
    copied = guard.span.end - base;
  }
  return { source: instrumented + text(copied), mutants };
}
