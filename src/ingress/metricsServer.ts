import { fastify, type FastifyInstance } from 'fastify';
import { requestWithinMs } from './answerTable.ts';
import type { ScrapedMetrics } from './metrics.ts';
import { leaveBodiesUnread } from './unreadBodies.ts';

/**
 * Serves the metrics at an address of their own: it asks nobody who they are, and reads nobody's body.
 * @param address `host:port`.
 */
export async function serveMetrics(
  address: string,
  metrics: Pick<ScrapedMetrics, 'mediaType' | 'text'>,
): Promise<FastifyInstance> {
  const { hostname, port } = new URL(`http://${address}`);
  const app = fastify({ requestTimeout: requestWithinMs, forceCloseConnections: true });
  leaveBodiesUnread(app);
  app.get('/metrics', async (_request, reply) => reply.type(metrics.mediaType).send(await metrics.text()));
  await app.listen({ host: hostname.replace(/^\[(.*)\]$/, '$1'), port: Number(port) });
  return app;
}
