import type { FastifyReply } from 'fastify';
import { ServiceError, throttled } from './errors.ts';
import type { AnswerFault } from './faults.ts';
import { sendAnswer, sendHtml } from './wire.ts';

/** A fault that keeps the call from being carried out. */
export type EarlyFault = Extract<AnswerFault, { fault: 'throttle' | 'error' | 'resetBefore' | 'htmlError' }>;

/** Whether a fault strikes before the call is carried out. */
export function isEarly(fault: AnswerFault): fault is EarlyFault {
  switch (fault.fault) {
    case 'throttle':
    case 'error':
    case 'resetBefore':
      return true;
    case 'htmlError':
      return !fault.carriedOut;
    case 'truncated':
    case 'empty':
    case 'resetAfter':
    case 'slow':
      return false;
  }
}

/** Answers a call that is not carried out; throws a ServiceError where the fault is a refusal in the service's own form. */
export function refuseWith(reply: FastifyReply, fault: EarlyFault): FastifyReply {
  switch (fault.fault) {
    case 'throttle':
      throw throttled();
    case 'error':
      throw new ServiceError(fault.type, fault.status, fault.message);
    case 'resetBefore':
      return cutConnection(reply);
    case 'htmlError':
      return sendHtml(reply, fault.status);
  }
}

/** Answers a call that was carried out: with `text`, or with what the fault makes of it. */
export async function answerWith(
  reply: FastifyReply,
  text: string,
  requestId: string,
  fault: AnswerFault | undefined,
): Promise<FastifyReply> {
  switch (fault?.fault) {
    case 'truncated':
      return sendAnswer(reply, text.slice(0, Math.ceil(text.length / 2)), requestId);
    case 'empty':
      return sendAnswer(reply, '{}', requestId);
    case 'htmlError':
      return sendHtml(reply, fault.status);
    case 'resetAfter':
      return cutConnection(reply);
    case 'slow':
      await new Promise((resolve) => setTimeout(resolve, fault.delayMs).unref());
      return sendAnswer(reply, text, requestId);
    case 'throttle':
    case 'error':
    case 'resetBefore':
    case undefined:
      return sendAnswer(reply, text, requestId);
  }
}

function cutConnection(reply: FastifyReply): FastifyReply {
  reply.hijack();
  reply.raw.socket?.resetAndDestroy();
  return reply;
}
