import {
  accountProblem,
  catalogProblem,
  isBetween,
  isObject,
  problemOf,
  refuseInput,
  requireReadable,
  timeProblem,
  unknownFieldProblem,
  wrong,
  type Fields,
} from '../shared/input.ts';
import { instant } from '../shared/reminders.ts';
import type { ReconcileInput, ReconcileRoundInput } from './contract.ts';
import { historyMs } from './window.ts';

/** A right input, for the sentence on a wrong one. */
export const exampleInput = {
  account: '123456789012',
  catalogs: ['AWSMarketplace'],
  from: '2026-11-01',
  to: '2026-11-08T12:00:00Z',
};
const fieldNames = ['account', 'catalogs', 'from', 'to', 'policy', 'version'];
const roundNames = ['accounts', 'policy', 'version'];
const accountNames = ['account', 'catalogs', 'since', 'paused'];
/** What the configuration has of them; the rest of a policy is checked by its shape. */
const configuredNames = ['everyMs', 'overlapMs', 'settlingMs'];
const policyNames = [
  ...configuredNames,
  'byHandMs',
  'batchAccounts',
  'leastLanes',
  'shareOfInterval',
  'accountWithinMs',
  'besideMs',
  'leastAttemptMs',
  'channelsWithinMs',
];
const mostCatalogs = 10;

/** Whether an input is that of a round: of all accounts, as the schedule has them. */
export function isRound(input: ReconcileInput): input is ReconcileRoundInput {
  return 'accounts' in input;
}

function catalogsProblem({ catalogs = ['AWSMarketplace'] }: Fields): string | undefined {
  if (!Array.isArray(catalogs) || catalogs.length === 0 || catalogs.length > mostCatalogs) {
    return wrong('catalogs', `a list of 1 to ${mostCatalogs} names`, catalogs);
  }
  return catalogs.map((name, index) => catalogProblem(`catalogs[${index}]`, name)).find(Boolean);
}

function rangeProblem({ from, to }: Fields, nowMs: number): string | undefined {
  if (from === undefined) return to === undefined ? undefined : '"from" is missing: "to" alone gives no beginning';
  const fromMs = Date.parse(instant(from) ?? '');
  if (fromMs >= nowMs) return wrong('from', 'in the past', from);
  if (to === undefined) return undefined;
  const toMs = Date.parse(instant(to) ?? '');
  if (toMs <= fromMs) return wrong('to', 'later than "from"', to);
  return toMs > nowMs - historyMs
    ? undefined
    : wrong('to', 'within the last 60 days, since AWS lists nothing older', to);
}

function policyProblem({ policy = {} }: Fields): string | undefined {
  if (!isObject(policy)) return wrong('policy', 'an object', policy);
  const unknown = unknownFieldProblem(policy, policyNames, 'policy.');
  if (unknown !== undefined) return unknown;
  const configured = Object.entries(policy).filter(([name]) => configuredNames.includes(name));
  const bad = configured.find(([, value]) => !isBetween(value, 0, historyMs));
  return bad && wrong(`policy.${bad[0]}`, `milliseconds, 0 to ${historyMs} (60 days)`, bad[1]);
}

function byHandProblem(fields: Fields, nowMs: number): string | undefined {
  return (
    unknownFieldProblem(fields, fieldNames) ??
    accountProblem(fields) ??
    catalogsProblem(fields) ??
    timeProblem('from', fields['from']) ??
    timeProblem('to', fields['to']) ??
    rangeProblem(fields, nowMs) ??
    policyProblem(fields)
  );
}

function roundProblem(fields: Fields): string | undefined {
  const { accounts } = fields;
  if (!Array.isArray(accounts)) return wrong('accounts', 'a list of accounts', accounts);
  const problemAt = (one: unknown, index: number): string | undefined => {
    const at = `accounts[${index}]`;
    if (!isObject(one)) return wrong(at, 'an object', one);
    const problem =
      unknownFieldProblem(one, accountNames, `${at}.`) ??
      accountProblem(one) ??
      catalogsProblem(one) ??
      timeProblem('since', one['since']) ??
      (one['paused'] === undefined || isObject(one['paused'])
        ? undefined
        : wrong('paused', 'an object', one['paused']));
    return problem && `${at}: ${problem}`;
  };
  const listed: readonly unknown[] = accounts;
  return (
    unknownFieldProblem(fields, roundNames) ??
    listed.map(problemAt).find((problem) => problem !== undefined) ??
    policyProblem(fields)
  );
}

/**
 * Checks what a run is started with, as somebody may have typed it by hand.
 * @param nowMs milliseconds since the epoch.
 * @returns a sentence that names the field, what was found and what would be right; undefined where all is well.
 */
export function inputProblem(input: unknown, nowMs: number): string | undefined {
  return problemOf(input, (fields) => ('accounts' in fields ? roundProblem(fields) : byHandProblem(fields, nowMs)));
}
/** Fails the run where its input cannot be used, with a sentence that names the field. */
export function requireInput(input: unknown, nowMs: number): void {
  requireReadable(input, exampleInput);
  const problem = inputProblem(input, nowMs);
  if (problem !== undefined) refuseInput(problem, exampleInput);
}
