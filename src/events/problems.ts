import type { ZodError } from 'zod';
import { isJsonObject } from './json.ts';
import { maxProblems, shapeOf } from './shape.ts';
import type { FieldProblem, JsonObject, JsonValue, Unreadable } from './types.ts';

/** Bytes that cannot be read, with the first 20 of their problems. */
export function unreadable(problems: readonly FieldProblem[]): Unreadable {
  return { outcome: 'unreadable', problems: problems.slice(0, maxProblems) };
}

/** The same for what a schema found. */
export function unreadableFrom(error: ZodError, body: JsonObject): Unreadable {
  return unreadable(problemsIn(error, body));
}

/**
 * Turns a schema's issues into problems, one for each field. Every schema here words its errors as what it expects,
 * so an issue's message is the `expected` of the problem.
 */
export function problemsIn(error: ZodError, body: JsonObject): readonly FieldProblem[] {
  const problems = new Map<string, FieldProblem>();
  for (const { path, message } of error.issues) {
    const field = fieldName(path);
    problems.set(field, { field, found: shapeOf(valueAt(body, path)), expected: message });
  }
  return [...problems.values()];
}

function fieldName(path: readonly PropertyKey[]): string {
  const name = path.reduce<string>(
    (text, step) => (typeof step === 'number' ? `${text}[${step}]` : `${text}.${String(step)}`),
    '',
  );
  return name === '' ? '(body)' : name.slice(1);
}

function valueAt(body: JsonObject, path: readonly PropertyKey[]): JsonValue | undefined {
  let value: JsonValue | undefined = body;
  for (const step of path) {
    if (Array.isArray(value) && typeof step === 'number') value = value[step];
    else if (isJsonObject(value) && typeof step === 'string' && Object.hasOwn(value, step)) value = value[step];
    else return undefined;
  }
  return value;
}
