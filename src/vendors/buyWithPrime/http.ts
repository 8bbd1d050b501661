import { failure } from '../../ports/failures.ts';

/** A whole answer; the text is bounded. */
export interface HttpAnswer {
  readonly status: number;
  readonly contentType: string;
  /** Delay that the service asks for, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  readonly text: string;
}

interface HttpPost {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** For the whole exchange, the answer's last byte included, in milliseconds. */
  readonly timeoutMs: number;
  /** Name of the operation, for failures. */
  readonly operation: string;
}

// A product answer has some hundred bytes.
const ANSWER_LIMIT_BYTES = 1_000_000;
const RETRY_AFTER_LIMIT_MS = 3_600_000;

/**
 * Posts once. A redirect is not followed: the body and the headers hold credentials.
 * @throws Unreachable where the connection fails or the time is over; MalformedAnswer where the answer breaks off or
 * is over one megabyte.
 */
export async function post(request: HttpPost): Promise<HttpAnswer> {
  const { operation, timeoutMs } = request;
  const signal = AbortSignal.timeout(timeoutMs);
  let response: Response;
  try {
    response = await fetch(request.url, {
      method: 'POST',
      headers: request.headers,
      body: request.body,
      redirect: 'manual',
      signal,
    });
  } catch (error) {
    // Without a cause it is fetch's complaint about its arguments.
    throw isTimeout(error) || memberOf(error, 'cause') !== undefined ? unreachable(error, operation, timeoutMs) : error;
  }
  return {
    status: response.status,
    contentType: response.headers.get('content-type') ?? '',
    retryAfterMs: retryAfterOf(response.headers.get('retry-after'), Date.now()),
    text: await boundedText(response, signal, operation, timeoutMs),
  };
}

/**
 * Reads a Retry-After header: seconds or an HTTP date (RFC 9110, section 10.2.3). Gives milliseconds from `nowMs`, at
 * most an hour, so that a strange value cannot put a call off for ever; undefined where it is neither.
 */
export function retryAfterOf(header: string | null, nowMs: number): number | undefined {
  if (header === null) return undefined;
  const delayMs = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - nowMs;
  return Number.isNaN(delayMs) ? undefined : Math.min(Math.max(delayMs, 0), RETRY_AFTER_LIMIT_MS);
}

async function boundedText(
  response: Response,
  signal: AbortSignal,
  operation: string,
  timeoutMs: number,
): Promise<string> {
  const parts: Uint8Array[] = [];
  let sizeBytes = 0;
  try {
    for await (const part of response.body ?? []) {
      parts.push(part);
      sizeBytes += part.byteLength;
      if (sizeBytes > ANSWER_LIMIT_BYTES) break;
    }
  } catch (error) {
    if (signal.aborted) throw unreachable(error, operation, timeoutMs);
    throw failure('MalformedAnswer', `${operation}: the answer broke off after ${sizeBytes} bytes`, {
      context: { operation },
    });
  }
  if (sizeBytes > ANSWER_LIMIT_BYTES) {
    throw failure('MalformedAnswer', `${operation}: the answer is over ${ANSWER_LIMIT_BYTES} bytes`, {
      context: { operation },
    });
  }
  return Buffer.concat(parts).toString('utf8');
}

function unreachable(error: unknown, operation: string, timeoutMs: number): Error {
  const why = isTimeout(error) ? `no whole answer within ${timeoutMs} ms` : `the connection failed${codeOf(error)}`;
  return failure('Unreachable', `${operation}: ${why}`, { context: { operation } });
}

function isTimeout(error: unknown): boolean {
  return memberOf(error, 'name') === 'TimeoutError';
}

/** The system's code, for instance ECONNREFUSED: the rest of the text may hold addresses. */
function codeOf(error: unknown): string {
  const code = memberOf(memberOf(error, 'cause'), 'code');
  return typeof code === 'string' ? ` (${code})` : '';
}

/** By name, not by class: fetch's errors may be those of another realm. */
function memberOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}
