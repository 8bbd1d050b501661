import {
  GetQueueAttributesCommand,
  ListMessageMoveTasksCommand,
  StartMessageMoveTaskCommand,
  type QueueAttributeName,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { defined } from '../defined.ts';
import type { QueueConfiguration } from '../config/queues.ts';

/** Where SQS puts the messages of a queue that were received too often. */
export interface DeadLetterQueue {
  readonly arn: string;
  /** `{account}/{name}` */
  readonly name: string;
  readonly url: string;
  /** Receives after which a message goes there. */
  readonly maxReceiveCount?: number;
}

/** How many messages a queue has. SQS calls its numbers approximate. */
export interface QueueCounts {
  /** To be received. */
  readonly visible: number;
  /** With somebody who has received them, or delayed. */
  readonly others: number;
}

/** A move of messages that SQS does, or has done. */
export interface MoveTask {
  readonly status: string;
  readonly moved: number;
  /** What there was to move when it began; absent where SQS does not say. */
  readonly toMove?: number;
  /** ISO 8601. */
  readonly startedAt?: string;
  readonly failureReason?: string;
}

const withinMs = 10_000;
const arnForm = /^arn:[^:]{1,40}:sqs:[^:]{1,40}:([0-9]{12}):([A-Za-z0-9_-]{1,80}(?:\.fifo)?)$/;
const shownTasks = 3;
const options = () => ({ abortSignal: AbortSignal.timeout(withinMs) });

function policyOf(text: string | undefined): { readonly arn?: unknown; readonly most?: unknown } {
  try {
    const policy: unknown = JSON.parse(text ?? '{}');
    if (typeof policy !== 'object' || policy === null) return {};
    return { arn: Reflect.get(policy, 'deadLetterTargetArn'), most: Reflect.get(policy, 'maxReceiveCount') };
  } catch {
    return {};
  }
}

type Attributes = Partial<Record<QueueAttributeName, string>>;

const countAttributes = [
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesNotVisible',
  'ApproximateNumberOfMessagesDelayed',
] as const;

async function attributesOf(client: SQSClient, url: string, AttributeNames: QueueAttributeName[]): Promise<Attributes> {
  const request = new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames });
  return (await client.send(request, options())).Attributes ?? {};
}

function countsIn(attributes: Attributes): QueueCounts {
  const numberOf = (text: string | undefined): number => (Number.isSafeInteger(Number(text)) ? Number(text ?? 0) : 0);
  return {
    visible: numberOf(attributes.ApproximateNumberOfMessages),
    others:
      numberOf(attributes.ApproximateNumberOfMessagesNotVisible) +
      numberOf(attributes.ApproximateNumberOfMessagesDelayed),
  };
}

/** AWS wants it in the same account and region, so it has the same address. */
function deadLetterQueueIn(attributes: Attributes, url: string): DeadLetterQueue | undefined {
  const { arn, most } = policyOf(attributes.RedrivePolicy);
  const [, account, queueName] = typeof arn === 'string' ? (arnForm.exec(arn) ?? []) : [];
  if (typeof arn !== 'string' || account === undefined || queueName === undefined) return undefined;
  const name = `${account}/${queueName}`;
  const maxReceiveCount = Number(most);
  return {
    arn,
    name,
    url: new URL(`/${name}`, url).href,
    ...defined({ maxReceiveCount: Number.isInteger(maxReceiveCount) ? maxReceiveCount : undefined }),
  };
}

/** How many messages a queue has now, and the dead-letter queue that it names, in one request. */
export async function inspectQueue(
  client: SQSClient,
  { url }: Pick<QueueConfiguration, 'url'>,
): Promise<{ readonly counts: QueueCounts; readonly deadLetterQueue?: DeadLetterQueue }> {
  const attributes = await attributesOf(client, url, ['RedrivePolicy', ...countAttributes]);
  return { counts: countsIn(attributes), ...defined({ deadLetterQueue: deadLetterQueueIn(attributes, url) }) };
}

/**
 * The dead-letter queue that a queue names.
 * @returns undefined where the queue has none.
 */
export async function findDeadLetterQueue(
  client: SQSClient,
  { url }: Pick<QueueConfiguration, 'url'>,
): Promise<DeadLetterQueue | undefined> {
  return deadLetterQueueIn(await attributesOf(client, url, ['RedrivePolicy']), url);
}

/** How many messages a queue has now. */
export async function countsOf(client: SQSClient, url: string): Promise<QueueCounts> {
  return countsIn(await attributesOf(client, url, [...countAttributes]));
}

/**
 * Has SQS move the messages of a dead-letter queue back to the queue that they came from (StartMessageMoveTask). SQS moves
 * one lot of a queue at a time, and refuses another meanwhile.
 * @param perSecond how many at most; as fast as SQS can where it is left out.
 */
export async function redrive(client: SQSClient, { arn }: DeadLetterQueue, perSecond?: number): Promise<void> {
  const request = new StartMessageMoveTaskCommand({
    SourceArn: arn,
    ...defined({ MaxNumberOfMessagesPerSecond: perSecond }),
  });
  await client.send(request, options());
}

/** The newest moves of a dead-letter queue. */
export async function moveTasks(client: SQSClient, { arn }: DeadLetterQueue): Promise<readonly MoveTask[]> {
  const request = new ListMessageMoveTasksCommand({ SourceArn: arn, MaxResults: shownTasks });
  const { Results = [] } = await client.send(request, options());
  return Results.slice(0, shownTasks).map((task) => ({
    status: task.Status ?? 'unknown',
    moved: task.ApproximateNumberOfMessagesMoved ?? 0,
    ...defined({
      toMove: task.ApproximateNumberOfMessagesToMove,
      startedAt: task.StartedTimestamp === undefined ? undefined : new Date(task.StartedTimestamp).toISOString(),
      failureReason: task.FailureReason,
    }),
  }));
}
