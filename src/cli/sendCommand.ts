import {
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
  type WorkflowExecutionDescription,
} from '@temporalio/client';
import { ApplicationFailure, WorkflowNotFoundError } from '@temporalio/common';
import { taskProblemOf } from '../delivery/taskProblems.ts';
import { describeWorkflow, sendCommand } from '../delivery/workflows.ts';
import type { WorkflowContract } from '../workflows/shared/contract.ts';
import { historyProblem } from '../workflows/shared/fitForHistory.ts';
import type {
  CommandAnswer,
  CommandField,
  CommandInput,
  OperatorCommand,
} from '../workflows/shared/operatorCommands.ts';
import { CommandProblem, exitCodes, usageProblem } from './command.ts';
import { readText } from './files.ts';
import { printable } from './format.ts';
import { knownStatus, type WorkflowStatus } from './status.ts';
import type { TemporalAccess } from './temporal.ts';
import { problemText, whyNoAnswer } from './unanswered.ts';
import { updateId } from './updateId.ts';

/** A command that operators send, and the workflows that take it. */
export interface DeclaredCommand {
  readonly name: string;
  readonly takers: ReadonlyArray<Pick<WorkflowContract, 'type' | 'idPrefixes'> & { readonly command: OperatorCommand }>;
  /** The fields of all of them, each once; required where every taker requires it. */
  readonly fields: readonly CommandField[];
}

/** Where the new details of one change are. */
export interface AmendedFile {
  /** Of the change in its change set, from 0. */
  readonly index: number;
  /** A path, or `-` for standard input. */
  readonly file: string;
}

/** The new details of one change themselves. */
interface AmendedText {
  readonly index: number;
  readonly details: string;
}

/** What an operator gives for a command's own fields, by their names. */
export type GivenData = Readonly<Record<string, string | number | ReadonlyArray<AmendedFile | AmendedText>>>;

/** The answer of one workflow. */
export type Answered = CommandAnswer & { readonly workflowId: string; readonly command: string };

/** A workflow that a command is meant for, as it is before the command is sent. */
export interface Addressee {
  readonly description: WorkflowExecutionDescription;
  readonly command: OperatorCommand;
  readonly status: WorkflowStatus;
}

/** Finds the workflow that an operator means; throws CommandProblem `notFound`. */
export type Find = (access: TemporalAccess, named: string) => Promise<WorkflowExecutionDescription>;

const answerWithinMs = 30_000;

/** Reads the files of changes as text, every byte of it: a number such as 1.10 must not become 1.1. */
export async function withDetails(data: GivenData): Promise<Readonly<Record<string, unknown>>> {
  const read = Object.entries(data).map(
    async ([name, value]) => [name, typeof value === 'object' ? await detailsOf(value) : value] as const,
  );
  return Object.fromEntries(await Promise.all(read));
}

function detailsOf(given: ReadonlyArray<AmendedFile | AmendedText>): Promise<readonly AmendedText[]> {
  const right = 'Name a file with the new details of one change, a JSON object or list as text.';
  return Promise.all(
    given.map(async (one) =>
      'details' in one ? one : { index: one.index, details: await readText(one.file, right, { keepMark: true }) },
    ),
  );
}

/**
 * Finds the workflow that an id names, and asks it for its state. Nothing is sent yet.
 * @throws CommandProblem where there is none, it takes no such command or field, it has ended, or no worker answers.
 */
export async function addressee(
  access: TemporalAccess,
  { name, takers }: DeclaredCommand,
  id: string,
  input: CommandInput,
  find: Find,
): Promise<Addressee> {
  const description = await find(access, id);
  const { workflowId, type } = description;
  const command = takers.find((taker) => taker.type === type)?.command;
  if (command === undefined) {
    const types = takers.map((taker) => taker.type).join(', ');
    throw usageProblem(
      `${printable(workflowId)} is of type ${printable(type)}; ${name} is for ${types}. See what it takes: steward show ${printable(workflowId)}`,
    );
  }
  const { actor: _actor, reason: _reason, ...data } = input;
  const unknown = Object.keys(data).filter((field) => command.fields.every(({ name: known }) => known !== field));
  if (unknown.length > 0) {
    throw usageProblem(`${name} of ${printable(workflowId)}, a ${type}, takes no ${unknown.join(', ')}. Leave it out.`);
  }
  const unfit = historyProblem(command, { ...input });
  if (unfit !== undefined) throw new CommandProblem(exitCodes.failed, `${printable(unfit)} Nothing was sent.`);
  const known = await knownStatus(access, description);
  if (known.source === 'searchAttributes') {
    if (description.status.name !== 'RUNNING') throw endedProblem(workflowId, name, known.state);
    throw new CommandProblem(
      exitCodes.unreachable,
      `${workflowId} was not asked: ${known.why}. Then repeat the command.`,
    );
  }
  return { description, command, status: known.status };
}

/**
 * Sends the command and waits for the workflow's answer.
 * @throws CommandProblem where the workflow refuses it, has ended, or no worker answers.
 */
export async function sendTo(
  access: TemporalAccess,
  name: string,
  { description, command, status }: Addressee,
  input: CommandInput,
): Promise<Answered> {
  const { workflowId } = description;
  const update = { name, input, updateId: updateId(name, command, input, status) };
  try {
    return { workflowId, command: name, ...(await sendCommand(access.client, workflowId, update, answerWithinMs)) };
  } catch (error) {
    throw await sendProblem(access, error, description, name);
  }
}

/** The problem of a command that the workflow refused, or that no worker answered; any other error as it is. */
async function sendProblem(
  { client }: TemporalAccess,
  error: unknown,
  run: WorkflowExecutionDescription,
  name: string,
): Promise<unknown> {
  const { workflowId } = run;
  if (error instanceof WorkflowUpdateFailedError) {
    // The workflow's refusal says what is wrong and what would be right.
    const message = error.cause instanceof ApplicationFailure ? error.cause.message : error.message;
    return new CommandProblem(exitCodes.failed, printable(message));
  }
  if (error instanceof WorkflowNotFoundError) return endedProblem(workflowId, name);
  if (!(error instanceof WorkflowUpdateRPCTimeoutOrCancelledError)) return error;
  const now = (await describeWorkflow(client, workflowId)) ?? run;
  const problem = await taskProblemOf(client, now);
  const why = problem === undefined ? await whyNoAnswer(client) : problemText(problem);
  return new CommandProblem(
    exitCodes.unreachable,
    `${printable(workflowId)} did not answer within ${answerWithinMs / 1000} s: ${why}. The workflow may still take the command; a repeat does no harm.`,
  );
}

/** The problem of a command to a workflow that has ended, as `state` where that is known. */
export function endedProblem(workflowId: string, command: string, state?: string): CommandProblem {
  const how = state === undefined ? '' : ` as ${printable(state)}`;
  const id = printable(workflowId);
  return new CommandProblem(
    exitCodes.failed,
    `${id} has ended${how}: there is nothing left to ${command}. See how it ended: steward show ${id}`,
  );
}
