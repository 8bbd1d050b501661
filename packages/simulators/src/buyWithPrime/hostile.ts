import type { FastifyReply } from 'fastify';
import type { HttpAnswer } from './plans.ts';

const SLOW_MS = 60_000;
const OVERSIZED_BYTES = 4_000_000;

/**
 * Gives an answer that is not GraphQL's.
 * @param waits ends a wait early; from the simulator's close.
 */
export async function answerHostile(answer: HttpAnswer, reply: FastifyReply, waits: Waits): Promise<FastifyReply> {
  const { http } = answer;
  if (typeof http === 'number') {
    if (answer.retryAfterSeconds !== undefined) reply.header('retry-after', String(answer.retryAfterSeconds));
    return reply.code(http).send({ message: `Status ${http} by plan` });
  }
  switch (http) {
    case 'html':
      return reply.type('text/html').send('<!doctype html><title>Bad gateway</title><p>A page of a proxy');
    case 'truncated':
      return reply.type('application/json').send('{"data":{"product":{"id":"exa');
    case 'empty':
      return reply.type('application/json').send('{}');
    case 'oversized':
      return reply.type('application/json').send(JSON.stringify({ filling: 'x'.repeat(OVERSIZED_BYTES) }));
    case 'reset':
      reply.hijack();
      reply.raw.socket?.resetAndDestroy();
      return reply;
    case 'slow':
      await waits.wait(answer.delayMs ?? SLOW_MS);
      return reply.code(504).send({ message: 'Too slow by plan' });
  }
}

/** Waits that end when they are all released, so that a simulator closes at once. */
export class Waits {
  readonly #open = new Set<() => void>();

  /** Resolves after `delayMs`, or when all are released. */
  wait(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        this.#open.delete(end);
        resolve();
      };
      const timer = setTimeout(end, delayMs);
      this.#open.add(end);
    });
  }

  /** Ends every wait now. */
  releaseAll(): void {
    for (const end of this.#open) end();
  }
}
