import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageCommand,
  type Message,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { Logger } from 'pino';
import type { Unavailable } from '../delivery/delivery.ts';
import { errorName } from './errors.ts';
import type { TemporalGate } from './gate.ts';
import { receiveCountOf } from './message.ts';

/** A message whose visibility is extended until Temporal takes it. */
export interface HeldMessages {
  /** Holds a message that Temporal did not take. */
  readonly hold: (message: Message, refusal: Unavailable) => void;
  readonly size: () => number;
  readonly messages: () => readonly Message[];
  /** Resolves once fewer than so many are held, or at the end. */
  readonly fewerThan: (most: number, signal: AbortSignal) => Promise<void>;
  /** Gives back what is still held, at once visible to others; resolves once no call is under way. */
  readonly close: () => Promise<void>;
}

/** What they need. */
export interface HeldOptions {
  readonly client: SQSClient;
  readonly url: string;
  readonly visibilitySeconds: number;
  readonly gate: TemporalGate;
  readonly logger: Logger;
  /** Delivers a message again. */
  readonly take: (message: Message) => Promise<Unavailable | undefined>;
  /** How long a message is held while the checks find Temporal ready, in milliseconds. */
  readonly releaseAfterReadyMs?: number;
}

interface Held {
  readonly message: Message;
  readonly sinceMs: number;
  failures: number;
  readonly successesBefore: number;
}

/** Visibility ends 12 hours after a message was received, however often it is extended (Amazon SQS, visibility timeout). */
const longestHeldMs = 11.5 * 3_600_000;
/** A message that Temporal refuses so long while it is ready is the cause itself. */
const releaseAfterReadyDefaultMs = 15 * 60_000;
/** The same, where so many of its deliveries failed while others were taken. */
const failuresBesideSuccesses = 3;
/** Entries of a batch (Amazon SQS, quotas). */
const batch = 10;
/** Until a message that cannot be delivered now is visible again, in seconds: twice as long each time that it comes. */
const backOffSeconds = { first: 30, longest: 3_600 };

/** How long a message stays invisible that Temporal cannot take now though it takes others, in seconds. */
export function backOffOf(message: Message): number {
  return Math.min(backOffSeconds.longest, backOffSeconds.first * 2 ** Math.min(20, receiveCountOf(message) - 1));
}

/** Changes the visibility of messages; what SQS refuses is logged, for they come again in any case. */
export async function changeVisibility(
  { client, url, logger }: Pick<HeldOptions, 'client' | 'url' | 'logger'>,
  messages: readonly Message[],
  secondsOf: (message: Message) => number,
): Promise<void> {
  for (let at = 0; at < messages.length; at += batch) {
    const Entries = messages.slice(at, at + batch).map((message, index) => ({
      Id: String(index),
      ReceiptHandle: message.ReceiptHandle,
      VisibilityTimeout: secondsOf(message),
    }));
    try {
      const { Failed = [] } = await client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: url, Entries }));
      if (Failed.length > 0) logger.warn({ count: Failed.length, error: Failed[0]?.Code }, 'visibility not changed');
    } catch (error) {
      logger.warn({ count: Entries.length, error: errorName(error) }, 'visibility not changed');
    }
  }
}

/**
 * Holds the messages of one queue that Temporal did not take: their visibility is extended, so that no receive is counted
 * against them however long Temporal is away, and each is delivered again when the gate opens.
 */
export function createHeldMessages(options: HeldOptions): HeldMessages {
  const { client, url, visibilitySeconds, gate, logger, take } = options;
  const { releaseAfterReadyMs = releaseAfterReadyDefaultMs } = options;
  const held = new Set<Held>();
  const working = new Set<Promise<void>>();
  const ending = new AbortController();
  let changed = Promise.withResolvers<void>();

  const extending = setInterval(
    () => {
      const messages = [...held].map(({ message }) => message);
      void changeVisibility(options, messages, () => visibilitySeconds);
    },
    (visibilitySeconds * 1_000) / 3,
  ).unref();

  function drop(one: Held): void {
    held.delete(one);
    changed.resolve();
    changed = Promise.withResolvers();
  }

  /** Whether the message itself is what Temporal does not take. */
  function isCause({ failures, successesBefore, sinceMs }: Held, refusal: Unavailable): boolean {
    if (refusal.ofEvent === true) return true;
    if (failures >= failuresBesideSuccesses && gate.successes() > successesBefore) return true;
    const readySinceMs = gate.readySinceMs();
    return readySinceMs !== undefined && performance.now() - Math.max(readySinceMs, sinceMs) > releaseAfterReadyMs;
  }

  /** @returns true once the message is no more to be held. */
  async function deliverAgain(one: Held): Promise<boolean> {
    const { message, sinceMs } = one;
    const refusal = await take(message);
    if (refusal === undefined) {
      gate.succeeded();
      await client.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: message.ReceiptHandle }));
      return true;
    }
    one.failures += 1;
    if (isCause(one, refusal) || performance.now() - sinceMs > longestHeldMs) {
      const seconds = backOffOf(message);
      logger.warn({ messageId: message.MessageId, reason: refusal.reason, seconds }, 'message comes again later');
      held.delete(one);
      await changeVisibility(options, [message], () => seconds);
      return true;
    }
    gate.close(refusal.reason);
    return false;
  }

  async function keepTrying(one: Held): Promise<void> {
    try {
      do await gate.opened(ending.signal);
      while (!(await deliverAgain(one)));
      drop(one);
    } catch (error) {
      // At the end it stays among what is given back.
      if (ending.signal.aborted) return;
      logger.warn({ messageId: one.message.MessageId, error: errorName(error) }, 'message not deleted; it comes again');
      drop(one);
    }
  }

  return {
    hold(message, refusal) {
      gate.close(refusal.reason);
      const one: Held = { message, sinceMs: performance.now(), failures: 1, successesBefore: gate.successes() };
      held.add(one);
      const work = keepTrying(one).finally(() => working.delete(work));
      working.add(work);
    },
    size: () => held.size,
    messages: () => [...held].map(({ message }) => message),
    async fewerThan(most, signal) {
      if (held.size < most) return;
      const { promise: aborted, resolve } = Promise.withResolvers<void>();
      const wake = (): void => resolve();
      signal.addEventListener('abort', wake);
      while (held.size >= most && !signal.aborted) await Promise.race([changed.promise, aborted]);
      signal.removeEventListener('abort', wake);
    },
    async close() {
      ending.abort();
      await Promise.all(working);
      clearInterval(extending);
      await changeVisibility(
        options,
        [...held].map(({ message }) => message),
        () => 0,
      );
      held.clear();
    },
  };
}
