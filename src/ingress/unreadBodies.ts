import type { FastifyInstance } from 'fastify';
import { closeGentlyAfterAnswer } from './closing.ts';
import { hasBody } from './framing.ts';

/**
 * Closes a connection with its answer where a body is left unread: Node would read on without end, so that the connection
 * can be used again. For every server that refuses a request before its body.
 */
export function leaveBodiesUnread(app: FastifyInstance): void {
  app.addHook('onSend', async ({ raw }, reply) => {
    if (!hasBody(raw) || raw.complete) return;
    closeGentlyAfterAnswer(raw.socket);
    reply.header('connection', 'close');
  });
}
