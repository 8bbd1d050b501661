import { ApplicationFailure } from '@temporalio/common';
import { defined } from '../../defined.ts';
import { shapeOf } from '../shared/guards.ts';
import { instant } from '../shared/reminders.ts';
import { longestBackMs } from './defaults.ts';
import type { BackfillChangeSetsInput, BackfillStatusName } from './contract.ts';

/** A right input with its defaults, and its times as instants. */
export interface BackfillPlan {
  readonly account: string;
  readonly catalog: string;
  /** ISO 8601, inclusive. */
  readonly from: string;
  /** ISO 8601, exclusive. */
  readonly to: string;
  readonly statuses: readonly BackfillStatusName[];
  readonly dryRun: boolean;
  readonly act: 'propose' | 'policy';
  readonly limit?: number;
  readonly ratePerSecond?: number;
}

type Fields = Readonly<Record<string, unknown>>;

const dayMs = 86_400_000;
const mostChangeSets = 1_000_000;
const highestRate = 100;
const statusNames: readonly BackfillStatusName[] = ['FAILED', 'SUCCEEDED', 'CANCELLED'];
const example = { account: '123456789012', from: '2026-03-01', statuses: ['FAILED'], dryRun: true, act: 'propose' };

/** Every key; the compiler sees to it that none is missing. */
const keys: Readonly<Record<keyof BackfillChangeSetsInput, true>> = {
  version: true,
  account: true,
  catalog: true,
  from: true,
  to: true,
  statuses: true,
  dryRun: true,
  act: true,
  limit: true,
  ratePerSecond: true,
  carried: true,
};

/** A short text as it was typed, since that is what has to be put right; of anything else its shape. */
function found(value: unknown): string {
  const short = typeof value === 'string' && value.trim() !== '' && value.length <= 40;
  return short || typeof value === 'number' || typeof value === 'boolean' ? JSON.stringify(value) : shapeOf(value);
}

function wrong(field: string, right: string, value: unknown): string {
  return `"${field}" must be ${right}, but it is ${found(value)}`;
}

/** A misspelt `dryRun` must not start a real run. */
function unknownKey(fields: Fields): string | undefined {
  const unknown = Object.keys(fields).find((key) => !Object.hasOwn(keys, key));
  if (unknown === undefined) return undefined;
  const known = Object.keys(keys).filter((key) => key !== 'version' && key !== 'carried');
  return `"${unknown.slice(0, 40)}" is no field of this input; there are ${known.join(', ')}`;
}

function fitsPattern(fields: Fields, field: string, pattern: RegExp, right: string): string | undefined {
  const value = fields[field];
  return typeof value === 'string' && pattern.test(value) ? undefined : wrong(field, right, value);
}

function timeProblem({ from, to }: Fields, nowMs: number): string | undefined {
  const right = 'a day or an instant of ISO 8601 with its offset, such as "2026-03-01" or "2026-03-01T12:00:00Z"';
  const start = instant(from);
  if (start === undefined) return wrong('from', right, from);
  const end = to === undefined ? new Date(nowMs).toISOString() : instant(to);
  if (end === undefined) return wrong('to', right, to);
  // By the day: an input that was made to go back as far as it may is a little older once it arrives.
  const earliest = new Date(Math.floor((nowMs - longestBackMs) / dayMs) * dayMs).toISOString();
  if (start < earliest) {
    return `${wrong('from', `${earliest.slice(0, 10)} or later`, from)}: AWS keeps change sets for 60 days`;
  }
  if (Date.parse(start) > nowMs) return wrong('from', 'in the past', from);
  if (Date.parse(end) > nowMs) return wrong('to', 'in the past, or be left out for now', to);
  return start < end ? undefined : wrong('from', `before "to" (${end})`, from);
}

function statusProblem({ statuses }: Fields): string | undefined {
  if (statuses === undefined) return undefined;
  const right = `a list of ${statusNames.join(', ')}`;
  if (!Array.isArray(statuses) || statuses.length === 0) return wrong('statuses', right, statuses);
  const unknown = statuses.findIndex((status) => !statusNames.some((name) => name === status));
  if (unknown === -1) return undefined;
  return wrong(`statuses[${unknown}]`, `one of ${statusNames.join(', ')}`, statuses[unknown]);
}

function numberProblem({ limit, ratePerSecond }: Fields): string | undefined {
  const between = (value: unknown, most: number): boolean => typeof value === 'number' && value > 0 && value <= most;
  if (limit !== undefined && !(between(limit, mostChangeSets) && Number.isInteger(limit))) {
    return wrong('limit', `a whole number of change sets, 1 to ${mostChangeSets}`, limit);
  }
  if (ratePerSecond === undefined || between(ratePerSecond, highestRate)) return undefined;
  return wrong('ratePerSecond', `a number above 0, up to ${highestRate}`, ratePerSecond);
}

function switchProblem({ dryRun, act }: Fields): string | undefined {
  if (dryRun !== undefined && typeof dryRun !== 'boolean') return wrong('dryRun', 'true or false', dryRun);
  if (act === undefined || act === 'propose' || act === 'policy') return undefined;
  return wrong('act', '"propose" or "policy"', act);
}

/**
 * Checks what a run is started with, as it may have been typed by hand. Whether account and catalog are configured, the
 * worker is asked.
 * @param nowMs milliseconds since the epoch: times are measured by it.
 * @returns a sentence that names the field, what was found and what would be right; undefined where all is well.
 */
export function inputProblem(input: unknown, nowMs: number): string | undefined {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    return `The input must be one object, but it is ${shapeOf(input)}`;
  }
  const fields = input as Fields;
  return (
    unknownKey(fields) ??
    fitsPattern(fields, 'account', /^[0-9]{12}$/, 'an AWS account id as text: 12 digits') ??
    (fields['catalog'] === undefined
      ? undefined
      : fitsPattern(fields, 'catalog', /^[a-zA-Z]+$/, 'the name of a catalog: letters only')) ??
    timeProblem(fields, nowMs) ??
    statusProblem(fields) ??
    switchProblem(fields) ??
    numberProblem(fields)
  );
}

/** Ends the run as failed with a sentence about its input, which names the field. */
export function refuseInput(problem: string): never {
  throw ApplicationFailure.nonRetryable(`${problem}. For example: ${JSON.stringify(example)}`, 'InvalidInput');
}

/**
 * Reads a right input.
 * @param startedMs when the backfill began, in milliseconds since the epoch: the end of the range where none is given.
 */
export function planOf(input: BackfillChangeSetsInput, startedMs: number): BackfillPlan {
  const { account, catalog = 'AWSMarketplace', from, to, statuses = ['FAILED'], limit, ratePerSecond } = input;
  return {
    account,
    catalog,
    from: instant(from) ?? from,
    to: instant(to) ?? new Date(startedMs).toISOString(),
    statuses: [...new Set(statuses)],
    dryRun: input.dryRun ?? true,
    act: input.act ?? 'propose',
    ...defined({ limit, ratePerSecond }),
  };
}

/** The input that hands over what a dry run has found. */
export function realRunOf({ carried: _carried, ...input }: BackfillChangeSetsInput): BackfillChangeSetsInput {
  return { ...input, dryRun: false };
}
