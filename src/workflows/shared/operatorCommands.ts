import { defined } from '../../defined.ts';
import { jsonBlock, jsonText, plain, readableTime } from './markdown.ts';
import { shapeOf } from './input.ts';
import { isUndecodable, undecodableText } from './payloadConverter.ts';
import { instant } from './reminders.ts';

/** The data of every command: who decides, and why. The Web UI records neither. */
export interface CommandInput {
  readonly actor: string;
  readonly reason: string;
}

/** The answer to an accepted command: the state that it led to, and whether it changed anything. */
export interface CommandAnswer {
  readonly state: string;
  readonly changed: boolean;
  readonly message: string;
}

/** One entry of the record of operators' commands. */
export interface AuditEntry {
  /** ISO 8601. */
  readonly at: string;
  readonly command: string;
  readonly actor: string;
  readonly reason: string;
  /** The proposal that it decided on; absent where there was none. */
  readonly proposal?: string;
  /** Why it changed nothing, in a sentence; absent where the workflow took it. */
  readonly refused?: string;
}

/** New details for one change of a change set, by its index from 0. */
interface ChangeDetails {
  readonly index: number;
  /** The whole new details, a JSON object or a list; as text, it keeps numbers such as 1.10 as they are. */
  readonly details: string | object;
}

/** The values of a field, by its kind. */
interface FieldValues {
  text: string;
  /** Above 0, at most {@link longestDays}. */
  days: number;
  /** ISO 8601: a date, or a time with its zone. */
  instant: string;
  changeDetails: readonly ChangeDetails[];
  /** The name of a proposal, as details, status and record have it. */
  proposal: string;
}

/** A field of a command's data, beside actor and reason. */
export interface CommandField {
  readonly name: string;
  readonly kind: keyof FieldValues;
  readonly required: boolean;
  /** A sentence for the command line's help and for refusals. */
  readonly help: string;
  readonly example: unknown;
  /** True for an optional field that examples show all the same. */
  readonly shown?: boolean;
}

/**
 * When a repeat in the same words is the same decision, which the server answers with its first answer: as long as the
 * workflow does not take the command any more, as long as its status has a member, or never.
 */
type SameDecision = 'whileNotTaken' | 'never' | { readonly whileStatusHas: string };

/** A command that operators give to a workflow: an update of the same name. */
export interface OperatorCommand<State extends string = string> {
  /** One imperative sentence: the description in the Web UI, the details, the command line's help and the documents. */
  readonly summary: string;
  /** The states that take it, as `StewardState` shows them. */
  readonly takenIn: readonly State[];
  /** Of these, those in which it would be refused as things stand, outside the workflow: there nobody is offered it. */
  readonly notOfferedIn?: readonly State[];
  /** States that accept it and change nothing, because it was given before. */
  readonly changesNothingIn?: readonly State[];
  readonly fields: readonly CommandField[];
  readonly sameDecision: SameDecision;
  /**
   * Why its data may not enter a history, in a sentence that repeats nothing of it. The command line and the validator of
   * the update ask before it does; a replay never asks.
   */
  readonly unfitForHistory?: (data: CommandInput) => string | undefined;
  /** True where it decides on the proposal that waits: repeats are the same only about the same one. */
  readonly decidesOnProposal?: true;
}

/** What a workflow knows of the fields of its commands now, by their names: examples have that in place of their own. */
export type KnownValues = Readonly<Record<string, string>>;

/** What most commands are: actor and reason are all that they need, and they make sense once. */
export const plainDecision = { fields: [], sameDecision: 'whileNotTaken' } as const;

/** The commands of a workflow, by name. */
export type OperatorCommands<State extends string = string> = Readonly<Record<string, OperatorCommand<State>>>;

type FieldOf<Command extends OperatorCommand> = Command['fields'][number];
type ValuesOf<Field extends CommandField> = { readonly [Each in Field as Each['name']]: FieldValues[Each['kind']] };

/** The data of a command, as its declaration says. */
export type InputOf<Command extends OperatorCommand> = CommandInput &
  ValuesOf<Extract<FieldOf<Command>, { readonly required: true }>> &
  Partial<ValuesOf<Extract<FieldOf<Command>, { readonly required: false }>>>;

/** The name of one of the commands. */
export type CommandName<Commands extends OperatorCommands> = keyof Commands & string;

/** A command that an operator gave, as a message to the workflow's transitions. */
export type GivenCommand<Commands extends OperatorCommands> = {
  [Name in CommandName<Commands>]: { readonly type: Name; readonly command: InputOf<Commands[Name]> };
}[CommandName<Commands>];

/**
 * What a request for cancellation stands for: it has no field for a name or a reason. Only the history has the identity of
 * the client that asked: no workflow can read it.
 */
export const cancellation: CommandInput = {
  actor: 'unknown (cancellation request)',
  reason:
    'Cancellation was requested. Who asked: see the identity of the event Workflow Execution Cancel Requested in the history.',
};

/** The commands that are kept; older ones stay readable in the history. */
const keptCommands = 100;
/** The commands that details show. */
const shownCommands = 5;
const longestActor = 200;
const longestText = 1_000;
const longestDays = 3_650;

/**
 * The state with a command in its record.
 * @param refused why it changed nothing, where it was let in and refused then.
 */
export function recorded<State extends { readonly audit: readonly AuditEntry[] }>(
  state: State,
  command: string,
  { actor, reason, proposal }: CommandInput & Pick<AuditEntry, 'proposal'>,
  nowMs: number,
  refused?: string,
): State {
  const at = new Date(nowMs).toISOString();
  const entry: AuditEntry = { at, command, actor, reason, ...defined({ proposal, refused }) };
  return { ...state, audit: [...state.audit, entry].slice(-keptCommands) };
}

/** The commands that operators are offered in a state, in the order of their declaration: those that it takes. */
export function commandsIn<Commands extends OperatorCommands>(
  commands: Commands,
  state: string,
): readonly CommandName<Commands>[] {
  return Object.keys(commands).filter((name) => {
    const { takenIn = [], notOfferedIn = [] } = commands[name] ?? {};
    return takenIn.includes(state) && !notOfferedIn.includes(state);
  });
}

/** Why a state takes no such command, in a sentence; undefined where it does. */
export function stateRefusal(commands: OperatorCommands, name: string, state: string): string | undefined {
  const { takenIn = [], changesNothingIn = [] } = commands[name] ?? {};
  if ([...takenIn, ...changesNothingIn].includes(state)) return undefined;
  return `It is ${state}; ${name} is taken in ${takenIn.join(' or ')}.`;
}

/** The fields that an example has: those that have to be given, that are worth it, or whose value is known. */
function shownFields(fields: readonly CommandField[], known: KnownValues): readonly CommandField[] {
  return fields.filter(({ name, required, shown }) => required || shown === true || Object.hasOwn(known, name));
}

/** An example of a command's data: placeholders, which no workflow takes as values, and the fields' own examples. */
export function exampleInput(
  fields: readonly CommandField[],
  known: KnownValues = {},
): Readonly<Record<string, unknown>> {
  return {
    actor: '<your-name>',
    reason: '<why>',
    ...Object.fromEntries(
      shownFields(fields, known).map(({ name, example }) => [name, Object.hasOwn(known, name) ? known[name] : example]),
    ),
  };
}

function textProblem(value: unknown, field: string, longest: number): string | undefined {
  if (typeof value !== 'string' || value.trim() === '' || value.length > longest) {
    return `"${field}" must be a text of 1 to ${longest} characters, but it is ${shapeOf(value)}`;
  }
  return /^<[^<>]*>$/.test(value.trim()) ? `"${field}" is still the placeholder ${value.trim()}` : undefined;
}

function fieldProblem({ name, kind, required }: CommandField, value: unknown): string | undefined {
  if (value === undefined && !required) return undefined;
  switch (kind) {
    case 'text':
    case 'proposal':
      return textProblem(value, name, longestText);
    case 'days':
      return typeof value === 'number' && value > 0 && value <= longestDays
        ? undefined
        : `"${name}" must be a number above 0, at most ${longestDays}, but it is ${JSON.stringify(value) ?? 'nothing'}`;
    case 'instant':
      return instant(value) === undefined
        ? `"${name}" must be a date like 2026-12-01, or a time like 2026-12-01T09:00:00Z, but it is ${(JSON.stringify(value) ?? 'nothing').slice(0, 60)}`
        : undefined;
    case 'changeDetails':
      return Array.isArray(value) ? undefined : `"${name}" must be a list, but it is ${shapeOf(value)}`;
  }
}

/**
 * Checks what an operator typed as a command's data, without a schema library: each run loads the workflow code.
 * @returns a sentence that names the field, what was found and what would be right; undefined where all is well.
 */
export function inputProblem(value: unknown, fields: readonly CommandField[] = []): string | undefined {
  const example = `Send one object like this:\n${jsonText(exampleInput(fields))}`;
  if (isUndecodable(value)) return `The command was not read: ${undecodableText(value)}. ${example}`;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return `The command needs an actor and a reason, but the data is ${shapeOf(value)}. ${example}`;
  }
  const given = new Map<string, unknown>(Object.entries(value));
  const problem =
    textProblem(given.get('actor'), 'actor', longestActor) ??
    textProblem(given.get('reason'), 'reason', longestText) ??
    fields.map((field) => fieldProblem(field, given.get(field.name))).find((sentence) => sentence !== undefined);
  return problem === undefined ? undefined : `${problem}. ${example}`;
}

/** The description of a command's update in the Web UI. */
export function updateDescription({ summary, fields }: OperatorCommand): string {
  return `${summary} Data: ${JSON.stringify(exampleInput(fields))}`;
}

/** A field as an option of the command line: `--days <number>`. */
export function flagOf({ name, kind }: Pick<CommandField, 'name' | 'kind'>): string {
  switch (kind) {
    case 'changeDetails':
      return '--change <index=file>';
    case 'days':
      return `--${kebab(name)} <number>`;
    case 'instant':
      return `--${kebab(name)} <date-or-time>`;
    case 'text':
    case 'proposal':
      return `--${kebab(name)} <${kebab(name)}>`;
  }
}

function kebab(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** A command in a terminal, with placeholders for what the operator fills in. */
export function terminalLine(
  name: string,
  { fields }: OperatorCommand,
  workflowId: string,
  known: KnownValues = {},
): string {
  const flagFor = (field: CommandField): string => {
    // The present details are where new ones begin: an editor shows them.
    if (field.kind === 'changeDetails') return '--edit';
    return Object.hasOwn(known, field.name) ? `--${kebab(field.name)} ${known[field.name]}` : flagOf(field);
  };
  const flags = [...shownFields(fields, known).map(flagFor), '--actor <your-name>', '--reason <why>'];
  return ['steward', name, workflowId, ...flags].join(' ').replaceAll(/<[^>]*>/g, (placeholder) => `'${placeholder}'`);
}

/**
 * What operators can answer, as lines of markdown: what each command does, its data, and the same in a terminal.
 * @param offered the names of the commands that the workflow takes now.
 */
export function answerLines(
  commands: OperatorCommands,
  offered: readonly string[],
  workflowId: string,
  known: KnownValues = {},
): string[] {
  const taken = offered.flatMap((name) => {
    const command = commands[name];
    return command === undefined ? [] : [{ name, command, block: jsonBlock(exampleInput(command.fields, known)) }];
  });
  const blocks = [...new Set(taken.map(({ block }) => block))];
  if (blocks.length === 0) return [];
  return [
    '**Answer here** (More Actions → Send an Update), or in a terminal:',
    ...taken.map(({ name, command: { summary } }) => `- \`${name}\`: ${summary}`),
    ...blocks.flatMap((block) => {
      const [first, ...others] = taken.filter((each) => each.block === block);
      if (first === undefined) return [];
      const names = [first, ...others].map(({ name }) => `\`${name}\``).join(', ');
      return ['', `Data of ${names}:`, block, `\`${terminalLine(first.name, first.command, workflowId, known)}\``];
    }),
    '',
  ];
}

/** The newest of the commands that operators gave, as lines of markdown. */
export function auditLines(audit: readonly AuditEntry[]): string[] {
  return audit
    .slice(-shownCommands)
    .map(
      ({ at, command, actor, reason, proposal, refused }) =>
        `- ${readableTime(at)}: **${command}**${proposal === undefined ? '' : ` of proposal ${plain(proposal)}`} by ${plain(actor)}: ${plain(reason)}${refused === undefined ? '' : `; **refused:** ${plain(refused, 300)}`}`,
    );
}
