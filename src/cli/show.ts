import { exitCodes, type CommandContext, type CommandResult } from './command.ts';
import type { TemporalFlags } from './options.ts';
import { screenSize } from './screen.ts';
import { workflowText } from './showText.ts';
import { shownWorkflow } from './shownWorkflow.ts';
import { findWorkflow } from './status.ts';
import { withTemporal } from './temporal.ts';

/** What `steward show` is given beside the id. */
export interface ShowFlags extends TemporalFlags {
  readonly json?: true;
}

/** Shows all that is known of one workflow, with or without a worker. */
export async function show(id: string, flags: ShowFlags, context: CommandContext): Promise<CommandResult> {
  return withTemporal(flags, context, async (access) => {
    const document = await shownWorkflow(access, await findWorkflow(access, id));
    const { columns } = screenSize(context.environment);
    return { text: workflowText(document, Date.now(), columns), document, exitCode: exitCodes.ok };
  });
}
