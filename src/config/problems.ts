import type { z } from 'zod';
import type { ConfigurationProblem } from './errors.ts';

/**
 * Settings whose texts an error may show, by the last name of their path: names of things, and words of which the schema
 * has a list. All others are described by their length, since secrets and addresses are pasted in many places.
 */
const shownTexts =
  /(?:^|\.)(?:mode|approval|kind|type|severity|topics|channels|accounts|catalogs|algorithms|protectedClasses|grouping|timeZone|region|header)(?:\[\d+\])*$/;

/**
 * A word, with a few digits behind a hyphen; the name of a time zone; or digits, as an account id has. A key or an address is never of
 * this form, and no end of one that a slip has put behind a word.
 */
const word =
  /^(?:[A-Za-z][A-Za-z-]{0,39}(?:-\d{1,3})?|[A-Z]{2,5}\d{3}|[A-Za-z_]{1,20}(?:\/[A-Za-z_]{1,20}){1,2}|\d{1,14})$/;

function shapeOf(value: unknown, field: string, isForText: boolean): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object') return 'a map';
  if (typeof value === 'string') return shownText(value, field);
  // Digits alone can be a secret, too, where a text is asked for.
  return isForText ? `a ${typeof value}` : `${typeof value} ${JSON.stringify(value)}`;
}

/** What stands in a document for a value, as in `<external-id>`. */
const placeholder = /^<[A-Za-z][A-Za-z -]{0,39}>$/;

/** A text as an error may show it. */
export function shownText(text: string, field: string): string {
  if (placeholder.test(text)) return `the placeholder ${text}`;
  return shownTexts.test(field) && word.test(text) ? `"${text}"` : `a text of ${text.length} characters`;
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let value = root;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Readonly<Record<PropertyKey, unknown>>)[step];
  }
  return value;
}

/** A key as an error may show it: one that the schema has not taken can be anything. */
export function keyName(key: string): string {
  return word.test(key) || key === '__proto__' ? key : `(a key of ${key.length} characters)`;
}

/** The path of a setting, as texts show it. */
export function fieldName(path: readonly PropertyKey[]): string {
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

/** The schema's names of shapes, in this project's words. */
const ownNames: Readonly<Record<string, string>> = {
  object: 'a map',
  record: 'a map',
  array: 'a list',
  string: 'a text',
};

function problemsOf(issue: z.core.$ZodIssue, root: unknown): ConfigurationProblem[] {
  const field = fieldName(issue.path);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      field: fieldName([...issue.path, keyName(key)]),
      message: 'no such setting; check its spelling and its place',
    }));
  }
  if (issue.code === 'invalid_key') {
    const expected = issue.issues.map(({ message }) => message).join(', ');
    const key = issue.path.at(-1);
    return [
      {
        field: fieldName([...issue.path.slice(0, -1), keyName(String(key))]),
        message: `the key is not right: expected ${expected}`,
      },
    ];
  }
  const isForText = issue.code === 'invalid_type' && issue.expected === 'string';
  const found = shapeOf(valueAt(root, issue.path), field, isForText);
  const expected =
    boundOf(issue) ?? issue.message.replace(/^Invalid (input|option): expected /, '').replace(/, received \w+$/, '');
  return [{ field, message: `found ${found}, expected ${ownNames[expected] ?? expected}` }];
}

/** Of a file; beyond that it is another file, and its problems would fill the log. */
const mostProblems = 100;

/**
 * The problems of a file that the schema refuses, a hundred at most and the number of all others; texts that could be secret
 * are described by their length.
 */
export function problemsFrom(error: z.ZodError, root: unknown): readonly ConfigurationProblem[] {
  const problems = error.issues.flatMap((issue) => problemsOf(issue, root));
  const others = problems.length - mostProblems;
  if (others <= 0) return problems;
  return [...problems.slice(0, mostProblems), { field: '(file)', message: `has ${others} more problems` }];
}
