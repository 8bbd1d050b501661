import type { FastifyInstance } from 'fastify';
import { refusal, sendAnswer } from '../ingress/answers.ts';

/** What a Web UI sends (docs.temporal.io, Codec Server): its access token, and the id token beside it. */
const allowedHeaders = 'authorization, authorization-extras, content-type, x-namespace';
/** How long a browser need not ask again, in seconds. */
const askedAgainAfterSeconds = 600;

/**
 * Lets the pages of these origins read the answers, with cookies, and refuses the requests of every other page before
 * anything else (Fetch, CORS protocol). A request without an origin is no page's.
 */
export function registerCrossOrigin(app: FastifyInstance, origins: readonly string[]): void {
  const allowed = new Set(origins);
  app.addHook('onRequest', async (request, reply) => {
    const { origin } = request.headers;
    reply.header('vary', 'origin').header('cache-control', 'no-store');
    if (origin === undefined) return undefined;
    // The sign-in page posts to itself.
    const isOwn = request.method === 'POST' && request.routeOptions.url === '/sign-in' && isHost(origin, request.host);
    if (!allowed.has(origin) && !isOwn) {
      const message = 'Pages of this origin get no answer. Add it to codecServer.origins.';
      return sendAnswer(reply, refusal(403, 'originNotAllowed', message));
    }
    if (isOwn) return undefined;
    return void reply.headers({
      'access-control-allow-origin': origin,
      'access-control-allow-credentials': 'true',
    });
  });
  for (const url of ['/decode', '/encode']) {
    app.options(url, (_request, reply) =>
      reply
        .code(204)
        .headers({
          'access-control-allow-methods': 'POST',
          'access-control-allow-headers': allowedHeaders,
          'access-control-max-age': String(askedAgainAfterSeconds),
        })
        .send(),
    );
  }
}

function isHost(origin: string, host: string): boolean {
  return URL.canParse(origin) && new URL(origin).host === host;
}
