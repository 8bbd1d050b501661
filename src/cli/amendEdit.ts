import { loadConfiguration, type Configuration } from '../config/load.ts';
import { ConfigurationError } from '../config/errors.ts';
import { defined } from '../defined.ts';
import { describeForOperator, type ShownChange } from '../workers/operatorCatalog.ts';
import { changeSetRemediationType } from '../workflows/changeSetRemediation/contract.ts';
import { stateRefusal } from '../workflows/shared/operatorCommands.ts';
import { amendedDetails, editableDetails } from './amendedDetails.ts';
import { sendOperatorCommand, type BulkFlags } from './bulkCommand.ts';
import { reportSchema } from './changeSetReport.ts';
import { CommandProblem, exitCodes, usageProblem, type CommandContext, type CommandResult } from './command.ts';
import { canAsk, confirmed } from './confirm.ts';
import { edited, editorOf, type EditedText } from './editor.ts';
import { printable, shellQuoted } from './format.ts';
import type { DeclaredCommand } from './sendCommand.ts';
import { findWorkflow, knownStatus } from './status.ts';
import { withTemporal } from './temporal.ts';

/** What an operator gives for `amend --edit`. */
interface GivenEdit {
  readonly actor: string;
  readonly reason: string;
  /** The position of the change, from 0; true where it is the only one. */
  readonly at: number | true;
}

/** The change set whose details are amended: the newest of the lineage. */
interface Amendable {
  readonly workflowId: string;
  readonly account: string;
  readonly changeSetId: string;
  readonly proposedBy?: string;
  /** The name of what waits to be approved. */
  readonly proposal?: string;
  /** The address of the simulated AWS Marketplace that has it. */
  readonly simulator?: string;
}

/** Opens the present details of a change in an editor, shows what differs, asks, and proposes it. */
export async function amendEdit(
  declared: DeclaredCommand,
  ids: readonly string[],
  given: GivenEdit,
  flags: BulkFlags,
  context: CommandContext,
): Promise<CommandResult> {
  const [id] = ids;
  if (id === undefined || id === '-' || ids.length > 1) {
    throw usageProblem('--edit takes one id: the details of each are its own.');
  }
  const editor = editorOf(context.environment);
  const asks = flags.yes !== true && flags.dryRun !== true;
  if (asks && !canAsk()) {
    throw usageProblem('There is no terminal to ask at. Add --yes to propose what the editor leaves.');
  }
  const amendable = await amendableOf(id, declared, flags, context);
  const { index, change } = await changeOf(amendable, given.at, flags, context);
  const proposal = await edit({ index, change, editor, id }, context);
  if (proposal === undefined) return nothingSent(amendable.workflowId, 'The details are unchanged.');
  if (amendable.proposedBy !== undefined) {
    context.note(`It takes the place of what ${printable(amendable.proposedBy)} has proposed.`);
  }
  if (asks && !(await confirmed('Propose this? AWS gets it with steward approve.'))) {
    return nothingSent(amendable.workflowId, 'You did not confirm it.');
  }
  const now = await amendableOf(id, declared, flags, { ...context, note: () => {} });
  if (now.changeSetId !== amendable.changeSetId) {
    throw new CommandProblem(
      exitCodes.failed,
      `Nothing was sent: meanwhile ${now.changeSetId} was submitted in its place. Repeat the command to edit that one.`,
    );
  }
  if (now.proposedBy !== undefined && now.proposal !== amendable.proposal) {
    throw new CommandProblem(
      exitCodes.failed,
      `Nothing was sent: meanwhile ${printable(now.proposedBy)} has proposed something else. Read it with steward show ${shellQuoted(id)}, then repeat the command to take its place.`,
    );
  }
  const { actor, reason } = given;
  return sendOperatorCommand(
    declared,
    ids,
    { actor, reason, data: { changes: [{ index, details: proposal }] } },
    flags,
    {
      ...context,
      note: () => {},
    },
  );
}

function nothingSent(workflowId: string, why: string): CommandResult {
  const message = `${why} Nothing was sent.`;
  return { text: message, document: { workflowId, command: 'amend', changed: false, message }, exitCode: exitCodes.ok };
}

/** @throws CommandProblem where the workflow takes no amendment now, or does not answer */
async function amendableOf(
  id: string,
  { name, takers }: DeclaredCommand,
  flags: BulkFlags,
  context: CommandContext,
): Promise<Amendable> {
  return withTemporal(flags, context, async (access) => {
    const description = await findWorkflow(access, id);
    const { workflowId, type } = description;
    if (type !== changeSetRemediationType) {
      throw usageProblem(`${printable(workflowId)} is of type ${printable(type)}; --edit is for change sets.`);
    }
    const known = await knownStatus(access, description);
    if (known.source === 'searchAttributes') {
      throw new CommandProblem(
        exitCodes.unreachable,
        `${workflowId} was not asked: ${known.why}. Then repeat the command.`,
      );
    }
    const { status } = known;
    const commands = Object.fromEntries(takers.map(({ command }) => [name, command]));
    const refusal =
      known.source === 'result' ? `It has ended as ${status.state}.` : stateRefusal(commands, name, status.state);
    if (refusal !== undefined) throw new CommandProblem(exitCodes.failed, printable(refusal));
    const report = reportSchema.safeParse(status['report']).data;
    if (report === undefined) {
      throw new CommandProblem(exitCodes.failed, `${printable(workflowId)} does not say which change set it is about.`);
    }
    const { account, changeSetId } = report;
    const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
    const [proposedBy, proposal] = [text(status['proposedBy']), text(status['proposal'])];
    const simulator = access.catalogSimulator;
    return { workflowId, account, changeSetId, ...defined({ proposedBy, proposal, simulator }) };
  });
}

/** The operator's configuration: with the accounts' keys where they are here, else with the roles alone. */
function configurationOf(flags: BulkFlags, { environment }: CommandContext): Configuration | undefined {
  const file = flags.config ?? environment['STEWARD_CONFIG'];
  if (file === undefined || file === '') return undefined;
  try {
    return loadConfiguration(environment, file, ['accounts']);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return loadConfiguration(environment, file, []);
  }
}

async function changeOf(
  { account, changeSetId, simulator }: Amendable,
  at: number | true,
  flags: BulkFlags,
  context: CommandContext,
): Promise<{ readonly index: number; readonly change: ShownChange }> {
  const configuration = configurationOf(flags, context);
  context.progress(`asking AWS for the details of ${changeSetId}`);
  const shown = await describeForOperator({ account, changeSetId }, defined({ configuration, simulator }));
  if (!('changeSet' in shown)) {
    const named = configuration === undefined ? ', or name the configuration with the account’s role by --config' : '';
    throw new CommandProblem(
      exitCodes.failed,
      `AWS does not show ${changeSetId} of account ${account}: ${printable(shown.message)}. ` +
        `The command reads it with your own credentials, which need aws-marketplace:DescribeChangeSet in that account. ` +
        `Sign in to it (AWS_PROFILE, aws sso login, AWS_ACCESS_KEY_ID)${named}. Or write the details to a file yourself: --change 0=details.json`,
    );
  }
  const { changes } = shown.changeSet;
  const index = at === true ? 0 : at;
  const change = changes[index];
  if (change !== undefined && (at !== true || changes.length === 1)) return { index, change };
  const all = changes.map(({ changeType, entityType, entityId }, position) =>
    printable(`  --edit ${position}  ${changeType} on ${entityType} ${entityId ?? '(new)'}`),
  );
  throw usageProblem([`${changeSetId} has ${changes.length} changes: name one of them.`, ...all].join('\n'));
}

interface Edit {
  readonly index: number;
  readonly change: ShownChange;
  readonly editor: string;
  /** As the operator named the change set. */
  readonly id: string;
}

/** @returns the details to propose, after their difference was shown; undefined where nothing changed */
async function edit({ index, change, editor, id }: Edit, context: CommandContext): Promise<string | undefined> {
  const editable = editableDetails(change);
  const name = printable(
    `changes[${index}] ${change.changeType} on ${change.entityType} ${change.entityId ?? '(new)'}`,
  );
  if ('problem' in editable) {
    throw new CommandProblem(
      exitCodes.failed,
      `${name} cannot be edited: ${editable.problem}. Give its details with --change.`,
    );
  }
  const { maskedPaths } = editable;
  context.note(name);
  if (maskedPaths.length > 0) {
    context.note(
      printable(`Masked, and kept as long as they stay unchanged and in their place: ${maskedPaths.join(', ')}`),
    );
  }
  const result = await edited(editable.text, `change-${index}.json`, editor);
  const amended =
    result.text === editable.text
      ? ({ state: 'unchanged' } as const)
      : amendedDetails(change, editable.contents, result.text);
  switch (amended.state) {
    case 'unchanged':
      result.discard();
      return undefined;
    case 'wrong':
      throw wrongProblem(amended.problems, amended.holdsSecret, result, { index, id });
    case 'changed':
      result.discard();
      for (const line of amended.difference) context.note(`  ${printable(line)}`);
      for (const warning of amended.warnings) context.note(`  Note: ${printable(warning)}`);
      return amended.details;
  }
}

/** The problem of what the editor left: the work of minutes is kept, unless a secret is in it. */
function wrongProblem(
  problems: readonly string[],
  holdsSecret: boolean,
  { file, keep, discard }: EditedText,
  { index, id }: Pick<Edit, 'index' | 'id'>,
): CommandProblem {
  (holdsSecret ? discard : keep)();
  const kept = holdsSecret
    ? 'The file is not kept, since it may hold a secret.'
    : `Your text is kept in ${file}: correct it, propose it with steward amend ${shellQuoted(id)} --change ${shellQuoted(`${index}=${file}`)}, and delete it.`;
  return new CommandProblem(
    exitCodes.failed,
    `The new details cannot be proposed: ${problems.map(printable).join('; ')}. Nothing was sent. ${kept}`,
  );
}
