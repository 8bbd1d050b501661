import { Server as SecureServer } from 'node:https';
import type { SecureContextOptions } from 'node:tls';
import { fastify, type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { defined } from '../defined.ts';
import { closeGentlyAfterAnswer } from './closing.ts';
import { framingProblem, hasBody } from './framing.ts';
import { createIngressServer, type HttpServerOptions, type IngressServer } from './httpServer.ts';
import type { IngressMetrics } from './metrics.ts';
import { meantEventPath, methodsOf } from './paths.ts';
import { createRefusalReport, type RefusalReport } from './refusalReport.ts';
import { createRequestsUnderWay, type RequestsUnderWay } from './requestsUnderWay.ts';

interface AppOptions {
  readonly logger: Logger;
  readonly metrics: IngressMetrics;
  /** Proxies whose X-Forwarded-For says who sends: addresses and networks. */
  readonly trustedProxies?: readonly string[];
  /** Plain HTTP where it is left out. */
  readonly tls?: SecureContextOptions;
}

/** The HTTP server without its routes. */
interface App {
  readonly app: FastifyInstance;
  readonly report: RefusalReport;
  readonly underWay: RequestsUnderWay;
  /** Has new connections use another certificate; those that are there keep theirs. */
  readonly renew: (tls: SecureContextOptions) => void;
}

/** Only what a known sender is answered leaves its connection open: nobody else needs another request at once. */
const keepingStatuses: ReadonlySet<number> = new Set([202, 429, 503]);

/**
 * Closes a connection with its answer where the process ends, where the sender is not known, and where a body is left
 * unread: to read on would let anybody send without end.
 */
function closeConnections(app: FastifyInstance, servers: readonly IngressServer[]): void {
  let isEnding = false;
  app.addHook('preClose', async () => {
    isEnding = true;
    for (const { end } of servers) end();
  });
  app.addHook('onSend', (request, reply, _payload, done) => {
    const { raw } = request;
    const isUnread = hasBody(raw) && !raw.complete;
    // Nothing is upgraded; but Node reads none of the requests that came right behind one that asks for it.
    const isUpgrade = raw.headers.upgrade !== undefined;
    if (isUnread || isUpgrade || isEnding || !keepingStatuses.has(reply.statusCode) || reply.hasHeader('connection')) {
      closeWithAnswer(request, reply);
    }
    done();
  });
}

function closeWithAnswer(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  closeGentlyAfterAnswer(request.raw.socket);
  return reply.header('connection', 'close');
}

/** Errors of the framework have our codes and texts; its own log lines would hold addresses with their query. */
function registerErrors(app: FastifyInstance, report: RefusalReport, logger: Logger): void {
  const refuseAddress = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const allow = methodsOf(request.originalUrl);
    if (allow === undefined) return report.refuse(request, reply, 'notFound');
    return report.refuse(request, reply, 'methodNotAllowed', { headers: { allow } });
  };
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const { statusCode = 500, message, stack } = error;
    if (statusCode === 415) {
      return report.refuse(request, reply, 'unsupportedMediaType', { headers: { accept: 'application/json' } });
    }
    // The framework asks QUERY for a Content-Type before it knows whether the address takes that method.
    if (error.code === 'FST_ERR_ROUTE_MISSING_CONTENT_TYPE') return refuseAddress(request, reply);
    if (statusCode < 500) return report.refuse(request, reply, 'malformedRequest', { reason: error.code });
    logger.error({ route: request.routeOptions.url, error: message, stack }, 'failed to handle a request');
    return report.refuse(request, reply, 'internalError');
  });
  app.setNotFoundHandler(refuseAddress);
}

/** Makes the HTTP server of the ingress, with everything that concerns all of its addresses alike. */
export function createApp({ logger, metrics, trustedProxies = [], tls }: AppOptions): App {
  const report = createRefusalReport(logger, metrics);
  const underWay = createRequestsUnderWay();
  const servers: IngressServer[] = [];
  const app = fastify({
    serverFactory: (handler) => {
      const counting = { underWay, report: (code, line) => report.report(code, line) } satisfies HttpServerOptions;
      const made = createIngressServer(handler, { ...counting, ...defined({ tls }) });
      servers.push(made);
      return made.server;
    },
    // Ours is at each server already; Fastify would put its own beside it.
    clientErrorHandler: () => undefined,
    frameworkErrors: (_error, request, reply) => {
      report.refuse(request, closeWithAnswer(request, reply), 'malformedRequest');
    },
    rewriteUrl: ({ url = '/' }) => meantEventPath(url) ?? url,
    // What a connection brings while the process ends is answered as always, and closes it.
    return503OnClosing: false,
    ...defined({ trustProxy: trustedProxies.length > 0 ? [...trustedProxies] : undefined }),
  });
  app.addHook('onRequest', (request, reply, done) => {
    underWay.begin(request.raw, reply.raw);
    const problem = framingProblem(request.raw);
    if (problem === undefined) done();
    else report.refuse(request, closeWithAnswer(request, reply), problem);
  });
  app.addHook('onClose', async () => report.close());
  closeConnections(app, servers);
  registerErrors(app, report, logger);
  const renew = (changed: SecureContextOptions): void => {
    for (const { server } of servers) if (server instanceof SecureServer) server.setSecureContext(changed);
  };
  return { app, report, underWay, renew };
}
