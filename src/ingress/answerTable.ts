import { largestBodyBytes } from '../delivery/quarantine.ts';
import type { Receipt } from '../delivery/delivery.ts';

/** One error that the ingress answers with. */
interface RefusalRow {
  readonly status: number;
  /** What the sender reads: it repeats nothing that was sent. */
  readonly message: string;
  /** When it is answered, for the documents. */
  readonly when: string;
  /** How long the sender should wait before it comes again, in seconds. */
  readonly retryAfterSeconds?: number;
}

/** A request, with all of its body, takes no longer than EventBridge itself waits for its answer, in milliseconds. */
export const requestWithinMs = 5_000;
/** Request line and headers together, in bytes; Node's own default. */
export const largestHeadersBytes = 16 * 1024;

/**
 * Every error that the ingress answers with, by the `error` of its body. The documents and the code have it from here. A
 * sender that is known gets only what EventBridge repeats, unless what it sent can be no event.
 */
export const refusals = {
  malformedRequest: {
    status: 400,
    message: 'The request is not HTTP/1.1 as RFC 9112 has it.',
    when: 'a malformed request line, header, address, chunk or length; both `Transfer-Encoding` and `Content-Length`; `Transfer-Encoding` in HTTP/1.0',
  },
  badHost: {
    status: 400,
    message: 'Send one Host header with a host, and a port if need be (RFC 9112, section 3.2).',
    when: 'no `Host`, several, or one that is no host',
  },
  unauthorized: {
    status: 401,
    message: 'The credential for this envelope is missing or wrong.',
    when: 'credential or signature missing or wrong; `WWW-Authenticate` names each scheme that the envelope accepts',
  },
  notFound: {
    status: 404,
    message: 'Send events to POST /v1/events/eventbridge or POST /v1/events/webhook.',
    when: 'another path; another spelling of a path of events, without a right credential',
  },
  methodNotAllowed: {
    status: 405,
    message: 'This address does not take the method; the header Allow says which it takes.',
    when: 'another method than the address takes; `Allow` lists those',
  },
  requestTimeout: {
    status: 408,
    message: `The whole request has to arrive within ${requestWithinMs / 1_000} seconds.`,
    when: `headers and body together took over ${requestWithinMs / 1_000} s`,
  },
  bodyTooLarge: {
    status: 413,
    message: `The body is larger than ${largestBodyBytes} bytes. No event is.`,
    when: `the body is over ${largestBodyBytes / 1_048_576} MiB, as it was sent or inflated`,
  },
  unsupportedMediaType: {
    status: 415,
    message: 'Send JSON: Content-Type application/json or application/*+json.',
    when: 'not `application/json` or `application/*+json`',
  },
  unsupportedEncoding: {
    status: 415,
    message: 'Send the body as it is, or with Content-Encoding gzip.',
    when: 'another `Content-Encoding` than `gzip` or `identity`, or both of several',
  },
  expectationFailed: {
    status: 417,
    message: 'The only expectation that can be met is 100-continue.',
    when: '`Expect` other than `100-continue`',
  },
  overloaded: {
    status: 429,
    message: 'Too many events of this sender are in progress. Send this event again.',
    when: 'events or bytes of this credential are at their limit; `Retry-After`',
    retryAfterSeconds: 1,
  },
  tooManyFailures: {
    status: 429,
    message: 'Too many requests with a wrong credential came from this address. Try again later.',
    when: 'credential missing or wrong, and too many of them came from this address; `Retry-After`',
    retryAfterSeconds: 5,
  },
  headersTooLarge: {
    status: 431,
    message: `The request line and the headers are larger than ${largestHeadersBytes} bytes.`,
    when: `request line and headers are over ${largestHeadersBytes / 1_024} KiB`,
  },
  internalError: {
    status: 500,
    message: 'The event was not taken; send the event again.',
    when: 'a defect of the ingress; the log has it',
  },
  unsupportedTransferEncoding: {
    status: 501,
    message: 'The only Transfer-Encoding that is implemented is chunked.',
    when: '`Transfer-Encoding` other than `chunked`',
  },
  unknownMethod: {
    status: 501,
    message: 'This method is not implemented.',
    when: 'a method that HTTP does not have, or `CONNECT`',
  },
  keysUnavailable: {
    status: 503,
    message: 'Signing keys are temporarily unavailable. Send the event again later.',
    when: 'the keys to judge the credential or the signature with cannot be had; `Retry-After`',
    retryAfterSeconds: 5,
  },
  unavailable: {
    status: 503,
    message: 'Temporal does not take this event now. Send this event again later.',
    when: 'Temporal did not take it within 2.5 s or has no room, or no more is held of its account; `Retry-After`',
    retryAfterSeconds: 5,
  },
  unsupportedVersion: {
    status: 505,
    message: 'Send HTTP/1.1.',
    when: 'another version than HTTP/1.1 or HTTP/1.0',
  },
} as const satisfies Readonly<Record<string, RefusalRow>>;

/** The `error` of an answer. */
export type RefusalCode = keyof typeof refusals;

/** The row of an error; not every row has every member. */
export function refusalRow(code: RefusalCode): RefusalRow {
  return refusals[code];
}

/** What a 202 says of an event, by its `outcome`. */
export const acceptedOutcomes: Readonly<Record<Exclude<Receipt['outcome'], 'unavailable'>, string>> = {
  delivered: 'is with the workflow that owns its subject',
  duplicate: 'is a repeat',
  ignored: 'is of a kind that is not handled, or matters to an open workflow only, and none is open; `kind` says which',
  held: 'is of an account or a catalog that is not configured: its bytes are kept, and replayed once it is',
  quarantined: 'cannot be read: its bytes are kept, and an operator is asked',
};

/**
 * Whether EventBridge sends an event again after this status: 401, 407, 409, 429 and 5xx, for 24 hours or 185 times
 * (Amazon EventBridge user guide, API destinations). Anything else but 2xx it drops.
 */
export function eventBridgeRepeats(status: number): boolean {
  return [401, 407, 409, 429].includes(status) || status >= 500;
}
