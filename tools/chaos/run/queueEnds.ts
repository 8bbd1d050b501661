import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import type { LocalQueue } from '@marketplace-steward/testing/localQueue';
import type { SentLine } from '../records.ts';
import { now } from './lines.ts';
import type { Departure } from './sender.ts';

const mostReceives = 2_000;

/**
 * Says of each message how it ended: deleted, in the dead-letter queue, or still in its queue, where that is not empty.
 * @returns how many are in the dead-letter queue
 */
export async function endQueue(
  queue: LocalQueue,
  queued: ReadonlyMap<string, readonly Departure[]>,
  left: number,
  write: (line: SentLine) => void,
): Promise<number> {
  const still = left === 0 ? new Map<string, number>() : await bodiesIn(queue, queue.url);
  const letters = await bodiesIn(queue, queue.deadLetterUrl);
  let count = 0;
  for (const [body, departures] of queued) {
    let [inQueue, inLetters] = [still.get(body) ?? 0, letters.get(body) ?? 0];
    for (const { key, copy } of departures) {
      let end: Extract<SentLine, { kind: 'end' }>['end'] = 'acknowledged';
      if (inLetters > 0) [inLetters, end, count] = [inLetters - 1, 'deadLetter', count + 1];
      else if (inQueue > 0) [inQueue, end] = [inQueue - 1, 'givenUp'];
      write({ kind: 'end', at: now(), event: key, copy, end });
    }
  }
  return count;
}

/** How often each body is there; the messages stay invisible for a while. */
async function bodiesIn({ client }: LocalQueue, url: string): Promise<Map<string, number>> {
  const bodies = new Map<string, number>();
  for (let receives = 0; receives < mostReceives; receives += 1) {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10, VisibilityTimeout: 600 }),
    );
    if (Messages.length === 0) break;
    for (const { Body = '' } of Messages) bodies.set(Body, (bodies.get(Body) ?? 0) + 1);
  }
  return bodies;
}
