import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { IngressAuthentication } from '../config/ingressCredentials.ts';
import type { Envelope } from '../events/parse.ts';
import { answerTo, overloaded, refusal, sendAnswer, type Answer } from './answers.ts';
import { followAuthentication, type Authentication } from './authentication.ts';
import { createKeySets } from './keySets.ts';
import type { IngressMetrics } from './metrics.ts';
import type { TakeEvent } from './takeEvent.ts';

interface EventRoutesOptions {
  /** Is read at each request: credentials may change. */
  readonly authentication: IngressAuthentication;
  readonly take: TakeEvent;
  readonly metrics: IngressMetrics;
  readonly logger: Logger;
}

/**
 * Events under way at once, before 429: each may hold a whole body, so that is 320 MiB at worst. At 10 ms each it is far
 * more than the 300 a second that EventBridge sends to a destination by default.
 */
const eventsAtOnce = 256;

/** JSON by its plain name or by a structured suffix, as CloudEvents' application/cloudevents+json has it. */
const jsonMediaType = /^application\/(?:[\w.!#$&^-]+\+)?json[\t ]*(?:;|$)/i;

const envelopes = ['eventbridge', 'webhook'] as const satisfies readonly Envelope[];

const paths: Readonly<Record<Envelope, string>> = {
  eventbridge: '/v1/events/eventbridge',
  webhook: '/v1/events/webhook',
};

/**
 * Bounds the events under way. Each counts from before its body is read until its answer is out or its connection is
 * gone, however that happens.
 * @returns a function that takes a slot; false where none is free, and for a sender that has left already.
 */
export function createEventLimit(most: number): (request: IncomingMessage, response: ServerResponse) => boolean {
  let underWay = 0;
  return ({ socket }, response) => {
    if (underWay >= most || socket.destroyed) return false;
    underWay += 1;
    let isHeld = true;
    const release = (): void => {
      if (isHeld) underWay -= 1;
      isHeld = false;
      socket.off('close', release);
    };
    // Both: until Node 24 a pipelined response that never got its connection emits nothing.
    socket.setMaxListeners(0).once('close', release);
    response.once('close', release);
    return true;
  };
}

interface EndpointOptions extends Pick<EventRoutesOptions, 'take' | 'metrics'> {
  readonly authentication: Authentication;
  readonly admit: ReturnType<typeof createEventLimit>;
  /** With the envelope. */
  readonly logger: Logger;
}

/** Hands an event to Temporal, and answers. */
async function answer(
  reply: FastifyReply,
  envelope: Envelope,
  body: unknown,
  { take, logger }: EndpointOptions,
): Promise<FastifyReply> {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
  return sendAnswer(reply, answerTo(await take({ transport: 'http', envelope, bytes }, logger)));
}

function registerEndpoint(app: FastifyInstance, envelope: Envelope, options: EndpointOptions) {
  const { authentication, admit, metrics, logger } = options;
  const refused = (reply: FastifyReply, answer: Answer, reason?: string) => {
    logger.warn({ status: answer.status, error: answer.body['error'], reason }, 'request refused');
    metrics.refused(String(answer.body['error']));
    return sendAnswer(reply, answer);
  };
  app.route({
    method: 'POST',
    url: paths[envelope],
    // Before the body: nothing of a stranger's is read.
    onRequest: async (request: FastifyRequest, reply: FastifyReply) => {
      const denial = await authentication.byHeaders(request.headers);
      if (denial !== undefined) return refused(reply, denial.answer, denial.reason);
      const encoding = request.headers['content-encoding'] ?? 'identity';
      if (encoding !== 'identity') {
        const message = 'Send the body uncompressed, without Content-Encoding.';
        return refused(reply, refusal(415, 'unsupportedEncoding', message, { 'accept-encoding': 'identity' }));
      }
      if (!admit(request.raw, reply.raw)) return refused(reply, overloaded());
      return undefined;
    },
    preHandler: async (request: FastifyRequest, reply: FastifyReply) => {
      const denial = await authentication.byBody(request.headers, request.body);
      return denial === undefined ? undefined : refused(reply, denial.answer, denial.reason);
    },
    handler: (request, reply) => answer(reply, envelope, request.body, options),
  });
}

/** Adds the route of each envelope: authenticate, read, hand to Temporal, and only then answer 202. */
export function registerEventRoutes(app: FastifyInstance, options: EventRoutesOptions): void {
  app.removeAllContentTypeParsers();
  // The bytes stay as they came: their digest is the quarantine's identity, and reading them is the parser's.
  app.addContentTypeParser(jsonMediaType, { parseAs: 'buffer' }, (_request, body, done) => {
    done(null, body);
  });
  const admit = createEventLimit(eventsAtOnce);
  const keysOf = createKeySets(options.logger);
  for (const envelope of envelopes) {
    const authentication = followAuthentication(options.authentication, envelope, keysOf);
    registerEndpoint(app, envelope, {
      ...options,
      authentication,
      admit,
      logger: options.logger.child({ envelope }),
    });
  }
}
