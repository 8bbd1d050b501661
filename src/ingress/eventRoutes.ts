import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { defined } from '../defined.ts';
import { largestBodyBytes } from '../delivery/quarantine.ts';
import type { Envelope } from '../events/parse.ts';
import type { RefusalCode } from './answerTable.ts';
import { answerToSender, sendAnswer, type Answer } from './answers.ts';
import type { Authentication, Authentications, Denial } from './authentication.ts';
import { BodyProblem, codingOf, inflated, readBody } from './body.ts';
import type { FailureLimit } from './failureLimit.ts';
import type { Flight } from './flightLimit.ts';
import { eventPaths } from './paths.ts';
import { addressOf, type RefusalReport } from './refusalReport.ts';
import type { RequestsUnderWay } from './requestsUnderWay.ts';
import { createSampledLog, type SampledLog } from './sampledLog.ts';
import type { TakeEvent } from './takeEvent.ts';

interface EventRoutesOptions {
  readonly authentications: Authentications;
  readonly take: TakeEvent;
  readonly report: RefusalReport;
  readonly underWay: RequestsUnderWay;
  readonly failures: FailureLimit;
  readonly logger: Logger;
}

/** JSON by its plain name or by a structured suffix, as CloudEvents' application/cloudevents+json has it. */
const jsonMediaType = /^application\/(?:[\w.!#$&^-]+\+)?json[\t ]*(?:;|$)/i;

interface EndpointOptions extends Omit<EventRoutesOptions, 'authentications'> {
  readonly envelope: Envelope;
  readonly authentication: Authentication;
  readonly spellings: SampledLog;
}

/** Whether the sender spelled the path in another way: the server has rewritten it. */
const isMisspelled = ({ raw, originalUrl }: FastifyRequest): boolean => originalUrl !== raw.url;

/** What refuses an admitted sender before its body is read. */
function headProblem({ headers }: FastifyRequest): RefusalCode | undefined {
  if (codingOf(headers['content-encoding']) === undefined) return 'unsupportedEncoding';
  return Number(headers['content-length'] ?? 0) > largestBodyBytes ? 'bodyTooLarge' : undefined;
}

/** What the sender may send in place of it (RFC 9110, section 12.5.3). */
const headersOf: Partial<Record<RefusalCode, Answer['headers']>> = {
  unsupportedEncoding: { 'accept-encoding': 'gzip, identity' },
};

function deny(request: FastifyRequest, reply: FastifyReply, denial: Denial, options: EndpointOptions): FastifyReply {
  const { envelope, report, failures } = options;
  const { code, reason, ...more } = denial;
  const line = { envelope, reason: reason ?? code };
  if (code !== 'unauthorized') return report.refuse(request, reply, code, { ...more, ...line });
  if (!failures.note(addressOf(request)))
    return report.refuse(request, reply, 'tooManyFailures', { headers: { connection: 'close' }, envelope });
  // To a stranger, other spellings of a path are other paths.
  if (isMisspelled(request)) return report.refuse(request, reply, 'notFound', line);
  return report.refuse(request, reply, code, { ...more, ...line });
}

/** Reads the event of an admitted sender, hands it to Temporal, and only then answers 202. */
async function answerEvent(
  request: FastifyRequest,
  reply: FastifyReply,
  flight: Flight,
  options: EndpointOptions,
): Promise<FastifyReply> {
  const { envelope, take, authentication, report, underWay, logger } = options;
  // Node has not said 100 yet: a sender that was refused before this need not send the body.
  if (request.headers.expect !== undefined && request.raw.httpVersion === '1.1') reply.raw.writeContinue();
  const sent = await readBody(request.raw, flight, underWay);
  const denial = await authentication.byBody(request.headers, sent);
  if (denial !== undefined) return deny(request, reply, denial, options);
  const isGzip = codingOf(request.headers['content-encoding']) === 'gzip';
  const body = isGzip ? await inflated(sent) : sent;
  if (!flight.depart() || (isGzip && !flight.receive(body?.length ?? 0))) {
    return report.refuse(request, reply, 'overloaded', { envelope });
  }
  const event = { transport: 'http', envelope } as const;
  const unreadable = 'the body is not gzip, which its Content-Encoding says it is';
  const receipt = await take(
    body === undefined ? { ...event, bytes: sent, unreadable } : { ...event, bytes: body },
    logger,
  );
  return sendAnswer(reply, answerToSender(receipt));
}

function registerEndpoint(app: FastifyInstance, options: EndpointOptions): void {
  const { envelope, authentication, report, spellings } = options;
  const path = eventPaths[envelope];
  const admitted = new WeakMap<FastifyRequest, () => Flight>();
  app.route({
    method: 'POST',
    url: path,
    // Before the body: nothing of a stranger's is read.
    onRequest: async (request, reply) => {
      const judgement = await authentication.byHeaders(request.headers);
      if ('denial' in judgement) return deny(request, reply, judgement.denial, options);
      const problem = headProblem(request);
      if (problem !== undefined)
        return report.refuse(request, reply, problem, { envelope, ...defined({ headers: headersOf[problem] }) });
      admitted.set(request, judgement.begin);
      if (isMisspelled(request)) spellings.warn(path, { envelope, path });
      return undefined;
    },
    handler: async (request, reply) => {
      const flight = admitted.get(request)?.();
      if (flight === undefined) throw new Error('Nobody has admitted the sender of this event');
      try {
        return await answerEvent(request, reply, flight, options);
      } catch (error) {
        if (!(error instanceof BodyProblem)) throw error;
        if (error.code !== 'senderLeft') return report.refuse(request, reply, error.code, { envelope });
        report.report('senderLeft', { address: addressOf(request), envelope });
        return reply.hijack();
      } finally {
        flight.end();
      }
    },
  });
}

/** Adds the route of each envelope: authenticate, read, hand to Temporal, and only then answer 202. */
export function registerEventRoutes(app: FastifyInstance, options: EventRoutesOptions): void {
  const { authentications, logger } = options;
  app.removeAllContentTypeParsers();
  // It reads nothing: what is read of a body is counted, and the bytes stay as they came.
  app.addContentTypeParser(jsonMediaType, (_request, _payload, done) => {
    done(null);
  });
  const spellings = createSampledLog(logger, 'an event came to another spelling of its path; correct the sender');
  app.addHook('onClose', async () => spellings.close());
  for (const envelope of ['eventbridge', 'webhook'] as const) {
    const authentication = authentications[envelope];
    registerEndpoint(app, {
      ...options,
      envelope,
      authentication,
      spellings,
      logger: logger.child({ envelope }),
    });
  }
}
