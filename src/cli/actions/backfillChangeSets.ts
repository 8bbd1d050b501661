import { defined } from '../../defined.ts';
import { startBackfillChangeSets } from '../../delivery/startBackfill.ts';
import type { BackfillStart } from '../../delivery/startBackfill.ts';
import type { BackfillStatusName } from '../../workflows/backfillChangeSets/contract.ts';
import { changeSetsLine, changeSetsProgress, type ChangeSetsProgress } from '../changeSetsProgress.ts';
import { backfillOf, requireTakable, startCommand, type ChangeSetsRequest } from '../changeSetsRequest.ts';
import { changeSetsText, startTexts, type ChangeSetsDocument } from '../changeSetsTexts.ts';
import type { CommandContext, CommandResult } from '../context.ts';
import { printable } from '../format.ts';
import { CommandProblem, exitCodes, type ExitCode } from '../problems.ts';
import type { RunFailure } from '../runFailure.ts';
import { withTemporal, type TemporalAccess } from '../temporal.ts';
import type { TemporalFlags } from '../temporalFlags.ts';
import { follow, check, type BackfillKind, type SeenBackfill } from './backfillWait.ts';

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
 * Counts what a backfill would start, or starts it, and waits for the end unless a flag says otherwise.
 * @throws CommandProblem `usage` where what was asked for is refused: here, or by the workflow in its own words
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

function requestOf({
  account,
  catalog,
  from,
  to,
  status,
  act,
  limit,
  rate,
  start,
}: BackfillChangeSetsFlags): ChangeSetsRequest {
  return {
    account,
    ...defined({ catalog }),
    from,
    ...defined({ to }),
    statuses: status,
    act,
    ...defined({ limit, ratePerSecond: rate }),
    start: start === true,
  };
}

/** Waits where it has to; without waiting, only what has ended is checked. */
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
  if (type === refusedInput) return new CommandProblem(exitCodes.usage, printable(message));
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
  const startable = progress !== undefined && !running && !request.start && progress.left > 0;
  return {
    ...start,
    dryRun: !request.start,
    running,
    ...defined({ progress, waitsFor }),
    ...(startable ? { startCommand: startCommand(request, progress.to, flagsAgain) } : {}),
  };
}

/** A run that ends at its limit did what it was asked for; one that somebody stopped, or AWS refused, did not. */
function exitCodeOf({ interrupted, progress }: ChangeSetsDocument, { wait }: BackfillChangeSetsFlags): ExitCode {
  if (interrupted) return exitCodes.interrupted;
  if (!wait) return exitCodes.ok;
  const done = progress?.state === 'completed' && progress.failed === 0;
  return done ? exitCodes.ok : exitCodes.failed;
}
