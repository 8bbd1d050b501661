import { setTimeout as pause } from 'node:timers/promises';
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { PlannedEvent, SentLine } from '../records.ts';
import { keyHeader } from './configuration.ts';
import { now } from './lines.ts';
import { drawn } from './random.ts';
import { webhookKeyId, webhookSignature, webhookUser, type Secrets } from './secrets.ts';

/** One copy of an event that sets out. */
export type Departure = Pick<PlannedEvent, 'key' | 'way' | 'vendor' | 'body'> & {
  readonly copy: number;
  /** It is no event of the plan: a simulator has made it. */
  readonly isMade?: true;
};

/** What senders work with. */
export interface SenderOptions {
  readonly seed: number;
  /** Addresses of the ingresses that take HTTP, without a path. */
  readonly ingresses: readonly string[];
  readonly secrets: Secrets;
  readonly queue: { readonly url: string; readonly client: SQSClient };
  readonly write: (line: SentLine) => void;
  readonly signal: AbortSignal;
}

/** What the senders have done so far. */
export interface SenderFigures {
  attempts: number;
  acknowledged: number;
  dropped: number;
  lost: number;
  /** From the first attempt to the acknowledgement, in milliseconds. */
  readonly acknowledgedAfterMs: number[];
  /** Of each attempt that was acknowledged. */
  readonly answeredAfterMs: number[];
}

/** Sends as Amazon EventBridge does to an API destination, and as it puts messages into a queue. */
export interface Sender {
  /** Resolves at the end of this copy. */
  readonly send: (departure: Departure) => Promise<void>;
  /** Copies under way. */
  readonly underWay: () => number;
  readonly figures: SenderFigures;
  /** Keys by the body's text: which event a message of the queue is. */
  readonly queued: ReadonlyMap<string, readonly Departure[]>;
}

/** An API destination has five seconds to answer (Amazon EventBridge user guide, API destinations). */
const answerWithinMs = 5_000;
const firstPauseMs = 100;
const longestPauseMs = 3_000;

/** What EventBridge repeats; every other answer but 2xx is final. */
function isRepeated(status: number | undefined): boolean {
  return status === undefined || [401, 407, 409, 429].includes(status) || status >= 500;
}

/** Makes one; it has nothing to close. */
export function createSender(options: SenderOptions): Sender {
  const { seed, ingresses, secrets, queue, write, signal } = options;
  const figures: SenderFigures = {
    attempts: 0,
    acknowledged: 0,
    dropped: 0,
    lost: 0,
    acknowledgedAfterMs: [],
    answeredAfterMs: [],
  };
  const queued = new Map<string, Departure[]>();
  let underWay = 0;

  function end(departure: Departure, how: Extract<SentLine, { kind: 'end' }>['end']): void {
    const { key, copy, body, isMade } = departure;
    write({ kind: 'end', at: now(), event: key, copy, end: how, ...(isMade && { body }) });
  }

  async function attempted(departure: Departure, attempt: number): Promise<{ status?: number; afterMs: number }> {
    const { vendor, body, key, copy } = departure;
    const ingress = ingresses[Math.floor(drawn(seed, key, copy, attempt) * ingresses.length)] ?? '';
    try {
      const answer = await fetch(`${ingress}${pathOf(vendor, body)}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...credentialOf(secrets, vendor, body) },
        body,
        signal: AbortSignal.any([signal, AbortSignal.timeout(answerWithinMs)]),
      });
      await answer.arrayBuffer();
      return { status: answer.status, afterMs: Number(answer.headers.get('retry-after') ?? 0) * 1_000 };
    } catch {
      return { afterMs: 0 };
    }
  }

  async function byHttp(departure: Departure): Promise<void> {
    const { key, way, copy } = departure;
    const begunMs = performance.now();
    for (let attempt = 1; ; attempt += 1) {
      const at = now();
      const attemptMs = performance.now();
      const { status, afterMs } = await attempted(departure, attempt);
      if (signal.aborted) return end(departure, 'givenUp');
      figures.attempts += 1;
      write({ kind: 'attempt', at, event: key, copy, way, attempt, ...(status !== undefined && { status }) });
      if (status !== undefined && status >= 200 && status < 300) {
        figures.acknowledged += 1;
        figures.answeredAfterMs.push(performance.now() - attemptMs);
        figures.acknowledgedAfterMs.push(performance.now() - begunMs);
        return end(departure, 'acknowledged');
      }
      if (!isRepeated(status)) {
        figures.dropped += 1;
        return end(departure, 'dropped');
      }
      const ownMs = Math.min(longestPauseMs, firstPauseMs * 2 ** (attempt - 1));
      await pause(Math.max(ownMs, Math.min(afterMs, answerWithinMs)), undefined, { signal }).catch(() => undefined);
    }
  }

  /** What becomes of it shows when the queue is empty. */
  async function byQueue(departure: Departure): Promise<void> {
    const { key, way, copy, body } = departure;
    const at = now();
    await queue.client.send(new SendMessageCommand({ QueueUrl: queue.url, MessageBody: body }));
    queued.set(body, [...(queued.get(body) ?? []), departure]);
    figures.attempts += 1;
    write({ kind: 'attempt', at, event: key, copy, way, attempt: 1, status: 200 });
  }

  async function bySomeWay(departure: Departure): Promise<void> {
    switch (departure.way) {
      case 'http':
        return byHttp(departure);
      case 'queue':
        return byQueue(departure);
      case 'none':
        figures.lost += 1;
        return end(departure, 'lost');
    }
  }
  return {
    async send(departure) {
      underWay += 1;
      try {
        await bySomeWay(departure);
      } finally {
        underWay -= 1;
      }
    },
    underWay: () => underWay,
    figures,
    queued,
  };
}

/** Buy with Prime posts the bare body to a webhook, and sends the same through EventBridge in an envelope. */
function isWebhook(vendor: PlannedEvent['vendor'], body: string): boolean {
  return vendor === 'buyWithPrime' && !body.includes('"detail-type"');
}

function pathOf(vendor: PlannedEvent['vendor'], body: string): string {
  return isWebhook(vendor, body) ? '/v1/events/webhook' : '/v1/events/eventbridge';
}

function credentialOf(
  secrets: Secrets,
  vendor: PlannedEvent['vendor'],
  body: string,
): Readonly<Record<string, string>> {
  if (!isWebhook(vendor, body)) return { [keyHeader]: secrets.eventBridgeKey };
  const basic = Buffer.from(`${webhookUser}:${secrets.webhookPassword}`).toString('base64');
  return {
    authorization: `Basic ${basic}`,
    'x-amzn-kid': webhookKeyId,
    'x-amzn-signature': webhookSignature(secrets, Buffer.from(body)),
  };
}
