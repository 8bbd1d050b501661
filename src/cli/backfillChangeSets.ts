import { defined } from '../defined.ts';
import { startBackfillChangeSets, type BackfillStart } from '../delivery/startBackfill.ts';
import type { RunFailure } from '../delivery/workflows.ts';
import type { BackfillStatusName } from '../workflows/backfillChangeSets/contract.ts';
import { backfillStates } from './backfillProgress.ts';
import { check, follow, type BackfillKind, type SeenBackfill } from './backfillWait.ts';
import { backfillOf, requireTakable, startCommand, type ChangeSetsRequest } from './changeSetsRequest.ts';
import {
  changeSetsLine,
  changeSetsProgress,
  changeSetsText,
  startTexts,
  type ChangeSetsDocument,
  type ChangeSetsProgress,
} from './changeSetsTexts.ts';
import {
  CommandProblem,
  exitCodes,
  usageProblem,
  type CommandContext,
  type CommandResult,
  type ExitCode,
} from './command.ts';
import { printable } from './format.ts';
import type { TemporalFlags } from './options.ts';
import { withTemporal, type TemporalAccess } from './temporal.ts';

/** What `steward backfill change-sets` is given; instants are ISO 8601 in UTC. */
export interface BackfillChangeSetsFlags extends TemporalFlags {
  readonly account: string;
  readonly catalog?: string;
  readonly from: string;
  readonly to?: string;
  readonly status: readonly BackfillStatusName[];
  readonly act: 'propose' | 'policy';
  readonly limit?: number;
  /** Change sets a second. */
  readonly rate?: number;
  readonly start?: true;
  readonly again?: true;
  /** False by --no-wait. */
  readonly wait: boolean;
  readonly json?: true;
}

type Seen = SeenBackfill<ChangeSetsProgress>;

/** The failure by which a workflow refuses what it is started with. */
const refusedInput = 'InvalidInput';

/**
 * Counts what a backfill would start, or starts it, and waits for the end unless --no-wait is given.
 * @throws CommandProblem `usage` where the command refuses the request, or the workflow does: in the workflow's words
 */
export async function backfillChangeSets(
  flags: BackfillChangeSetsFlags,
  context: CommandContext,
): Promise<CommandResult> {
  const request = requestOf(flags);
  const { workflowId, input } = backfillOf(request);
  requireTakable(input, Date.now());
  return withTemporal(flags, context, async (access) => {
    // A dry run changes nothing, and what it found last week helps nobody.
    const again = flags.again === true || !request.start;
    const outcome = await startBackfillChangeSets(access.client, { workflowId, input, again });
    const { seen, interrupted } = await followed(access, { workflowId, outcome }, flags, context);
    if (seen?.failure !== undefined) throw notEnded(workflowId, seen.failure);
    const document = documentOf({ workflowId, outcome, interrupted }, seen, request, access.flagsAgain);
    const text = changeSetsText(document, access.flagsAgain);
    return { text, document, exitCode: exitCodeOf(document, flags) };
  });
}

function requestOf(flags: BackfillChangeSetsFlags): ChangeSetsRequest {
  const { account, catalog, from, to, status: statuses, act, limit, rate: ratePerSecond, start = false } = flags;
  return { account, from, statuses, act, start, ...defined({ catalog, to, limit, ratePerSecond }) };
}

/** Waits unless --no-wait is given; then it checks only what has ended. */
async function followed(
  access: TemporalAccess,
  { workflowId, outcome }: { workflowId: string; outcome: BackfillStart },
  { wait, limit }: BackfillChangeSetsFlags,
  context: CommandContext,
): Promise<{ seen: Seen | undefined; interrupted: boolean }> {
  const kind: BackfillKind<ChangeSetsProgress> = {
    progressOf: changeSetsProgress,
    lineOf: ([progress]) => changeSetsLine(progress, limit),
  };
  if (!wait) {
    const seen = outcome === 'alreadyEnded' ? await check(access, workflowId, kind) : undefined;
    return { seen, interrupted: false };
  }
  const begun = { workflowId, line: `${workflowId}: ${startTexts[outcome]}` };
  const { seen, interrupted } = await follow(access, [begun], kind, context);
  return { seen: seen[0], interrupted };
}

function notEnded(workflowId: string, { type, message }: RunFailure): CommandProblem {
  if (type === refusedInput) return usageProblem(printable(message));
  return new CommandProblem(exitCodes.failed, `${workflowId} did not come to its end: ${printable(message)}`);
}

function documentOf(
  start: Pick<ChangeSetsDocument, 'workflowId' | 'outcome' | 'interrupted'>,
  seen: Seen | undefined,
  request: ChangeSetsRequest,
  flagsAgain: string,
): ChangeSetsDocument {
  const running = seen?.running ?? start.outcome !== 'alreadyEnded';
  const { progress, waitsFor } = seen ?? {};
  const startable = progress !== undefined && !running && !request.start && progress.left > 0 ? progress : undefined;
  return {
    ...start,
    dryRun: !request.start,
    running,
    ...defined({ progress, waitsFor, startCommand: startable && startCommand(request, startable.to, flagsAgain) }),
  };
}

/** A run that ends at its limit did its work; one that an operator stopped, or AWS refused, did not. */
function exitCodeOf({ interrupted, progress }: ChangeSetsDocument, { wait }: BackfillChangeSetsFlags): ExitCode {
  if (interrupted) return exitCodes.interrupted;
  if (!wait) return exitCodes.ok;
  const done = progress?.state === backfillStates.completed && progress.failed === 0;
  return done ? exitCodes.ok : exitCodes.failed;
}
