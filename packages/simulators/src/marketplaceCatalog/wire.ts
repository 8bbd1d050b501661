import type { FastifyReply } from 'fastify';
import type { ServiceError } from './errors.ts';

/** Answers 200 with JSON text, in the service's headers. */
export function sendAnswer(reply: FastifyReply, text: string, requestId: string): FastifyReply {
  return reply.code(200).header('x-amzn-RequestId', requestId).header('content-type', 'application/json').send(text);
}

/** Answers a refusal: its type in x-amzn-errortype, its message under `Message` (service model). */
export function sendError(reply: FastifyReply, error: ServiceError, requestId: string): FastifyReply {
  const fields = error.fields.length === 0 ? {} : { ValidationExceptionFieldList: error.fields };
  return reply
    .code(error.status)
    .header('x-amzn-RequestId', requestId)
    .header('x-amzn-errortype', error.type)
    .header('content-type', 'application/json')
    .send(JSON.stringify({ Message: error.message, ...fields }));
}

/** Answers as something in front of the service does, with a page. */
export function sendHtml(reply: FastifyReply, status: number): FastifyReply {
  const page = `<html><head><title>${status}</title></head><body><h1>${status}</h1></body></html>`;
  return reply.code(status).header('content-type', 'text/html').send(page);
}
