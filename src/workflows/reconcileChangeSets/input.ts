import { ApplicationFailure } from '@temporalio/common';
import { shapeOf } from '../shared/guards.ts';
import { instant } from '../shared/reminders.ts';
import { historyMs } from './window.ts';

const example = {
  account: '123456789012',
  catalogs: ['AWSMarketplace'],
  from: '2026-11-01',
  to: '2026-11-08T12:00:00Z',
};
const knownFields: ReadonlySet<string> = new Set(['version', 'account', 'catalogs', 'since', 'from', 'to', 'policy']);
const knownValues: ReadonlySet<string> = new Set(['overlapMs', 'settlingMs']);
const longestCatalogs = 10;

type Fields = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function unknownKeyProblem(value: Fields, known: ReadonlySet<string>, within: string): string | undefined {
  const unknown = Object.keys(value).find((key) => !known.has(key));
  if (unknown === undefined) return undefined;
  return `"${within}${unknown.slice(0, 60)}" is no field here; known are ${[...known].join(', ')}`;
}

function accountProblem(account: unknown): string | undefined {
  if (typeof account === 'string' && /^[0-9]{12}$/.test(account)) return undefined;
  return `"account" must be an AWS account id, a text of 12 digits, but it is ${shapeOf(account)}`;
}

function catalogsProblem(catalogs: unknown): string | undefined {
  if (catalogs === undefined) return undefined;
  if (!Array.isArray(catalogs) || catalogs.length === 0 || catalogs.length > longestCatalogs) {
    return `"catalogs" must be a list of 1 to ${longestCatalogs} names, but it is ${shapeOf(catalogs)}`;
  }
  const wrong = catalogs.findIndex((one) => typeof one !== 'string' || !/^[a-zA-Z]+$/.test(one));
  if (wrong < 0) return undefined;
  return `"catalogs[${wrong}]" must be the name of a catalog, letters only, but it is ${shapeOf(catalogs[wrong])}`;
}

function timeProblem(value: unknown, field: string): string | undefined {
  if (value === undefined || instant(value) !== undefined) return undefined;
  return `"${field}" must be an ISO 8601 day or time with an offset, like 2026-11-01 or 2026-11-01T12:00:00Z, but it is ${shapeOf(value)}`;
}

function rangeProblem({ from, to }: Fields, nowMs: number): string | undefined {
  const fromMs = Date.parse(instant(from) ?? '');
  if (from === undefined)
    return to === undefined ? undefined : '"from" is missing: "to" alone does not say from when on';
  if (fromMs >= nowMs) return '"from" must lie in the past';
  if (to === undefined) return undefined;
  const toMs = Date.parse(instant(to) ?? '');
  if (toMs <= fromMs) return '"to" must be later than "from"';
  if (toMs > nowMs - historyMs) return undefined;
  return '"to" must lie within the last 60 days: AWS lists nothing older';
}

function policyProblem(policy: unknown): string | undefined {
  if (policy === undefined) return undefined;
  if (!isObject(policy)) return `"policy" must be an object, but it is ${shapeOf(policy)}`;
  const unknown = unknownKeyProblem(policy, knownValues, 'policy.');
  if (unknown !== undefined) return unknown;
  const wrong = Object.entries(policy).find(
    ([, value]) => typeof value !== 'number' || !(value >= 0 && value <= historyMs),
  );
  if (wrong === undefined) return undefined;
  return `"policy.${wrong[0]}" must be milliseconds, 0 to ${historyMs} (60 days), but it is ${shapeOf(wrong[1])}`;
}

/**
 * Checks what a run is started with, as it may have been typed by hand.
 * @param nowMs milliseconds since the epoch.
 * @returns a sentence that names the field, what was found and what would be right; undefined where all is well.
 */
export function inputProblem(input: unknown, nowMs: number): string | undefined {
  if (!isObject(input)) return `The input must be one object, but it is ${shapeOf(input)}`;
  return (
    unknownKeyProblem(input, knownFields, '') ??
    accountProblem(input['account']) ??
    catalogsProblem(input['catalogs']) ??
    timeProblem(input['since'], 'since') ??
    timeProblem(input['from'], 'from') ??
    timeProblem(input['to'], 'to') ??
    rangeProblem(input, nowMs) ??
    policyProblem(input['policy'])
  );
}

/** Refuses to start from an input that cannot be used: the run fails with a sentence that names the field. */
export function requireInput(input: unknown, nowMs: number): void {
  const problem = inputProblem(input, nowMs);
  if (problem === undefined) return;
  throw ApplicationFailure.nonRetryable(`${problem}. For example: ${JSON.stringify(example)}`, 'InvalidInput');
}
