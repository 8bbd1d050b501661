import type { Client } from '@temporalio/client';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { Configuration } from '../config/load.ts';
import type { RouteContext } from '../delivery/context.ts';
import type { Receipt } from '../delivery/outcomes.ts';
import { receive } from '../delivery/receive.ts';
import type { Road } from '../events/parse.ts';
import { answerTo, overloaded, refusal, sendAnswer, type Answer } from './answers.ts';
import { createGatekeeper } from './credentials.ts';

interface EventRoutesOptions {
  readonly client: Client;
  readonly context: RouteContext;
  readonly credentials: Configuration['ingress']['credentials'];
  readonly logger: Logger;
}

/**
 * Events under way at once, before 429: each may hold a whole body, so that is 320 MiB at worst. At 10 ms each it is far
 * more than the 300 a second that EventBridge sends to a destination by default.
 */
const eventsAtOnce = 256;

/** JSON by its plain name or by a structured suffix, as CloudEvents' application/cloudevents+json has it. */
const jsonMediaType = /^application\/(?:[\w.!#$&^-]+\+)?json[\t ]*(?:;|$)/i;

const paths: Readonly<Record<Road, string>> = {
  eventbridge: '/v1/events/eventbridge',
  'buy-with-prime': '/v1/events/buy-with-prime',
};

/** What a log line says of an event: never a header, never the body. */
function logLines(receipt: Receipt): ReadonlyArray<Readonly<Record<string, unknown>>> {
  switch (receipt.outcome) {
    case 'delivered':
    case 'duplicate':
      return receipt.deliveries.map(({ outcome, kind, eventId, workflowId }) => ({
        outcome,
        kind,
        eventId,
        workflowId,
      }));
    case 'ignored':
    case 'quarantined':
    case 'unavailable':
      return [receipt];
  }
}

/** Counts the events under way; each counts from before its body is read until its answer is out or its sender gone. */
function createLimit(most: number): (reply: FastifyReply) => boolean {
  let underWay = 0;
  return (reply) => {
    if (underWay >= most) return false;
    underWay += 1;
    reply.raw.once('close', () => {
      underWay -= 1;
    });
    return true;
  };
}

function registerRoad(
  app: FastifyInstance,
  road: Road,
  options: EventRoutesOptions,
  admit: (reply: FastifyReply) => boolean,
) {
  const { client, context, credentials } = options;
  const logger = options.logger.child({ road });
  const gatekeeper = createGatekeeper(credentials[road]);
  const refused = (reply: FastifyReply, answer: Answer) => {
    logger.warn({ status: answer.status, error: answer.body['error'] }, 'a request was refused');
    return sendAnswer(reply, answer);
  };
  app.route({
    method: 'POST',
    url: paths[road],
    // Before the body: nothing of a stranger's is read.
    onRequest: async (request: FastifyRequest, reply: FastifyReply) => {
      if (!gatekeeper.admits(request.headers)) {
        // Never 403: EventBridge repeats a 401, so that the rotation of a key loses nothing.
        const message = 'The credential of this road is missing or wrong.';
        return refused(reply, refusal(401, 'unauthorized', message, { 'www-authenticate': gatekeeper.challenge }));
      }
      const encoding = request.headers['content-encoding'] ?? 'identity';
      if (encoding !== 'identity') {
        const message = 'The body must not be compressed: leave Content-Encoding out.';
        return refused(reply, refusal(415, 'unsupportedEncoding', message, { 'accept-encoding': 'identity' }));
      }
      if (!admit(reply)) return refused(reply, overloaded());
      return undefined;
    },
    handler: async (request, reply) => {
      const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const begunMs = performance.now();
      const receipt = await receive(client, context, road, bytes);
      const level = receipt.outcome === 'unavailable' || receipt.outcome === 'quarantined' ? 'warn' : 'info';
      for (const line of logLines(receipt)) {
        logger[level]({ ...line, milliseconds: Math.ceil(performance.now() - begunMs) }, 'event');
      }
      return sendAnswer(reply, answerTo(receipt));
    },
  });
}

/** Adds the route of each road: authenticate, read, hand to Temporal, and only then answer 202. */
export function registerEventRoutes(app: FastifyInstance, options: EventRoutesOptions): void {
  app.removeAllContentTypeParsers();
  // The bytes stay as they came: their digest is the quarantine's identity, and reading them is the parser's.
  app.addContentTypeParser(jsonMediaType, { parseAs: 'buffer' }, (_request, body, done) => {
    done(null, body);
  });
  const admit = createLimit(eventsAtOnce);
  registerRoad(app, 'eventbridge', options, admit);
  registerRoad(app, 'buy-with-prime', options, admit);
}
