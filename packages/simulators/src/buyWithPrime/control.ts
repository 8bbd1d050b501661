import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Announcement, EventBody, EventSettings } from './events.ts';
import { eventSchemas } from './events.ts';
import type { LogEntry, LogFilter } from './log.ts';
import {
  itemPlanSchema,
  type ItemPlan,
  type Limits,
  limitsSchema,
  type TokenControl,
  tokenControlSchema,
} from './plans.ts';
import { defined } from '../defined.ts';
import { pageOfLog } from '../logPage.ts';

const emitSchema = z.strictObject({
  /** Where the body is posted to. */
  target: z.url({ protocol: /^https?$/ }),
  headers: z.record(z.string(), z.string()).optional(),
  /** The webhook body, posted as JSON. */
  body: z.unknown(),
});
/** A webhook delivery. */
export type Emission = z.infer<typeof emitSchema>;

const logFilterSchema = z.strictObject({
  call: z.enum(['token', 'query', 'event']).optional(),
  clientId: z.string().optional(),
  businessProductId: z.string().optional(),
  itemId: z.string().optional(),
  apiVersion: z.string().optional(),
  answer: z.string().optional(),
  ...pageOfLog,
});

/** Drives a simulator: the same in the process and by POST to `/_control/…`. */
export interface BuyWithPrimeControl {
  /** Sets what an item answers; POST /_control/products. */
  readonly planItem: (plan: ItemPlan) => void;
  /** Ends tokens, plans answers of the token endpoint; POST /_control/tokens. */
  readonly tokens: (control: TokenControl) => void;
  /** Sets how long tokens live and how many calls are taken; POST /_control/limits. */
  readonly setLimits: (limits: Limits) => void;
  /** Sets where events are posted and how they travel; POST /_control/events. */
  readonly setEvents: (settings: EventSettings) => Promise<void>;
  /** Posts a BUYABILITY_CHANGED event as the policy has it and gives it; POST /_control/announce. */
  readonly announce: (announcement: Announcement) => Promise<EventBody>;
  /** Posts any body once and gives the receiver's status and text; POST /_control/emit. */
  readonly emit: (emission: Emission) => Promise<{ status: number; body: string }>;
  /** Every call to a vendor endpoint and every event since the start, oldest first; GET /_log. */
  log(filter?: LogFilter): readonly LogEntry[];
}

/** Posts a body once. */
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
  const add = <Body>(name: string, schema: z.ZodType<Body>, act: (body: Body) => unknown): void => {
    server.post(`/_control/${name}`, (request, reply) => accept(schema, request.body, reply, act));
  };
  add('products', itemPlanSchema, control.planItem);
  add('tokens', tokenControlSchema, control.tokens);
  add('limits', limitsSchema, control.setLimits);
  add('events', eventSchemas.settings, control.setEvents);
  add('announce', eventSchemas.announcement, control.announce);
  add('emit', emitSchema, control.emit);
  server.get('/_log', (request, reply) =>
    accept(logFilterSchema, request.query, reply, ({ from, limit, ...filter }) => {
      const entries = control.log(defined(filter));
      return { count: entries.length, entries: entries.slice(from, from + limit) };
    }),
  );
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
