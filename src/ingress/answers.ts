import type { FastifyReply } from 'fastify';
import { defined } from '../defined.ts';
import type { Receipt } from '../delivery/delivery.ts';

/** A status, its headers and its JSON body. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Both vendors' senders wait longer on their own; this is for those that follow the header to the letter. */
const retryAfterSeconds = 5;

/** An error as every client of the ingress gets it. */
export function refusal(status: number, error: string, message: string, headers?: Answer['headers']): Answer {
  return { status, body: { error, message }, ...defined({ headers }) };
}

/** Sends an answer as JSON. */
export function sendAnswer(reply: FastifyReply, { status, headers, body }: Answer): FastifyReply {
  return reply
    .code(status)
    .headers({ ...headers })
    .send(body);
}

/** 401 and never 403: EventBridge repeats a 401, so that the rotation of a key loses nothing. */
export function unauthorized(message: string, challenge: string): Answer {
  return refusal(401, 'unauthorized', message, { 'www-authenticate': challenge });
}

/** 503: the sender may be who it says, but the keys to check it with are unavailable. It has to send the event again. */
export function undecided(): Answer {
  return refusal(503, 'keysUnavailable', 'Signing keys are temporarily unavailable. Send the event again later.', {
    'retry-after': String(retryAfterSeconds),
  });
}

/** 429: more requests at once than the limit. */
export function overloaded(): Answer {
  return refusal(429, 'overloaded', 'The ingress is at its limit of events in progress. Send this event again.', {
    'retry-after': '1',
  });
}

/**
 * The answer to the sender. 202 says that the event is stored or needs no storing; EventBridge drops what gets any 4xx but
 * 401, 407, 409 and 429, so nothing that was authenticated and small enough gets one.
 */
export function answerTo(receipt: Receipt): Answer {
  switch (receipt.outcome) {
    case 'delivered':
    case 'duplicate': {
      const { outcome, deliveries } = receipt;
      const [{ kind, eventId, workflowId }] = deliveries;
      if (deliveries.length > 1) return { status: 202, body: { outcome, kind, deliveries } };
      return { status: 202, body: { outcome, kind, eventId, workflowId } };
    }
    case 'ignored':
    case 'held': {
      const { outcome, kind, eventId = null, workflowId = null, reason } = receipt;
      return { status: 202, body: { outcome, kind, eventId, workflowId, reason } };
    }
    case 'quarantined': {
      const { outcome, workflowId, reason } = receipt;
      return { status: 202, body: { outcome, kind: null, eventId: null, workflowId, reason } };
    }
    case 'unavailable': {
      const { outcome, reason } = receipt;
      return { status: 503, headers: { 'retry-after': String(retryAfterSeconds) }, body: { outcome, reason } };
    }
  }
}
