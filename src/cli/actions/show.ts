import { changeSetRemediationType } from '../../workflows/changeSetRemediation/contract.ts';
import type { CommandContext, CommandResult } from '../context.ts';
import { exitCodes } from '../problems.ts';
import { openProposal } from '../proposal.ts';
import { readyCommands } from '../readyCommands.ts';
import { runFailure } from '../runFailure.ts';
import { shownWorkflow, workflowText } from '../shown.ts';
import { knownStatus } from '../status.ts';
import { withTemporal } from '../temporal.ts';
import type { TemporalFlags } from '../temporalFlags.ts';
import { findWorkflow } from '../workflows.ts';

/** What `steward show` is given beside the id. */
export interface ShowFlags extends TemporalFlags {
  readonly json?: true;
}

/** Gathers all that is known of one workflow, with or without a worker. */
export async function show(id: string, flags: ShowFlags, context: CommandContext): Promise<CommandResult> {
  return withTemporal(flags, context, async (access) => {
    const description = await findWorkflow(access, id);
    const known = await knownStatus(access, description);
    const proposal =
      description.type === changeSetRemediationType && known.source === 'query'
        ? await openProposal(access, description)
        : undefined;
    const failure = await runFailure(access, description);
    const shown = shownWorkflow(access, description, { known, proposal, failure });
    const document = { ...shown, commands: readyCommands(access, shown) };
    return { text: workflowText(document), document, exitCode: exitCodes.ok };
  });
}
