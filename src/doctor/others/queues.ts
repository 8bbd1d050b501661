import type { QueueConfiguration } from '../../config/queues.ts';
import { defined } from '../../defined.ts';
import { queueClient } from '../../queues/client.ts';
import { countsOf, inspectQueue, type DeadLetterQueue, type QueueCounts } from '../../queues/deadLetters.ts';
import { errorName } from '../../queues/errors.ts';
import { failure } from '../../failures.ts';
import { reporterOf, type Finding } from '../finding.ts';
import { isUnanswered, probe, type Probed, type ProbeFailure } from '../probe.ts';

/** What is found out about one queue. */
export interface QueueFacts {
  readonly name: string;
  readonly queue: Probed<{ readonly counts: QueueCounts; readonly deadLetterQueue?: DeadLetterQueue }>;
  /** Absent where there is no dead-letter queue. */
  readonly deadLetters?: Probed<QueueCounts>;
}

/** SQS's errors by their names alone: their texts repeat more than should be shown. */
async function named<Value>(ask: () => Promise<Value>): Promise<Value> {
  try {
    return await ask();
  } catch (error) {
    const name = errorName(error);
    throw failure(/AccessDenied/.test(name) ? 'AccessDenied' : 'ServiceFault', `Amazon SQS: ${name}`, { cause: error });
  }
}

/** Asks Amazon SQS about a queue; it receives no message. */
export async function queueFacts(queue: QueueConfiguration, tokenServiceEndpoint?: string): Promise<QueueFacts> {
  const client = queueClient(queue, tokenServiceEndpoint);
  try {
    const found = await probe(() => named(() => inspectQueue(client, queue)));
    const dead = 'value' in found ? found.value.deadLetterQueue : undefined;
    const deadLetters = dead && (await probe(() => named(() => countsOf(client, dead.url))));
    return { name: queue.name, queue: found, ...defined({ deadLetters }) };
  } finally {
    client.destroy();
  }
}

const messages = (count: number): string => `${count} ${count === 1 ? 'message' : 'messages'}`;

function mendOf(failure: ProbeFailure): string {
  if (isUnanswered(failure)) return 'Check its URL, and the network to Amazon SQS';
  return /CredentialsRejected|CredentialsProviderError/.test(failure.text)
    ? 'The AWS SDK finds no credentials here, or AWS refuses them: check them, the role of the queue, its trust policy and its external id (docs/queues.md)'
    : 'Check its URL, region and role, and that the role allows sqs:GetQueueAttributes (docs/queues.md)';
}

/** What the facts about a queue mean. */
export function judgeQueue({ name, queue, deadLetters }: QueueFacts): readonly Finding[] {
  const report = reporterOf(`queue ${name}`);
  if ('failure' in queue) {
    return [
      report.bad(`It cannot be asked: ${queue.failure.text}`, {
        mend: mendOf(queue.failure),
      }),
    ];
  }
  const { counts, deadLetterQueue } = queue.value;
  const reached = report.ok(`It answers: ${messages(counts.visible)} to be received, ${counts.others} under way`);
  if (deadLetterQueue === undefined) {
    return [
      reached,
      report.bad('It has no dead-letter queue: a message that cannot be taken comes again until SQS drops it', {
        mend: 'Give it one, with a maxReceiveCount of 10 (docs/queues.md)',
      }),
    ];
  }
  if (deadLetters === undefined || 'failure' in deadLetters) {
    const reason = deadLetters === undefined ? 'not asked' : deadLetters.failure.text;
    return [
      reached,
      report.unknown(`Its dead-letter queue ${deadLetterQueue.name} could not be counted: ${reason}`, {
        mend: 'Allow sqs:GetQueueAttributes on it',
      }),
    ];
  }
  const waiting = deadLetters.value.visible + deadLetters.value.others;
  if (waiting === 0) return [reached, report.ok(`Its dead-letter queue ${deadLetterQueue.name} is empty`)];
  return [
    reached,
    report.warn(`Its dead-letter queue ${deadLetterQueue.name} has ${messages(waiting)}`, {
      mend: 'Mend the cause, and move them back',
      commands: [`steward dlq redrive ${name} --config <file>`],
    }),
  ];
}
