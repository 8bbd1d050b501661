import { defined } from '../defined.ts';
import { configuredAccounts } from '../delivery/configuredAccounts.ts';
import { startBackfillChangeSets } from '../delivery/startBackfill.ts';
import { follow, requireNoFailure, type BackfillFlags, type SeenBackfill } from './backfillWait.ts';
import { backfillOf, requireTakable, startCommand, type ChangeSetsRequest } from './changeSetsRequest.ts';
import {
  changeSetsLine,
  changeSetsSchema,
  changeSetsText,
  type ChangeSetsDocument,
  type ChangeSetsProgress,
} from './changeSetsTexts.ts';
import { usageProblem, type CommandContext, type CommandResult } from './command.ts';
import { withTemporal } from './temporal.ts';
import { notConfigured } from './unknownAccount.ts';

/** What `steward backfill change-sets` is given. */
export type BackfillChangeSetsFlags = ChangeSetsRequest & BackfillFlags;

/**
 * Counts what a backfill would start, or starts it, and waits for the end unless --no-wait is given.
 * @throws CommandProblem `usage` where the command refuses the request, or the workflow does: in the workflow's words
 */
export async function backfillChangeSets(
  flags: BackfillChangeSetsFlags,
  context: CommandContext,
): Promise<CommandResult> {
  const { workflowId, input } = backfillOf(flags);
  requireTakable(input, Date.now());
  return withTemporal(flags, context, async (access) => {
    const configured = await configuredAccounts(access.client);
    if (configured?.includes(flags.account) === false) {
      throw usageProblem(`${notConfigured(flags.account, configured)} Nothing was started.`);
    }
    // A dry run changes nothing, and what it found last week helps nobody.
    const again = flags.again === true || flags.start !== true;
    const outcome = await startBackfillChangeSets(access.client, { workflowId, input, again });
    const kind = {
      schema: changeSetsSchema,
      lineOf: ([progress]: readonly [ChangeSetsProgress, ...ChangeSetsProgress[]]) =>
        changeSetsLine(progress, flags.limit),
    };
    const { seen, interrupted, exitCode } = await follow(access, [{ workflowId, outcome }], kind, flags, context);
    requireNoFailure(seen);
    const [found] = seen;
    const document = documentOf({ workflowId, outcome, interrupted }, found, flags, access.flagsAgain);
    return { text: changeSetsText(document, access.flagsAgain), document, exitCode };
  });
}

function documentOf(
  start: Pick<ChangeSetsDocument, 'workflowId' | 'outcome' | 'interrupted'>,
  seen: SeenBackfill<ChangeSetsProgress> | undefined,
  request: ChangeSetsRequest,
  flagsAgain: string,
): ChangeSetsDocument {
  const running = seen?.running ?? start.outcome !== 'alreadyEnded';
  const { progress, waitsFor } = seen ?? {};
  const dryRun = request.start !== true;
  const startable = progress !== undefined && !running && dryRun && progress.left > 0 ? progress : undefined;
  return {
    ...start,
    dryRun,
    running,
    ...defined({ progress, waitsFor, startCommand: startable && startCommand(request, startable.to, flagsAgain) }),
  };
}
