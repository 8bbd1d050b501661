import { setTimeout as wait } from 'node:timers/promises';
import type { Message } from '@aws-sdk/client-sqs';
import type { Logger } from 'pino';
import { Consumer } from 'sqs-consumer';
import type { QueueConfiguration } from '../config/queues.ts';
import { defined } from '../defined.ts';
import { queueClient } from './client.ts';
import { watchDeadLetters, type ReportDeadLetters } from './deadLetterWatch.ts';
import type { QueueCounts } from './deadLetters.ts';
import { errorName } from './errors.ts';
import type { TemporalGate } from './gate.ts';
import { backOffOf, changeVisibility, createHeldMessages } from './held.ts';
import { delaySecondsOf, messageFields } from './message.ts';
import { takeMessage, type TakeEvent } from './taking.ts';

/** What a queue does now, for probes and metrics. */
export interface QueueState {
  readonly name: string;
  /** `receiving`: the last request to SQS passed. `waiting`: Temporal takes nothing. `failing`: SQS refuses. */
  readonly state: 'starting' | 'receiving' | 'waiting' | 'failing';
  /** Messages that wait for Temporal in this process. */
  readonly held: number;
  /** The vendor's name of the error, while it fails. */
  readonly error?: string;
  /** From the sending of the newest received message to its receipt; absent before the first. */
  readonly delaySeconds?: number;
  /** Age of the oldest message that was received and that Temporal has not taken; absent where there is none. */
  readonly oldestSeconds?: number;
  /** Messages that the queue has, by the newest count; absent before it. */
  readonly depth?: QueueCounts;
  /** Messages in its dead-letter queue; absent where there is none, or none was counted. */
  readonly deadLetters?: number;
}

/** A queue that is received from. */
export interface RunningQueue {
  readonly state: () => QueueState;
  /** Receives no more, ends what is under way, and gives back what Temporal did not take. */
  readonly close: () => Promise<void>;
}

/** What it works with. */
export interface ReceiverOptions {
  readonly queue: QueueConfiguration;
  /** Of the token service; AWS's own where it is left out. */
  readonly tokenServiceEndpoint?: string;
  readonly gate: TemporalGate;
  readonly take: TakeEvent;
  readonly reportDeadLetters: ReportDeadLetters;
  /** Between two counts of the dead-letter queue, in milliseconds; a minute where it is left out. */
  readonly countEveryMs?: number;
  readonly logger: Logger;
}

const batchSize = 10;
/** After a request that SQS refused, in milliseconds: twice as long each time. */
const retry = { firstMs: 500, longestMs: 30_000 };
/** Beside the longest wait for messages: the deliveries of one batch, and their deletion. */
const endWithinMs = 12_000;

function unique(messages: readonly Message[]): readonly Message[] {
  return [...new Map(messages.map((message) => [message.MessageId, message])).values()];
}

/**
 * Receives from one queue: several requests wait for messages, each message is delivered as a request over HTTP is, and
 * deleted once Temporal has it. While Temporal is away nothing is received, and what was received is held.
 */
export function startQueue(options: ReceiverOptions): RunningQueue {
  const { queue, tokenServiceEndpoint, gate, take, reportDeadLetters, countEveryMs, logger } = options;
  const { name, url, receivers, waitSeconds, visibilitySeconds } = queue;
  const client = queueClient(queue, tokenServiceEndpoint);
  const ending = new AbortController();
  let errors = 0;
  let error: string | undefined;
  let hasReceived = false;
  let delaySeconds: number | undefined;
  const underWay = new Set<Message>();

  const marksOf = ({ MessageId: messageId }: Message) => ({ queue: name, ...defined({ messageId }) });
  const held = createHeldMessages({
    client,
    url,
    visibilitySeconds,
    gate,
    logger,
    take: (message) => takeMessage(message, take, { ...marksOf(message), isRepeated: true }),
  });

  function failed(problem: unknown): void {
    if (ending.signal.aborted) return;
    errors += 1;
    const found = errorName(problem);
    if (found !== error) logger.warn({ error: found }, 'failed to reach the queue; trying again');
    error = found;
  }

  async function beforeReceiving(): Promise<void> {
    if (errors > 0) {
      const delayMs = Math.min(retry.longestMs, retry.firstMs * 2 ** Math.min(10, errors - 1));
      await wait(delayMs, undefined, { signal: ending.signal });
    }
    await gate.opened(ending.signal);
    await held.fewerThan(receivers * batchSize, ending.signal);
    ending.signal.throwIfAborted();
  }

  async function afterReceiving(): Promise<void> {
    if (error !== undefined) logger.info({}, 'the queue answers again');
    errors = 0;
    error = undefined;
    hasReceived = true;
  }

  /** @returns those that may be deleted: the others are held, or come again later. */
  async function handle(messages: Message[]): Promise<Message[]> {
    const done: Message[] = [];
    for (const message of messages) delaySeconds = delaySecondsOf(message, Date.now()) ?? delaySeconds;
    const later: Message[] = [];
    async function handleOne(message: Message): Promise<void> {
      underWay.add(message);
      const refusal = await takeMessage(message, take, marksOf(message));
      if (refusal === undefined) {
        gate.succeeded();
        done.push(message);
      } else if (refusal.ofEvent === true) later.push(message);
      else held.hold(message, refusal);
    }
    await Promise.all(
      unique(messages).map((message) =>
        handleOne(message)
          .catch((problem: unknown) => {
            // An error of our own concerns one message: the others of its batch are deleted.
            logger.error({ err: problem, messageId: message.MessageId }, 'failed to handle a message; it comes again');
            later.push(message);
          })
          .finally(() => underWay.delete(message)),
      ),
    );
    if (later.length > 0) await changeVisibility({ client, url, logger }, later, backOffOf);
    return done;
  }

  const consumers = Array.from({ length: receivers }, () => {
    const consumer = Consumer.create({
      queueUrl: url,
      sqs: client,
      batchSize,
      waitTimeSeconds: waitSeconds,
      visibilityTimeout: visibilitySeconds,
      // A message of a hundred events may take longer than its visibility.
      heartbeatInterval: Math.max(1, Math.floor(visibilitySeconds / 3)),
      messageSystemAttributeNames: [...messageFields.system],
      messageAttributeNames: [...messageFields.pointers],
      pollingCompleteWaitTimeMs: waitSeconds * 1_000 + endWithinMs,
      // Events have no order, and a repeat is recognised.
      suppressFifoWarning: true,
      strictReturn: true,
      preReceiveMessageCallback: beforeReceiving,
      postReceiveMessageCallback: afterReceiving,
      handleMessageBatch: handle,
    });
    consumer.on('error', failed);
    consumer.start();
    return consumer;
  });

  async function stop(consumer: Consumer): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    // It may say so before `stop` returns. A request that waits for messages is not cut short, though an idle queue holds up
    // the end for as long as it lasts: a queue may give messages to one whose connection has gone, and counts that as a receipt.
    consumer.once('stopped', () => resolve());
    consumer.stop();
    await promise;
  }

  const watch = watchDeadLetters({
    client,
    queue,
    report: reportDeadLetters,
    logger,
    ...defined({ everyMs: countEveryMs }),
  });

  async function end(): Promise<void> {
    ending.abort();
    await Promise.all([watch.close(), ...consumers.map(stop)]);
    await held.close();
    client.destroy();
  }

  function oldestSeconds(): number | undefined {
    const nowMs = Date.now();
    const ages = [...underWay, ...held.messages()].map((message) => delaySecondsOf(message, nowMs) ?? 0);
    return ages.length === 0 ? undefined : Math.max(...ages);
  }

  let ended: Promise<void> | undefined;
  return {
    state() {
      const counts = defined({ oldestSeconds: oldestSeconds(), depth: watch.depth(), deadLetters: watch.count() });
      const common = { name, held: held.size(), ...defined({ delaySeconds }), ...counts };
      if (error !== undefined) return { ...common, state: 'failing', error };
      if (gate.reason() !== undefined) return { ...common, state: 'waiting' };
      return { ...common, state: hasReceived ? 'receiving' : 'starting' };
    },
    close: () => (ended ??= end()),
  };
}
