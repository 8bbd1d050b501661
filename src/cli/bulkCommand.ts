import { stateRefusal, type CommandInput } from '../workflows/shared/operatorCommands.ts';
import {
  CommandProblem,
  exitCodes,
  usageProblem,
  type CommandContext,
  type CommandResult,
  type ExitCode,
} from './command.ts';
import { decidedProposal } from './approval.ts';
import { printable } from './format.ts';
import { namedIds } from './namedIds.ts';
import type { TemporalFlags } from './options.ts';
import { awaitOutcome, type Outcome } from './outcome.ts';
import {
  addressee,
  endedProblem,
  sendTo,
  withDetails,
  type Addressee,
  type Answered,
  type DeclaredCommand,
  type Find,
  type GivenData,
} from './sendCommand.ts';
import { findWorkflow } from './status.ts';
import { temporalProblem, withTemporal, type TemporalAccess } from './temporal.ts';

/** What every operator command is given beside ids, actor, reason and its own fields. */
export interface BulkFlags extends TemporalFlags {
  readonly dryRun?: true;
  readonly wait?: true;
  /** Seconds. */
  readonly timeout?: number;
  /** Proposes what was edited, or approves what is proposed, without a question. */
  readonly yes?: true;
}

/** What an operator gives beside the ids. */
interface Given extends CommandInput {
  readonly data: GivenData;
}

/** What a dry run says of one workflow. */
export interface Planned {
  readonly workflowId: string;
  readonly type: string;
  readonly command: string;
  readonly state: string;
  readonly wouldSend: true;
}

/** Why one of several workflows did not take a command. */
export interface Failed {
  readonly id: string;
  readonly command: string;
  readonly error: { readonly message: string; readonly exitCode: ExitCode };
}

/** The answer of a workflow, and with `--wait` what came of it. */
export type Sent = Answered & { readonly outcome?: Outcome | null };
type Result = Planned | Sent | Failed;

const usualTimeoutSeconds = 300;
const secondMs = 1_000;

/**
 * Sends an operator's command to workflows, one after another, and waits for their answers. Where several are named, a
 * refusal stops none of the others; where nobody answers, the rest is not attempted.
 * @param find the workflow of an id.
 */
export async function sendOperatorCommand(
  declared: DeclaredCommand,
  words: readonly string[],
  { data, ...input }: Given,
  flags: BulkFlags,
  context: CommandContext,
  find: Find = findWorkflow,
): Promise<CommandResult> {
  requireFitting(words, data, flags);
  const ids = await namedIds(words);
  const whole = { ...input, ...(await withDetails(data)) };
  return withTemporal(flags, context, async (access) => {
    const act = async (id: string): Promise<Result> => {
      const to = await addressee(access, declared, id, whole, find);
      const decided = await decidedProposal(access, to, whole, flags, context);
      if (flags.dryRun === true) return planned(declared, to);
      return sent(access, declared, to, { ...whole, ...decided }, flags, context);
    };
    const [only, ...others] = ids;
    if (only !== undefined && others.length === 0) {
      context.progress(flags.dryRun === true ? `asking ${only} for its state` : `waiting for ${only} to take it`);
      return resultOf([await act(only)], flags);
    }
    const results: Result[] = [];
    // Ctrl-C ends it after the one under way, so that the operator sees what was sent; a second one ends it at once.
    let isInterrupted = false;
    const interrupt = (): void => void (isInterrupted = true);
    process.once('SIGINT', interrupt);
    for (const [index, id] of ids.entries()) {
      const what = flags.dryRun === true ? 'asking' : `${declared.name} of`;
      context.progress(`${what} ${id}, ${index + 1} of ${ids.length}`);
      const result = await act(id).catch((error: unknown) => failedBy(id, declared.name, error, access));
      results.push(result);
      const isUnreachable = exitCodeOf(result) === exitCodes.unreachable;
      if (isInterrupted || isUnreachable) {
        const error = isInterrupted
          ? { message: 'It was not attempted, as you interrupted the command.', exitCode: exitCodes.interrupted }
          : { message: 'It was not attempted, as nobody answers.', exitCode: exitCodes.unreachable };
        results.push(...ids.slice(index + 1).map((rest) => ({ id: rest, command: declared.name, error })));
        break;
      }
    }
    process.off('SIGINT', interrupt);
    return resultOf(results, flags);
  });
}

function requireFitting(words: readonly string[], data: GivenData, { dryRun, wait, timeout }: BulkFlags): void {
  const files = Object.values(data).flatMap((value) => (typeof value === 'object' ? value : []));
  if (words.includes('-') && files.some((one) => 'file' in one && one.file === '-')) {
    throw usageProblem('Standard input cannot hold both the ids and the details of a change, so nothing was sent.');
  }
  if (dryRun === true && wait === true) throw usageProblem('A dry run has no outcome: leave out --wait or --dry-run.');
  if (timeout !== undefined && wait !== true) throw usageProblem('--timeout is for --wait: add it. Nothing was sent.');
}

/** @throws CommandProblem where the workflow would refuse the command in its present state. */
function planned({ name }: DeclaredCommand, { description, command, status: known }: Addressee): Planned {
  const { workflowId, type, status } = description;
  const { state, commands } = known;
  if (status.name !== 'RUNNING') throw endedProblem(workflowId, name, state);
  const refusal = stateRefusal({ [name]: command }, name, state) ?? notTaken(name, command, state, commands);
  if (refusal !== undefined) throw new CommandProblem(exitCodes.failed, printable(refusal));
  return { workflowId, type, command: name, state, wouldSend: true };
}

/** A workflow may take less than its state would: it says so itself. */
function notTaken(
  name: string,
  { changesNothingIn = [] }: Addressee['command'],
  state: string,
  taken: readonly string[] | undefined,
): string | undefined {
  if (taken === undefined || taken.includes(name) || changesNothingIn.includes(state)) return undefined;
  return `It is ${state}, and takes no ${name} now. It takes: ${taken.join(', ') || 'nothing'}.`;
}

async function sent(
  access: TemporalAccess,
  { name }: DeclaredCommand,
  to: Addressee,
  input: CommandInput,
  { wait, timeout = usualTimeoutSeconds }: BulkFlags,
  context: CommandContext,
): Promise<Sent> {
  const answer = await sendTo(access, name, to, input);
  if (wait !== true) return answer;
  const { type } = to.description;
  const waited = { workflowId: answer.workflowId, type, name, command: to.command };
  const outcome = await awaitOutcome(access, waited, Date.now() + timeout * secondMs, context);
  return { ...answer, outcome: outcome ?? null };
}

function failedBy(id: string, command: string, error: unknown, { peer }: TemporalAccess): Failed {
  const { message, exitCode } = temporalProblem(error, peer);
  return { id, command, error: { message, exitCode } };
}

function exitCodeOf(result: Result): ExitCode {
  if ('error' in result) return result.error.exitCode;
  if ('wouldSend' in result || result.outcome === undefined) return exitCodes.ok;
  const { isOver = false, askedAgain = false, cutShort } = result.outcome ?? {};
  return isOver && !askedAgain && cutShort === undefined ? exitCodes.ok : exitCodes.failed;
}

/** The status of all: 130 after Ctrl-C, 0 where each was taken, that of the failures where they are alike, else 1. */
function exitCodeOfAll(results: readonly Result[]): ExitCode {
  if (results.some((result) => exitCodeOf(result) === exitCodes.interrupted)) return exitCodes.interrupted;
  const [first = exitCodes.ok, ...others] = new Set(results.map(exitCodeOf).filter((code) => code !== exitCodes.ok));
  return others.length === 0 ? first : exitCodes.failed;
}

function resultOf(results: readonly Result[], flags: BulkFlags): CommandResult {
  const isOne = results.length === 1;
  const lines = results.map((result) => lineOf(result, isOne, flags));
  const failed = results.filter((result) => exitCodeOf(result) !== exitCodes.ok).length;
  const total = isOne
    ? []
    : [`${results.length - failed} of ${results.length} ${flags.dryRun === true ? 'would be sent' : 'done'}`];
  return {
    text: [...lines, ...total].join('\n'),
    document: isOne ? results[0] : results,
    exitCode: exitCodeOfAll(results),
  };
}

function lineOf(result: Result, isOne: boolean, flags: BulkFlags): string {
  if ('error' in result) return `${printable(result.id)}: ${printable(result.error.message)}`;
  const { workflowId, state } = result;
  if ('wouldSend' in result) {
    return `${printable(workflowId)}: would send ${result.command} (${printable(result.type)}, state: ${printable(state)})`;
  }
  const { message, changed, outcome } = result;
  const name = isOne ? '' : `${printable(workflowId)}: `;
  const answer = `${name}${printable(message)} (state: ${printable(state)}${changed ? '' : ', nothing changed'})`;
  return outcome === undefined ? answer : `${answer} ${outcomeText(outcome, flags)}`;
}

function outcomeText(outcome: Outcome | null, { timeout = usualTimeoutSeconds }: BulkFlags): string {
  if (outcome === null) return `No worker reported the outcome within ${timeout} s.`;
  const { state, isOver, nextStep, why, found, deliveredTo, cutShort } = outcome;
  if (cutShort !== undefined) return `No outcome: the workflow ended as ${cutShort} while it was ${printable(state)}.`;
  if (!isOver) return `No outcome within ${timeout} s: it is still ${printable(state)}.`;
  const where = deliveredTo === undefined ? '' : ` It was delivered to ${deliveredTo.map(printable).join(', ')}.`;
  const next = nextStep === undefined ? '' : ` ${printable(nextStep)}`;
  const because = why === undefined ? '' : ` Reason: ${printable(why).replace(/\.$/, '')}.`;
  const what = found === undefined ? '' : ` ${printable(found)}`;
  return `Outcome: ${printable(state)}.${because}${what}${where}${next}`;
}
