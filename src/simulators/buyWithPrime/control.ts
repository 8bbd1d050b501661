import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import { itemPlanSchema, type ItemPlan, type TokenControl, tokenControlSchema } from './plans.ts';

/** One accepted call to a vendor endpoint, without secrets and tokens. */
export interface LogEntry {
  /** ISO 8601. */
  readonly at: string;
  readonly call: 'token' | 'query';
  readonly clientId?: string | undefined;
  readonly businessProductId?: string | undefined;
  readonly itemId?: string | undefined;
  readonly apiVersion?: string | undefined;
  /** What was answered: the planned answer's name, or why the call was refused. */
  readonly answer: string;
}

const emitSchema = z.strictObject({
  /** Where the body is posted to. */
  target: z.url({ protocol: /^https?$/ }),
  headers: z.record(z.string(), z.string()).optional(),
  /** The webhook body, posted as JSON. */
  body: z.unknown(),
});
/** A webhook delivery. */
export type Emission = z.infer<typeof emitSchema>;

/** Drives a simulator: the same in the process and by POST to `/_control/…`. */
export interface BuyWithPrimeControl {
  /** Sets what an item answers; POST /_control/products. */
  planItem(plan: ItemPlan): void;
  /** Ends tokens, plans answers of the token endpoint; POST /_control/tokens. */
  tokens(control: TokenControl): void;
  /** Posts a webhook body once and gives the receiver's status and text; POST /_control/emit. */
  emit(emission: Emission): Promise<{ status: number; body: string }>;
  /** Every call to a vendor endpoint since the start; GET /_log. */
  log(): readonly LogEntry[];
}

/** How the vendor's webhook sender posts, once: its retry schedule is not published. */
export async function emit(emission: Emission): Promise<{ status: number; body: string }> {
  const answer = await fetch(emission.target, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...emission.headers },
    body: JSON.stringify(emission.body),
    signal: AbortSignal.timeout(30_000),
  });
  return { status: answer.status, body: await answer.text() };
}

/** Adds the control calls and the log to a server. A body that does not fit gets 400 with the field named. */
export function addControlRoutes(server: FastifyInstance, control: BuyWithPrimeControl): void {
  server.post('/_control/products', (request, reply) =>
    accept(itemPlanSchema, request.body, reply, (plan) => control.planItem(plan)),
  );
  server.post('/_control/tokens', (request, reply) =>
    accept(tokenControlSchema, request.body, reply, (tokens) => control.tokens(tokens)),
  );
  server.post('/_control/emit', (request, reply) =>
    accept(emitSchema, request.body, reply, (emission) => control.emit(emission)),
  );
  server.get('/_log', () => ({ entries: control.log() }));
}

async function accept<Body>(
  schema: z.ZodType<Body>,
  body: unknown,
  reply: FastifyReply,
  act: (body: Body) => unknown,
): Promise<unknown> {
  const parsed = schema.safeParse(body);
  if (!parsed.success) return reply.code(400).send({ message: z.prettifyError(parsed.error) });
  return (await act(parsed.data)) ?? { accepted: true };
}
