import type { FastifyReply } from 'fastify';

const NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/';

/** A refusal as the service makes it: code, status and message stand in the XML of the query protocol. */
export class TokenServiceError extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, status: number, message: string) {
    super(message);
    this.name = 'TokenServiceError';
    this.code = code;
    this.status = status;
  }
}

/** An element's children, in their order. */
export interface XmlElements {
  readonly [name: string]: string | XmlElements;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function xml(elements: XmlElements): string {
  return Object.entries(elements)
    .map(([name, value]) => `<${name}>${typeof value === 'string' ? escaped(value) : xml(value)}</${name}>`)
    .join('');
}

interface Sent {
  readonly requestId: string;
  /** How far its date is ahead of this machine's clock, in milliseconds. */
  readonly aheadMs: number;
}

function send(reply: FastifyReply, status: number, root: string, content: XmlElements, { requestId, aheadMs }: Sent) {
  return (
    reply
      .code(status)
      .header('x-amzn-requestid', requestId)
      .header('content-type', 'text/xml')
      // By the clock that sessions end by: clients correct theirs where the two differ.
      .header('date', new Date(Date.now() + aheadMs).toUTCString())
      .send(`<${root} xmlns="${NAMESPACE}">${xml(content)}</${root}>`)
  );
}

/** Answers 200 with what an action gives. */
export function sendResult(
  reply: FastifyReply,
  action: string,
  result: XmlElements,
  requestId: string,
  aheadMs: number,
): FastifyReply {
  const content = { [`${action}Result`]: result, ResponseMetadata: { RequestId: requestId } };
  return send(reply, 200, `${action}Response`, content, { requestId, aheadMs });
}

/** Answers a refusal. */
export function sendError(
  reply: FastifyReply,
  error: TokenServiceError,
  requestId: string,
  aheadMs: number,
): FastifyReply {
  const type = error.status >= 500 ? 'Receiver' : 'Sender';
  const content = { Error: { Type: type, Code: error.code, Message: error.message }, RequestId: requestId };
  return send(reply, error.status, 'ErrorResponse', content, { requestId, aheadMs });
}
