import { InvalidArgumentError, Option, type Command } from 'commander';
import { contracts } from '../workflows/contracts.ts';
import {
  commandsIn,
  flagOf,
  terminalLine,
  type CommandField,
  type CommandInput,
  type KnownValues,
} from '../workflows/shared/operatorCommands.ts';
import { actorOption } from './actor.ts';
import type { BulkFlags } from './bulkCommand.ts';
import { usageProblem, type CommandContext } from './command.ts';
import { shellQuoted, terminalWidth, wrapped } from './format.ts';
import { addTemporalFlags, days, positiveInteger, said, spoken } from './options.ts';
import { untilWhen } from './whens.ts';
import type { AmendedFile, DeclaredCommand, Find, GivenData } from './sendCommand.ts';

interface OperatorFlags extends BulkFlags, CommandInput {
  readonly json?: true;
  /** Opens the present details in an editor: the position of the change, or true for the only one. */
  readonly edit?: number | true;
  /** The values of the command's own fields, as commander names them. */
  readonly [attribute: string]: GivenData[string] | true | undefined;
}

/** The operator commands of all contracts: each name once. */
export function declaredCommands(): readonly DeclaredCommand[] {
  const entries = contracts.flatMap(({ type, idPrefixes, commands }) =>
    Object.entries(commands).map(([name, command]) => ({ name, taker: { type, idPrefixes, command } })),
  );
  return [...Map.groupBy(entries, ({ name }) => name)].map(([name, group]) => {
    const takers = group.map(({ taker }) => taker);
    const fields = new Map(takers.flatMap(({ command }) => command.fields.map((field) => [field.name, field])));
    return {
      name,
      takers,
      fields: [...fields.values()].map((field) => ({ ...field, required: isRequired(field, takers) })),
    };
  });
}

function isRequired({ name }: CommandField, takers: DeclaredCommand['takers']): boolean {
  return takers.every(({ command }) => command.fields.some((field) => field.name === name && field.required));
}

/**
 * What operators can send to running workflows of one type and state, what fits best first.
 * @param taken the commands that they take now, in that order; without a worker's answer, those that the contract has for the state.
 * @param known what the workflow knows of their fields.
 */
export function readyCommands(
  {
    type,
    state = '',
    taken,
    known,
  }: {
    readonly type: string;
    readonly state?: string;
    readonly taken?: readonly string[];
    readonly known?: KnownValues;
  },
  workflowIds: readonly string[],
  flagsAgain: string,
): readonly string[] {
  const { commands = {} } = contracts.find((contract) => contract.type === type) ?? {};
  const offered = taken ?? commandsIn(commands, state);
  const ids = workflowIds.map(shellQuoted).join(' ');
  const declared = new Map(Object.entries(commands));
  return offered.flatMap((name) => {
    const command = declared.get(name);
    return command === undefined ? [] : [`${terminalLine(name, command, ids, known)}${flagsAgain}`];
  });
}

/** Adds every operator command of every contract, each with an actor and a reason. */
export function addOperatorCommands(program: Command, context: CommandContext): void {
  for (const declared of declaredCommands()) addOperatorCommand(program, context, declared);
}

/**
 * Adds one of them.
 * @param parent the program, or a group of commands.
 * @param find finds the workflow of an id, where ids are of another kind than those of all commands.
 */
export function addOperatorCommand(
  parent: Command,
  context: CommandContext,
  declared: DeclaredCommand,
  find?: () => Promise<Find>,
): void {
  const { name, takers, fields } = declared;
  const command = parent
    .command(name)
    .description(describedBy(declared))
    .argument('<ids...>', 'the ids of workflows, or of change sets; - for those of standard input')
    .addOption(actorOption())
    .requiredOption('--reason <text>', 'why; the workflow records it', said('reason'));
  const options = fields.map((field) => ({ field, option: optionOf(field) }));
  for (const { option } of options) command.addOption(option);
  const isEdited = fields.some(({ kind }) => kind === 'changeDetails');
  if (isEdited) addEditor(command);
  const decides = takers.some((taker) => taker.command.decidesOnProposal === true);
  if (decides) command.option('--yes', 'approve the proposal that it shows without a question');
  command
    .option('--dry-run', 'say what would be sent to which workflow, and send nothing')
    .option('--wait', 'wait until the steward has done it, or needs an operator again')
    .option('--timeout <seconds>', 'with --wait: how long (300 by default)', positiveInteger)
    .option('--json', 'print the answer as one JSON document and nothing else')
    .addHelpText('after', helpOf(declared));
  addTemporalFlags(command).action((ids: readonly string[], flags: OperatorFlags) =>
    context.run(flags, async () => {
      const { actor, reason } = flags;
      const data = options.flatMap(({ field, option }) => {
        const value = flags[option.attributeName()];
        return value === undefined || value === true ? [] : [[field.name, value] as const];
      });
      if (isEdited && flags.edit !== undefined) {
        if (data.length > 0) throw usageProblem('Give --edit or --change, not both.');
        const { amendEdit } = await import('./amendEdit.ts');
        return amendEdit(declared, ids, { actor, reason, at: flags.edit }, flags, context);
      }
      if (isEdited && data.length === 0) {
        throw usageProblem(`${name} needs --edit, or --change <index=file> with the new details. See ${name} --help.`);
      }
      const { sendOperatorCommand } = await import('./bulkCommand.ts');
      const given = { actor, reason, data: Object.fromEntries(data) };
      return sendOperatorCommand(declared, ids, given, flags, context, await find?.());
    }),
  );
}

/** What the command does; where that differs, of which workflows. */
function describedBy({ takers }: DeclaredCommand): string {
  const bySummary = [...Map.groupBy(takers, ({ command: { summary } }) => summary)];
  if (bySummary.length === 1) return bySummary.map(([summary]) => summary).join('');
  return bySummary.map(([summary, group]) => `${group.map(({ type }) => type).join(', ')}: ${summary}`).join(' ');
}

/** Details can come out of an editor too. */
function addEditor(command: Command): void {
  command
    .option(
      '--edit [index]',
      'open the present details in $VISUAL or $EDITOR; of several changes, the one at this index',
      changeIndex,
    )
    .option('--yes', 'propose what was edited without a question');
}

function optionOf(field: CommandField): Option {
  const isMandatory = field.required && field.kind !== 'changeDetails';
  const option = new Option(flagOf(field), field.help).makeOptionMandatory(isMandatory);
  switch (field.kind) {
    case 'days':
      return option.argParser(days);
    case 'changeDetails':
      return option.argParser(amendedFile);
    case 'instant':
      return option.argParser(untilWhen);
    case 'text':
    case 'proposal':
      return option.argParser(spoken);
  }
}

function helpOf({ name, takers }: DeclaredCommand): string {
  const lines = takers.flatMap(({ type, command: { takenIn } }) =>
    wrapped(`${type} takes it in: ${takenIn.join(', ')}.`, terminalWidth),
  );
  const examples = takers.flatMap(({ idPrefixes: [prefix = ''], command }) =>
    terminalLine(name, command, `${prefix}<id>`),
  );
  return [
    '',
    ...lines,
    ...wrapped(
      'A repeat in the same words does no harm. Several ids are answered one after another, a line each; a refusal stops none of the others.',
      terminalWidth,
    ),
    '',
    'Examples:',
    ...examples.map((line) => `  ${line}`),
  ].join('\n');
}

function changeIndex(text: string): number {
  if (/^\d{1,3}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('The position of the change, from 0, is needed; --edit stands after the id.');
}

function amendedFile(text: string, earlier: readonly AmendedFile[] = []): readonly AmendedFile[] {
  const found = /^(\d{1,3})=(.+)$/s.exec(text);
  if (found?.[1] === undefined || found[2] === undefined) {
    throw new InvalidArgumentError('The position of the change, = and a file are needed, for instance 0=details.json.');
  }
  const [index, file] = [Number(found[1]), found[2]];
  if (earlier.some((other) => other.index === index)) {
    throw new InvalidArgumentError(`Change ${index} is given twice; one change has one set of details.`);
  }
  if (file === '-' && earlier.some((other) => other.file === '-')) {
    throw new InvalidArgumentError('Standard input can be read for one change only.');
  }
  return [...earlier, { index, file }];
}
