import { ApplicationFailure } from '@temporalio/common';
import { inWorkflowContext, setCurrentDetails } from '@temporalio/workflow';
import { jsonBlock, jsonText, plain } from './markdown.ts';
import { requireKey } from './payloadConverter.ts';
import { instant } from './reminders.ts';
import { Unreadable, unknownVersion } from './unreadable.ts';

/** The shape of what was found, for a sentence about it; a long text is never repeated. */
export function shapeOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'string') return value.trim() === '' ? 'an empty text' : `a text of ${value.length} characters`;
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** An input as somebody may have typed it by hand. */
export type Fields = Readonly<Record<string, unknown>>;

const longestQuoted = 40;
const longestProblem = 1_000;

/** A short value as it was typed, since the reader has to correct it; of anything else its shape. */
function found(value: unknown): string {
  const isShort = typeof value === 'string' && value.trim() !== '' && value.length <= longestQuoted;
  return isShort || typeof value === 'number' || typeof value === 'boolean' ? JSON.stringify(value) : shapeOf(value);
}

/** The sentence on a wrong field: what it must be, and what it is. */
export function wrong(field: string, right: string, value: unknown): string {
  return `"${field}" must be ${right}, but it is ${found(value)}`;
}

/** True for an object that is no list. */
export function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** True for a number of this range, both ends included. */
export function isBetween(value: unknown, least: number, most: number): boolean {
  return typeof value === 'number' && value >= least && value <= most;
}

/** A misspelt field must not be ignored: with `dryrun` for `dryRun` a real run would start. */
export function unknownFieldProblem(fields: Fields, known: readonly string[], within = ''): string | undefined {
  const unknown = Object.keys(fields).find((key) => !known.includes(key));
  if (unknown === undefined) return undefined;
  return `"${within}${unknown.slice(0, longestQuoted)}" is no field here; valid fields: ${known.join(', ')}`;
}

/** What is wrong with a text, by a pattern that it must match. */
export function textProblem(field: string, value: unknown, pattern: RegExp, right: string): string | undefined {
  return typeof value === 'string' && pattern.test(value) ? undefined : wrong(field, right, value);
}

/** What is wrong with an AWS account id. */
export function accountProblem({ account }: Fields): string | undefined {
  return textProblem('account', account, /^[0-9]{12}$/, 'an AWS account id as text, 12 digits');
}

/** What is wrong with the name of a catalog. */
export function catalogProblem(field: string, value: unknown): string | undefined {
  return textProblem(field, value, /^[a-zA-Z]+$/, 'the name of a catalog, letters only');
}

/** What a time must be. */
export const rightTime = 'an ISO 8601 day or time with an offset, like "2026-11-01" or "2026-11-01T12:00:00Z"';

/** What is wrong with a time, which may be absent. */
export function timeProblem(field: string, value: unknown): string | undefined {
  return value === undefined || instant(value) !== undefined ? undefined : wrong(field, rightTime, value);
}

/** The first problem of an input that must be an object; undefined where its fields are right. */
export function problemOf(input: unknown, check: (fields: Fields) => string | undefined): string | undefined {
  return isObject(input) ? check(input) : `The input must be one object, but it is ${shapeOf(input)}`;
}

/** Fails the run with a sentence on its input, and an example of a right one; its details have both as well. */
export function refuseInput(problem: string, example: object): never {
  if (inWorkflowContext()) {
    setCurrentDetails(
      `**The input cannot be used.** ${plain(problem, longestProblem)}\n\nFor example:\n\n${jsonBlock(example)}`,
    );
  }
  throw ApplicationFailure.nonRetryable(`${problem}. For example:\n${jsonText(example)}`, 'InvalidInput');
}

/** The version of every input. A later one gets a reader for those before, as carried state has (`carried.ts`). */
const inputVersion = 1;

/**
 * Lets the task wait where the input is encrypted with a key that the worker does not have, or of a version that it does not
 * know: to fail the run would lose an event, or the state of a run that continues as new. Nothing else reads an input first.
 */
export function requireReadable(input: unknown, example: object): void {
  requireKey(input, 'The input');
  const { version = inputVersion } = isObject(input) ? input : {};
  if (version === inputVersion) return;
  if (typeof version !== 'number') refuseInput(wrong('version', `${inputVersion}, or be left out`, version), example);
  throw new Unreadable(unknownVersion('The input', `version ${version}`, [inputVersion]));
}

/** Refuses to start from an input that lacks a text, as one typed by hand may: the run fails with the field's name. */
export function requireTexts(input: unknown, fields: readonly string[], example: object): void {
  requireReadable(input, example);
  const given = isObject(input) ? input : {};
  const lacking = fields.filter((field) => typeof given[field] !== 'string' || given[field] === '');
  if (lacking.length === 0) return;
  refuseInput(
    `The input must be one object with the texts ${fields.join(', ')}; wrong or missing: ${lacking.join(', ')}`,
    example,
  );
}
