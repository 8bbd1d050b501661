import { createHash } from 'node:crypto';
import { defined } from '../defined.ts';
import { inputProblem } from '../workflows/backfillChangeSets/input.ts';
import {
  backfillChangeSetsWorkflowId,
  type BackfillChangeSetsInput,
  type BackfillStatusName,
} from '../workflows/backfillChangeSets/contract.ts';
import { instant } from '../workflows/shared/reminders.ts';
import { usageProblem } from './command.ts';
import { printable, shellQuoted } from './format.ts';

/** A request for a backfill of change sets, as the flags name it; instants are ISO 8601 in UTC. */
export interface ChangeSetsRequest {
  readonly account: string;
  readonly catalog?: string;
  readonly from: string;
  readonly to?: string;
  readonly status: readonly BackfillStatusName[];
  readonly act: 'propose' | 'policy';
  readonly limit?: number;
  /** Change sets a second. */
  readonly rate?: number;
  /** Absent for a dry run, as is false. */
  readonly start?: boolean;
}

/** The catalog of a request that names none. */
const usualCatalog = 'AWSMarketplace';

/**
 * A day, which begins in UTC, or a time with its offset, as an instant in UTC.
 * @returns undefined where the text is neither, also for days that no month has.
 */
export function requestedInstant(text: string): string | undefined {
  const [day = ''] = text.split('T');
  const midnight = instant(day);
  // Date.parse takes February 30 for a day in March.
  return midnight?.startsWith(day) === true ? instant(text) : undefined;
}

/**
 * Refuses what the workflow would refuse at its start, in the same words, but with the names of the flags.
 * @param nowMs milliseconds since the epoch.
 * @throws CommandProblem `usage`
 */
export function requireTakable(input: BackfillChangeSetsInput, nowMs: number): void {
  const problem = inputProblem(input, nowMs);
  if (problem === undefined) return;
  const flagged = problem.replaceAll('"ratePerSecond"', '--rate');
  const sentence = flagged.replaceAll(/"(account|catalog|from|to|act|limit)"/g, '--$1');
  throw usageProblem(`${printable(sentence)}.`);
}

/**
 * The workflow of a request. Its id comes from what the request covers, not from the rate, so that the same request is the
 * same backfill; dry runs have ids of their own.
 */
export function backfillOf(request: ChangeSetsRequest): { workflowId: string; input: BackfillChangeSetsInput } {
  const { account, catalog, from, to, status, act, limit, rate: ratePerSecond, start = false } = request;
  const once = [...new Set(status)].toSorted();
  const asked = JSON.stringify([catalog ?? usualCatalog, from, to ?? '', once, act, limit ?? '']);
  const digest = createHash('sha256').update(asked).digest('hex').slice(0, 16);
  return {
    workflowId: backfillChangeSetsWorkflowId(account, start ? digest : `dry-run-${digest}`),
    input: {
      version: 1,
      account,
      from,
      statuses: once,
      dryRun: !start,
      act,
      ...defined({ catalog, to, limit, ratePerSecond }),
    },
  };
}

/**
 * The command that starts what a dry run counted, ready to paste.
 * @param to the end of the range as the dry run had it, so that nothing else is started.
 */
export function startCommand(request: ChangeSetsRequest, to: string, flagsAgain: string): string {
  const { account, catalog, from, status: statuses, act, limit, rate } = request;
  const words = [
    `--account ${account}`,
    ...(catalog === undefined ? [] : [`--catalog ${shellQuoted(catalog)}`]),
    `--from ${from} --to ${to}`,
    ...statuses.map((status) => `--status ${status}`),
    `--act ${act}`,
    ...(limit === undefined ? [] : [`--limit ${limit}`]),
    ...(rate === undefined ? [] : [`--rate ${rate}`]),
    `--start${flagsAgain}`,
  ];
  return `steward backfill change-sets ${words.join(' ')}`;
}
