import { defined } from '../defined.ts';
import { openAddress, openerOf } from './browser.ts';
import { exitCodes, usageProblem, type CommandContext, type CommandResult } from './command.ts';
import { configuredUi } from './links.ts';
import { findQuarantined } from './quarantine.ts';
import type { TemporalFlags } from './options.ts';
import { withTemporal, workflowLink } from './temporal.ts';

/** What `steward open` is given. */
export interface OpenFlags extends TemporalFlags {
  readonly print?: true;
  readonly json?: true;
}

const usual = { isTerminal: process.stdout.isTTY, platform: process.platform, open: openAddress };

/** `steward open`: prints the page of a workflow, and on a terminal opens it. */
export async function openWorkflow(
  id: string,
  flags: OpenFlags,
  context: CommandContext,
  { isTerminal, platform, open } = usual,
): Promise<CommandResult> {
  return withTemporal(flags, context, async (access) => {
    const { workflowId, runId } = await findQuarantined(access, id);
    const uiUrl = access.uiUrl ?? (await configuredUi(flags, context));
    const link = workflowLink({ ...access, ...defined({ uiUrl }) }, workflowId, runId);
    if (link === undefined) {
      throw usageProblem(
        'The address of the Web UI is not known. Say it with --ui, or name the configuration that has webUiUrl with --config.',
      );
    }
    // A program is given it: nothing but a web page may be meant.
    if (!/^https?:$/.test(URL.parse(link)?.protocol ?? '')) {
      throw usageProblem('The address of the Web UI is no web address. One looks like http://localhost:8233');
    }
    const mayOpen = isTerminal && flags.print !== true && flags.json !== true;
    const opener = mayOpen ? openerOf(platform, context.environment) : undefined;
    const isOpened = opener !== undefined && (await open(opener, link));
    if (mayOpen && !isOpened) context.note('no browser could be opened here');
    return { text: link, document: { workflowId, runId, link, opened: isOpened }, exitCode: exitCodes.ok };
  });
}
