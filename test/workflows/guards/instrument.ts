import { parseSync } from '@swc/core';

/** Stands directly before an expression on which the state machine rests; the code runs as if it were not there. */
export const mark = '/* guard */';

/** One change that takes a guard out of the code. */
export interface Mutant {
  readonly number: number;
  /** `file:line`, and what stands there instead, for whoever reads the failure. */
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

/** The operands of `a && b && c`, `a || b` or `a ?? b`. */
function operandsOf(node: Node & { left?: unknown; right?: unknown; operator?: unknown }, operator: unknown): Node[] {
  const { left, right } = node;
  if (node.operator !== operator || !isNode(left) || !isNode(right)) return [node];
  return [...operandsOf(left, operator), right];
}

/** The condition that a mark means: what is in the brackets, and of `a ? b : c` what is asked. */
function conditionOf(marked: Node & { expression?: unknown; test?: unknown }): Node {
  if (marked.type === 'ParenthesisExpression' && isNode(marked.expression)) return conditionOf(marked.expression);
  return marked.type === 'ConditionalExpression' && isNode(marked.test) ? marked.test : marked;
}

/** What can stand in the place of a guard: an operand less, or a condition that is always true or never. */
function replacements(guard: Node, textOf: (node: Node) => string): readonly string[] {
  const { operator, value } = guard as { operator?: unknown; value?: unknown };
  if (guard.type === 'BooleanLiteral') return [String(value !== true)];
  if (operator !== '&&' && operator !== '||' && operator !== '??') return ['true', 'false'];
  const operands = operandsOf(guard, operator);
  return operands.map((left) =>
    operands
      .filter((one) => one !== left)
      .map(textOf)
      .join(` ${operator} `),
  );
}

/**
 * Puts into a source what each marked guard can be replaced by; `globalThis.activeMutant` chooses which is.
 * @param first the number of the first mutant.
 */
export function instrument(
  file: string,
  source: string,
  first: number,
): { source: string; mutants: readonly Mutant[] } {
  const bytes = Buffer.from(source);
  // The parser counts bytes, from the first statement on: the empty one marks the beginning.
  const module = parseSync(`;${source}`, { syntax: 'typescript', target: 'es2024' });
  const base = (module.body[0]?.span.start ?? 0) + 1;
  const textOf = ({ span }: Node): string => bytes.subarray(span.start - base, span.end - base).toString();
  const mutants: Mutant[] = [];
  let instrumented = '';
  let copied = 0;
  for (let at = bytes.indexOf(mark); at !== -1; at = bytes.indexOf(mark, at + 1)) {
    const line = bytes.subarray(0, at).toString().split('\n').length;
    const start = at + mark.length + /^\s*/.exec(bytes.subarray(at + mark.length).toString())![0].length;
    const marked = expressionAt(module, start + base);
    if (marked === undefined || start < copied) throw new Error(`${file}:${line}: ${mark} stands before no expression`);
    const guard = conditionOf(marked);
    const choices = replacements(guard, textOf).map((text): string => {
      const number = first + mutants.length;
      mutants.push({ number, label: `${file}:${line}: ${textOf(guard)} → ${text}` });
      return `globalThis.activeMutant === ${number} ? ${text} : `;
    });
    instrumented += `${bytes.subarray(copied, guard.span.start - base).toString()}(${choices.join('')}${textOf(guard)})`;
    copied = guard.span.end - base;
  }
  return { source: instrumented + bytes.subarray(copied).toString(), mutants };
}
