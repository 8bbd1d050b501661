import { z } from 'zod';
import type { Journal } from '../journal.ts';

const valued = z.looseObject({ value: z.string() });

/** The vendor's product object; what is left out is null in the answer. */
const product = z.strictObject({
  id: z.string().optional(),
  externalId: valued.optional(),
  sku: valued.optional(),
  amazonSku: valued.optional(),
  offerPrime: z.boolean().optional(),
  buyability: z.strictObject({ status: z.string() }).optional(),
});

/** An answer below GraphQL: a status of its own, or bytes that are not the service's. */
const httpAnswer = z.strictObject({
  http: z.union([
    z.number().int().min(400).max(599),
    z.enum(['html', 'truncated', 'empty', 'oversized', 'reset', 'slow']),
  ]),
  /** For a number: the Retry-After header, in seconds. */
  retryAfterSeconds: z.number().int().min(0).optional(),
  /** For `slow`: how long a status 504 is held back, in milliseconds; 60,000 when it is left out. */
  delayMs: z.number().int().min(0).max(600_000).optional(),
});

const itemAnswer = z.union([
  z.strictObject({ product }),
  z.strictObject({ notFound: z.enum(['classification', 'type', 'errorType', 'errorCode', 'code']) }),
  z.strictObject({ null: z.literal(true) }),
  z.strictObject({
    error: z.enum(['AccessDeniedException', 'ThrottlingException', 'InternalServerError', 'ValidationException']),
  }),
  /** The product without this field, beside an error about it. */
  z.strictObject({ partial: z.enum(['externalId', 'sku', 'amazonSku', 'offerPrime', 'buyability']), product }),
  /** The token that it is asked with has ended: status 401. */
  z.strictObject({ endsToken: z.literal(true) }),
  httpAnswer,
]);

/** What one item of a merchant answers to the product query: one answer a query, the last one indefinitely. */
export const itemPlanSchema = z.strictObject({
  businessProductId: z.string().min(1),
  itemId: z.string().min(1),
  answers: z.array(itemAnswer).min(1),
});

/** Changes how tokens are given: all issued ones end now; the next token requests get these answers, one each. */
export const tokenControlSchema = z.strictObject({
  expireAll: z.literal(true).optional(),
  answers: z.array(httpAnswer).optional(),
});

const perMinute = z.number().int().min(0).nullable();

/** How long tokens that are given from now on live, and how many calls of each client are taken; null: any number. */
export const limitsSchema = z.strictObject({
  tokenLifetimeMs: z.number().int().min(0).optional(),
  tokenRequestsPerMinute: perMinute.optional(),
  queriesPerMinute: perMinute.optional(),
});

export type Limits = z.infer<typeof limitsSchema>;
export type HttpAnswer = z.infer<typeof httpAnswer>;
export type ItemAnswer = z.infer<typeof itemAnswer>;
export type ItemPlan = z.infer<typeof itemPlanSchema>;
export type TokenControl = z.infer<typeof tokenControlSchema>;

/** The plans of all items. An item without one does not exist. */
export class ItemPlans {
  readonly #answers;

  constructor(journal: Journal) {
    this.#answers = journal.table<readonly ItemAnswer[]>('items');
  }

  /** Sets what an item answers from now on. */
  set(plan: ItemPlan): void {
    this.#answers.set(keyOf(plan.businessProductId, plan.itemId), [...plan.answers]);
  }

  /** Takes the answer to one query. */
  take(businessProductId: string, itemId: string): ItemAnswer {
    const key = keyOf(businessProductId, itemId);
    const [answer, ...more] = this.#answers.get(key) ?? [];
    if (more.length > 0) this.#answers.set(key, more);
    return answer ?? { notFound: 'classification' };
  }
}

function keyOf(businessProductId: string, itemId: string): string {
  return JSON.stringify([businessProductId, itemId]);
}
