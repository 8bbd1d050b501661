import { defined, memberOf } from './defined.ts';
import { failure } from './failures.ts';

/** A whole answer; the text is bounded. */
export interface HttpAnswer {
  readonly status: number;
  readonly contentType: string;
  /** Delay that the service asks for, in milliseconds. */
  readonly retryAfterMs?: number;
  /** By the clock of the service, in milliseconds since 1970; it gives whole seconds. */
  readonly dateMs?: number;
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

// The answers that are read this way have some hundred bytes.
const ANSWER_LIMIT_BYTES = 1_000_000;
const RETRY_AFTER_LIMIT_MS = 3_600_000;

let loaded: ReturnType<typeof loadClient> | undefined;

/** The HTTP client is a megabyte of code, which many processes never need: the first exchange loads it. */
async function loadClient() {
  const { Agent, errors, request } = await import('undici');
  return { request, errors, agent: new Agent({ maxResponseSize: ANSWER_LIMIT_BYTES }) };
}

type Errors = Awaited<ReturnType<typeof loadClient>>['errors'];

/**
 * Posts once. A redirect is not followed: the body and the headers hold credentials.
 * @throws Unreachable where the connection fails or the time is over; MalformedAnswer where the answer breaks off, is
 * over one megabyte, or is no HTTP.
 */
export async function post({ url, headers, body, timeoutMs, operation }: HttpPost): Promise<HttpAnswer> {
  const { request, errors, agent } = await (loaded ??= loadClient());
  const signal = AbortSignal.timeout(timeoutMs);
  let answered = false;
  try {
    const answer = await request(url, { dispatcher: agent, method: 'POST', headers, body, signal });
    answered = true;
    return {
      status: answer.statusCode,
      contentType: String(answer.headers['content-type'] ?? ''),
      text: await answer.body.text(),
      ...defined({
        retryAfterMs: retryAfterOf(answer.headers['retry-after'], Date.now()),
        dateMs: instantOf(answer.headers['date']),
      }),
    };
  } catch (error) {
    if (signal.aborted) throw exchangeFailure('Unreachable', `no whole answer within ${timeoutMs} ms`, operation);
    throw transportFailure(errors, error, answered, operation);
  }
}

/**
 * Reads a Retry-After header: seconds, which some services give with decimals, or an HTTP date (RFC 9110, section 10.2.3).
 * Gives milliseconds from `nowMs`, at
 * most an hour, so that a strange value cannot put a call off indefinitely; undefined where it is neither.
 */
export function retryAfterOf(header: string | string[] | undefined, nowMs: number): number | undefined {
  if (typeof header !== 'string') return undefined;
  const delayMs = /^\d+(\.\d+)?$/.test(header) ? Math.ceil(Number(header) * 1000) : Date.parse(header) - nowMs;
  return Number.isNaN(delayMs) ? undefined : Math.min(Math.max(delayMs, 0), RETRY_AFTER_LIMIT_MS);
}

function instantOf(header: string | string[] | undefined): number | undefined {
  const instant = typeof header === 'string' ? Date.parse(header) : Number.NaN;
  return Number.isNaN(instant) ? undefined : instant;
}

/** Without the error's text, which may hold addresses. */
function transportFailure(errors: Errors, error: unknown, answered: boolean, operation: string): unknown {
  if (error instanceof errors.InvalidArgumentError) return error;
  if (error instanceof errors.ResponseExceededMaxSizeError) {
    return exchangeFailure('MalformedAnswer', `the answer is over ${ANSWER_LIMIT_BYTES} bytes`, operation);
  }
  if (error instanceof errors.HTTPParserError || error instanceof errors.HeadersOverflowError) {
    return exchangeFailure('MalformedAnswer', 'the answer is no HTTP that can be read', operation);
  }
  if (answered) return exchangeFailure('MalformedAnswer', `the answer broke off${codeOf(error)}`, operation);
  return exchangeFailure('Unreachable', `the connection failed${codeOf(error)}`, operation);
}

/** For instance ECONNREFUSED. Not by the error's class: a socket's errors may be those of another realm. */
function codeOf(error: unknown): string {
  const code = memberOf(error, 'code');
  return typeof code === 'string' ? ` (${code})` : '';
}

function exchangeFailure(type: 'Unreachable' | 'MalformedAnswer', what: string, operation: string): Error {
  return failure(type, `${operation}: ${what}`, { context: { operation } });
}
