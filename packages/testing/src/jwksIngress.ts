import type { Connection } from '@temporalio/client';
import { pino } from 'pino';
import type { IngressAuthentication, IngressCredential } from '../../../src/config/ingressCredentials.ts';
import { connectLazily } from '../../../src/delivery/connect.ts';
import { startIngress } from '../../../src/ingress/server.ts';
import { context } from './sampleEvents.ts';

/** An ingress before a Temporal that is not there: who is let in shows, and nothing can be delivered. */
export interface BareIngress {
  readonly url: string;
  /** Everything that was logged, and every answer that `post` had. */
  readonly heard: string[];
  post(request: BareRequest): Promise<BareAnswer>;
  close(): Promise<void>;
}

interface BareRequest {
  readonly headers: Record<string, string>;
  readonly body?: Uint8Array;
  readonly envelope?: string;
}

interface BareAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** Starts one with these credentials on both envelopes. */
export async function startBareIngress(
  credentials: readonly IngressCredential[],
  signatures: IngressAuthentication['signatures'] = {},
): Promise<BareIngress> {
  const heard: string[] = [];
  const connection: Connection = connectLazily({ connectionOptions: { address: '127.0.0.1:1' } });
  const ingress = await startIngress({
    host: '127.0.0.1',
    port: 0,
    credentials: { eventbridge: credentials, webhook: credentials },
    signatures,
    context,
    connection,
    namespace: 'default',
    logger: pino({ level: 'trace' }, { write: (line: string) => heard.push(line) }),
  });
  return {
    url: ingress.url,
    heard,
    async post({ headers, body = new Uint8Array(), envelope = 'webhook' }) {
      const answer = await fetch(`${ingress.url}/v1/events/${envelope}`, {
        method: 'POST',
        headers,
        body: new Uint8Array(body),
      });
      const text = await answer.text();
      heard.push(text, ...[...answer.headers].map(([name, value]) => `${name}: ${value}`));
      return { status: answer.status, headers: answer.headers, body: JSON.parse(text) };
    },
    async close() {
      await ingress.close();
      await connection.close();
    },
  };
}

/**
 * Stops the clock that gives ages and dates, which moves by `passSeconds` alone, and lets no request give up, however slow
 * the machine is. Timers go on.
 */
export function holdClock(): void {
  jest.spyOn(AbortSignal, 'timeout').mockImplementation(() => new AbortController().signal);
  jest.useFakeTimers({
    doNotFake: [
      'hrtime',
      'nextTick',
      'performance',
      'queueMicrotask',
      'setImmediate',
      'clearImmediate',
      'setInterval',
      'clearInterval',
      'setTimeout',
      'clearTimeout',
    ],
  });
}

/** Requests give up again when their time is over. */
export function letRequestsGiveUp(): void {
  jest.restoreAllMocks();
}

/** Ends what `holdClock` began. */
export function freeClock(): void {
  letRequestsGiveUp();
  jest.useRealTimers();
}

/** Moves the clock that `holdClock` stopped. */
export function passSeconds(seconds: number): void {
  jest.setSystemTime(Date.now() + seconds * 1_000);
}
