import { loadConfiguration } from '../config/load.ts';
import type { QueueConfiguration } from '../config/queues.ts';
import { defined } from '../defined.ts';
import { queueClient } from '../queues/client.ts';
import {
  countsOf,
  findDeadLetterQueue,
  moveTasks,
  redrive,
  type DeadLetterQueue,
  type MoveTask,
} from '../queues/deadLetters.ts';
import { errorName } from '../queues/errors.ts';
import { CommandProblem, exitCodes, usageProblem, type CommandContext, type CommandResult } from './command.ts';
import { printable, table } from './format.ts';
import { sqsProblem } from './sqsProblem.ts';

/** What `steward dlq list` is given. */
export interface DlqFlags {
  readonly config?: string;
  readonly json?: true;
}

/** What `steward dlq redrive` is given. */
export interface RedriveFlags extends DlqFlags {
  /** Messages a second. */
  readonly rate?: number;
}

/** A queue with its dead-letter queue, as programs get it. */
export interface DeadLetterRow {
  readonly queue: string;
  readonly messages?: number;
  readonly deadLetterQueue?: string;
  readonly deadLetters?: number;
  readonly maxReceiveCount?: number;
  readonly lastMove?: MoveTask;
  /** AWS's name of the error, where SQS refused. */
  readonly error?: string;
}

/** The queues of the configuration, and where their roles are assumed. No other secret than theirs is needed. */
function configured(flags: DlqFlags, { environment }: CommandContext) {
  const { ingress, endpoints } = loadConfiguration(environment, flags.config ?? environment['STEWARD_CONFIG'], [
    'queues',
  ]);
  if (ingress.queues.length > 0) return { queues: ingress.queues, endpoint: endpoints.securityTokenService };
  throw usageProblem('The configuration names no queue. Add it to ingress.sqs.queues (docs/queues.md).');
}

function chosen(queues: readonly QueueConfiguration[], name: string | undefined): readonly QueueConfiguration[] {
  if (name === undefined) return queues;
  const found = queues.filter((queue) => queue.name === name || queue.name.endsWith(`/${name}`));
  if (found.length > 0) return found;
  throw usageProblem(`No queue of the configuration is ${printable(name)}. There are: ${namesOf(queues)}.`);
}

function namesOf(queues: readonly QueueConfiguration[]): string {
  return queues.map(({ name }) => name).join(', ');
}

/** The newest move; undefined where SQS does not say, for which a permission may lack. */
async function lastMove(client: ReturnType<typeof queueClient>, found: DeadLetterQueue): Promise<MoveTask | undefined> {
  try {
    return (await moveTasks(client, found))[0];
  } catch {
    return undefined;
  }
}

async function rowOf(queue: QueueConfiguration, endpoint: string | undefined): Promise<DeadLetterRow> {
  const client = queueClient(queue, endpoint);
  try {
    const found = await findDeadLetterQueue(client, queue);
    const { visible, others } = await countsOf(client, queue.url);
    const row = { queue: queue.name, messages: visible + others };
    if (found === undefined) return row;
    const counts = await countsOf(client, found.url);
    return {
      ...row,
      deadLetterQueue: found.name,
      deadLetters: counts.visible + counts.others,
      ...defined({ maxReceiveCount: found.maxReceiveCount, lastMove: await lastMove(client, found) }),
    };
  } catch (error) {
    return { queue: queue.name, error: errorName(error) };
  } finally {
    client.destroy();
  }
}

const moveText = ({ status, moved, toMove }: MoveTask): string =>
  `${status.toLowerCase()}, ${moved}${toMove === undefined ? '' : ` of ${toMove}`} moved`;

/** `steward dlq list` */
export async function listDeadLetters(
  name: string | undefined,
  flags: DlqFlags,
  context: CommandContext,
): Promise<CommandResult> {
  const { queues, endpoint } = configured(flags, context);
  const rows = await Promise.all(chosen(queues, name).map((queue) => rowOf(queue, endpoint)));
  const text = table<DeadLetterRow>(
    [
      { heading: 'QUEUE', value: ({ queue }) => queue },
      { heading: 'MESSAGES', value: ({ messages }) => String(messages ?? '') },
      { heading: 'DEAD-LETTER QUEUE', value: ({ deadLetterQueue = 'none', error }) => error ?? deadLetterQueue },
      { heading: 'MESSAGES', value: ({ deadLetters }) => String(deadLetters ?? '') },
      { heading: 'LAST MOVE', value: (row) => (row.lastMove === undefined ? '' : moveText(row.lastMove)) },
    ],
    rows,
  );
  const failed = rows.filter(({ error }) => error !== undefined);
  const waiting = rows.filter(({ deadLetters = 0 }) => deadLetters > 0);
  const advice = [
    ...failed.map(({ queue, error = '' }) => `${queue} was not read: ${sqsProblem(error)}`),
    ...waiting.map(({ queue }) => `Mend the cause, then: steward dlq redrive ${queue}`),
  ];
  return {
    text: [text, ...advice].join('\n'),
    document: rows,
    exitCode: failed.length > 0 ? exitCodes.failed : exitCodes.ok,
  };
}

/** `steward dlq redrive` */
export async function redriveDeadLetters(
  name: string | undefined,
  flags: RedriveFlags,
  context: CommandContext,
): Promise<CommandResult> {
  const { queues, endpoint } = configured(flags, context);
  const [queue, ...others] = chosen(queues, name);
  if (queue === undefined || others.length > 0) {
    throw usageProblem(`Name one of the queues, as account/name; nothing was moved. There are: ${namesOf(queues)}.`);
  }
  const client = queueClient(queue, endpoint);
  try {
    const found = await findDeadLetterQueue(client, queue);
    if (found === undefined) throw new CommandProblem(exitCodes.failed, `${queue.name} names no dead-letter queue.`);
    const { visible } = await countsOf(client, found.url);
    const document = { queue: queue.name, deadLetterQueue: found.name, messages: visible };
    if (visible === 0) {
      const text = `No message is to be received in ${found.name}; nothing was moved.`;
      return { text, document: { ...document, started: false }, exitCode: exitCodes.ok };
    }
    await redrive(client, found, flags.rate);
    return {
      text: `Amazon SQS moves about ${visible} messages from ${found.name} to ${queue.name}. See how far it is: steward dlq list`,
      document: { ...document, started: true },
      exitCode: exitCodes.ok,
    };
  } catch (error) {
    if (error instanceof CommandProblem) throw error;
    throw new CommandProblem(
      exitCodes.failed,
      `Nothing is moved: ${sqsProblem(errorName(error))} See whether a move is under way: steward dlq list`,
    );
  } finally {
    client.destroy();
  }
}
