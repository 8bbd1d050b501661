import { setTimeout as pause } from 'node:timers/promises';
import type { EventEnd } from './log.ts';

/** An event's body. */
export type EventBody = Readonly<Record<string, unknown>>;
/** Where events are posted, with the headers that let them in. */
export interface EventTarget {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

const RETRY_BASE_MS = 100;
const ATTEMPTS = 8;
/** EventBridge gives an API destination five seconds to answer. */
const ANSWER_TIMEOUT_MS = 5000;

/**
 * Posts events as an EventBridge API destination does: no answer, 401, 407, 409, 429 and 5xx lead to another attempt, other
 * answers are final. The vendor goes on for 24 hours; this stops after eight attempts, 100 ms, 200 ms, 400 ms … apart.
 */
export class Deliverer {
  target: EventTarget | undefined;
  #stopping = new AbortController();

  constructor(target: EventTarget | undefined) {
    this.target = target;
  }

  /** Posts one event to its end, which `ended` is called with and which is given back; not called where it was broken off. Never rejects. */
  async deliver(event: EventBody, ended: (end: EventEnd) => void): Promise<EventEnd> {
    const { signal } = this.#stopping;
    const end = await this.#attempt(event, signal);
    if (!signal.aborted) ended(end);
    return end;
  }

  /** Breaks off everything under way; what comes later is posted as ever. */
  stop(): void {
    this.#stopping.abort();
    this.#stopping = new AbortController();
  }

  async #attempt(event: EventBody, signal: AbortSignal): Promise<EventEnd> {
    const target = this.target;
    if (target === undefined) return { result: 'noTarget', attempts: 0 };
    const body = JSON.stringify(event);
    let status: number | undefined;
    for (let attempts = 1; ; attempts += 1) {
      status = await post(target, body, signal);
      const isFinal = (status !== undefined && !isRetried(status)) || attempts === ATTEMPTS || signal.aborted;
      if (isFinal && status === undefined) return { result: 'unreachable', attempts };
      if (isFinal && status !== undefined) return { result: 'answered', status, attempts };
      await wait(RETRY_BASE_MS * 2 ** (attempts - 1), signal);
    }
  }
}

async function post(target: EventTarget, body: string, signal: AbortSignal): Promise<number | undefined> {
  try {
    const answer = await fetch(target.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8', ...target.headers },
      body,
      signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_TIMEOUT_MS)]),
    });
    await answer.arrayBuffer();
    return answer.status;
  } catch {
    return undefined;
  }
}

async function wait(delayMs: number, signal: AbortSignal): Promise<void> {
  try {
    await pause(delayMs, undefined, { signal, ref: false });
  } catch {
    // Stopped: the loop ends on its own.
  }
}

function isRetried(status: number): boolean {
  return [401, 407, 409, 429].includes(status) || status >= 500;
}
