import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseSync } from '@swc/core';

const workflows = fileURLToPath(new URL('../../../src/workflows/', import.meta.url));
/** Lengths of time by their names: of themselves they decide nothing. */
const units = 'shared/durations.ts';

/** A constant of workflow code that holds a number. */
export interface Constant {
  /** `{file}: {name}`. */
  readonly name: string;
  /** Where its value stands in the file, in bytes. */
  readonly start: number;
  readonly end: number;
}

interface Node {
  readonly type: string;
  readonly span: { readonly start: number; readonly end: number };
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'span' in value;
}

/** Whether a number stands in a value, functions left out: what these compute is code. */
function holdsNumber(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (isNode(value)) {
    if (/^ArrowFunctionExpression$|^FunctionExpression$|^TsType|^CallExpression$/.test(value.type)) return false;
    if (value.type === 'NumericLiteral') return true;
    if (
      value.type === 'Identifier' &&
      /^(second|minute|hour|day)Ms$/.test(String((value as { value?: unknown }).value))
    )
      return true;
  }
  return Object.values(value).some(holdsNumber);
}

interface Declared {
  readonly id: { readonly value?: string };
  readonly init?: Node | null;
}

/** The constants of a module, of whatever it exports and keeps to itself. */
export function constantsIn(file: string, source: string): readonly Constant[] {
  // The parser counts bytes, from the first statement on: the empty one marks the beginning.
  const module = parseSync(`;${source}`, { syntax: 'typescript', target: 'es2024' });
  const base = (module.body[0]?.span.start ?? 0) + 1;
  return module.body.flatMap((statement) => {
    const declaration = statement.type === 'ExportDeclaration' ? statement.declaration : statement;
    if (declaration.type !== 'VariableDeclaration') return [];
    return (declaration.declarations as unknown as readonly Declared[]).flatMap(({ id, init }) =>
      init && holdsNumber(init)
        ? [{ name: `${file}: ${id.value ?? '?'}`, start: init.span.start - base, end: init.span.end - base }]
        : [],
    );
  });
}

/** Every constant of workflow code that holds a number, by file. */
export function constantsOfWorkflows(): ReadonlyMap<string, readonly Constant[]> {
  const files = globSync('**/*.ts', { cwd: workflows }).filter((file) => file !== units);
  return new Map(
    files.toSorted().map((file) => [file, constantsIn(file, readFileSync(`${workflows}${file}`, 'utf8'))] as const),
  );
}
