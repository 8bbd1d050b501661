import { defined } from '../../defined.ts';
import { dayMs } from '../shared/durations.ts';
import {
  accountProblem,
  catalogProblem,
  isBetween,
  problemOf,
  rightTime,
  timeProblem,
  unknownFieldProblem,
  wrong,
  type Fields,
} from '../shared/input.ts';
import { instant } from '../shared/reminders.ts';
import type { BackfillChangeSetsInput, BackfillPlan, BackfillStatusName } from './contract.ts';
import type { BackfillChangeSetsPolicy } from './policyValues.ts';

/** How far back ListChangeSets goes, in milliseconds: AWS keeps a change set for 60 days (its API reference). */
const longestBackMs = 60 * dayMs;
const mostChangeSets = 1_000_000;
const highestRate = 100;
const statusNames: readonly BackfillStatusName[] = ['FAILED', 'SUCCEEDED', 'CANCELLED'];

/** A right input, for the sentence on a wrong one. */
export const exampleInput: BackfillChangeSetsInput = {
  account: '123456789012',
  from: '2026-03-01',
  statuses: ['FAILED'],
  dryRun: true,
  act: 'propose',
};

/** Every field; the compiler finds a missing one. */
const fieldNames: Readonly<Record<keyof BackfillChangeSetsInput, true>> = {
  account: true,
  catalog: true,
  from: true,
  to: true,
  statuses: true,
  dryRun: true,
  act: true,
  limit: true,
  ratePerSecond: true,
  policy: true,
  version: true,
};

function rangeProblem({ from, to }: Fields, nowMs: number): string | undefined {
  const start = instant(from);
  if (start === undefined) return wrong('from', rightTime, from);
  const end = instant(to) ?? new Date(nowMs).toISOString();
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
  const right = statusNames.join(', ');
  if (!Array.isArray(statuses) || statuses.length === 0) return wrong('statuses', `a list of ${right}`, statuses);
  const unknown = statuses.findIndex((status) => !statusNames.some((name) => name === status));
  return unknown === -1 ? undefined : wrong(`statuses[${unknown}]`, `one of ${right}`, statuses[unknown]);
}

function numberProblem({ limit = 1, ratePerSecond = 1 }: Fields): string | undefined {
  if (!isBetween(limit, 1, mostChangeSets) || !Number.isInteger(limit)) {
    return wrong('limit', `a whole number of change sets, 1 to ${mostChangeSets}`, limit);
  }
  if (isBetween(ratePerSecond, 0, highestRate) && ratePerSecond !== 0) return undefined;
  return wrong('ratePerSecond', `a number above 0, up to ${highestRate}`, ratePerSecond);
}

function switchProblem({ dryRun = true, act = 'propose' }: Fields): string | undefined {
  if (typeof dryRun !== 'boolean') return wrong('dryRun', 'true or false', dryRun);
  return act === 'propose' || act === 'policy' ? undefined : wrong('act', '"propose" or "policy"', act);
}

/**
 * Checks what a run is started with, as somebody may have typed it by hand. Whether account and catalog are configured,
 * the worker is asked.
 * @param nowMs milliseconds since the epoch: times are measured by it.
 * @returns a sentence that names the field, what was found and what would be right; undefined where all is well.
 */
export function inputProblem(input: unknown, nowMs: number): string | undefined {
  return problemOf(
    input,
    (fields) =>
      unknownFieldProblem(fields, Object.keys(fieldNames)) ??
      accountProblem(fields) ??
      (fields['catalog'] === undefined ? undefined : catalogProblem('catalog', fields['catalog'])) ??
      timeProblem('to', fields['to']) ??
      rangeProblem(fields, nowMs) ??
      statusProblem(fields) ??
      switchProblem(fields) ??
      numberProblem(fields),
  );
}

/**
 * Reads a right input.
 * @param policy what it goes by.
 * @param startedMs when the backfill began, in milliseconds since the epoch: the end of the range where none is given.
 */
export function planOf(
  input: BackfillChangeSetsInput,
  policy: BackfillChangeSetsPolicy,
  startedMs: number,
): BackfillPlan {
  const { account, catalog = 'AWSMarketplace', from, to, statuses = ['FAILED'], limit, ratePerSecond } = input;
  return {
    account,
    catalog,
    from: instant(from) ?? from,
    to: instant(to) ?? new Date(startedMs).toISOString(),
    statuses: [...new Set(statuses)],
    dryRun: input.dryRun ?? true,
    act: input.act ?? 'propose',
    policy,
    ...defined({ limit, ratePerSecond }),
  };
}
