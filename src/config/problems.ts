import type { z } from 'zod';
import type { ConfigurationProblem } from './errors.ts';

// A name is asked for here, and the secret itself, or user name and password in one, is sometimes pasted instead; external
// ids are nobody else's business.
const neverRepeated = /Variable$|\.username$|\.externalId$/;

function shapeOf(value: unknown, field: string): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object') return 'a map';
  if (typeof value !== 'string') return `${typeof value} ${JSON.stringify(value)}`;
  return value.length > 60 || neverRepeated.test(field) ? `a text of ${value.length} characters` : `"${value}"`;
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let value = root;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Readonly<Record<PropertyKey, unknown>>)[step];
  }
  return value;
}

function fieldName(path: readonly PropertyKey[]): string {
  const name = path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
    .join('')
    .replace(/^\./, '');
  return name === '' ? '(file)' : name;
}

/** A bound that the schema has no words of its own for. */
function boundOf(issue: z.core.$ZodIssue): string | undefined {
  if (issue.code !== 'too_small' && issue.code !== 'too_big') return undefined;
  if (!/^Too (small|big)\b/.test(issue.message)) return undefined;
  const bound = issue.code === 'too_small' ? `at least ${issue.minimum}` : `at most ${issue.maximum}`;
  if (issue.origin === 'array') return `a list of ${bound}`;
  return issue.origin === 'string' ? `a text of ${bound} characters` : `a number of ${bound}`;
}

function problemsOf(issue: z.core.$ZodIssue, root: unknown): ConfigurationProblem[] {
  const field = fieldName(issue.path);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      field: fieldName([...issue.path, key]),
      message: 'no such setting; check its spelling and its place',
    }));
  }
  if (issue.code === 'invalid_key') {
    const expected = issue.issues.map(({ message }) => message).join(', ');
    return [{ field, message: `the key is not right: expected ${expected}` }];
  }
  const found = shapeOf(valueAt(root, issue.path), field);
  const expected =
    boundOf(issue) ?? issue.message.replace(/^Invalid (input|option): expected /, '').replace(/, received \w+$/, '');
  return [{ field, message: `found ${found}, expected ${expected}` }];
}

/** Every problem of a file that the schema refuses; a text that could be a secret is described by its length. */
export function problemsFrom(error: z.ZodError, root: unknown): readonly ConfigurationProblem[] {
  return error.issues.flatMap((issue) => problemsOf(issue, root));
}
