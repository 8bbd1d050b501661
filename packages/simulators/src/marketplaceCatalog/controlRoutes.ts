import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { CheckedControl } from './control.ts';
import { ControlError } from './control.ts';
import { fieldPath } from './validation.ts';
import { defined } from '../defined.ts';
import { pageOfLog } from '../logPage.ts';

const logQuerySchema = z.strictObject({ operation: z.string().optional(), kind: z.string().optional(), ...pageOfLog });

/**
 * Adds `POST /_control/…` and `GET /_log`. A call that is done answers 200 with `{}`, or with what it found; one that
 * is not answers 400 with `{"error": "field: what is wrong"}`. They ask for no credentials: the server listens on
 * loopback only.
 */
export function addControlRoutes(server: FastifyInstance, control: CheckedControl): void {
  const calls: Readonly<Record<string, (body: unknown) => unknown>> = {
    plan: control.plan,
    'change-sets': control.putChangeSet,
    entities: control.putEntity,
    assessments: control.putAssessment,
    faults: control.addFault,
    events: control.setEvents,
    emit: control.emit,
    quotas: control.setQuotas,
    reset: control.reset,
  };
  for (const [name, call] of Object.entries(calls)) {
    server.post(`/_control/${name}`, async (request, reply) => {
      try {
        const text = typeof request.body === 'string' ? request.body : '';
        return await reply.send((await call(text === '' ? {} : JSON.parse(text))) ?? {});
      } catch (error) {
        return reply.code(400).send({ error: problemIn(error) });
      }
    });
  }
  server.get('/_log', (request, reply) => {
    const query = logQuerySchema.safeParse(request.query);
    if (!query.success) return reply.code(400).send({ error: problemIn(query.error) });
    const { from, limit, ...filter } = query.data;
    return reply.send({ entries: control.log(defined(filter)).slice(from, from + limit) });
  });
}

function problemIn(error: unknown): string {
  if (error instanceof z.ZodError) {
    return error.issues.map((issue) => `${fieldPath(issue.path) || 'body'}: ${issue.message}`).join('; ');
  }
  if (error instanceof ControlError) return error.message;
  if (error instanceof SyntaxError) return 'body: not valid JSON';
  throw error;
}
