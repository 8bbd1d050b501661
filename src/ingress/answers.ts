import type { FastifyReply } from 'fastify';
import { defined } from '../defined.ts';
import type { Receipt } from '../delivery/delivery.ts';
import { refusalRow, type RefusalCode } from './answerTable.ts';

/** A status, its headers and its JSON body. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
}

/** An error as every client gets it. */
export function refusal(status: number, error: string, message: string, headers?: Answer['headers']): Answer {
  return { status, body: { error, message }, ...defined({ headers }) };
}

function retryAfter(code: RefusalCode): Answer['headers'] {
  const { retryAfterSeconds } = refusalRow(code);
  return retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
}

/**
 * An error of the table, with its Retry-After where it has one.
 * @param message in place of the table's, where this one says more.
 */
export function refused(code: RefusalCode, headers: Answer['headers'] = {}, message?: string): Answer {
  const row = refusalRow(code);
  return refusal(row.status, code, message ?? row.message, { ...retryAfter(code), ...headers });
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
  return refused('unauthorized', { 'www-authenticate': challenge }, message);
}

/** 503: the sender may be who it says, but the keys to check it with are unavailable. It has to send the event again. */
export function undecided(): Answer {
  return refused('keysUnavailable');
}

/** 429: more requests at once than the limit. */
export function overloaded(): Answer {
  return refused('overloaded');
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
      const { outcome, eventId, workflowId, reason } = receipt;
      return { status: 202, body: { outcome, kind: null, eventId, workflowId, reason } };
    }
    case 'unavailable': {
      const { outcome, reason } = receipt;
      const answer = refused('unavailable');
      return { ...answer, body: { ...answer.body, outcome, reason } };
    }
  }
}

/**
 * The same for a sender at the other end of the network: the words of the server stay in the log. What is full for this
 * event alone is said in our own words.
 */
export function answerToSender(receipt: Receipt): Answer {
  if (receipt.outcome !== 'unavailable' || receipt.ofEvent === true) return answerTo(receipt);
  return answerTo({ ...receipt, reason: refusalRow('unavailable').message });
}
