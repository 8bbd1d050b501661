import { z } from 'zod';
import { eventPolicySchema } from '../marketplaceCatalog/controlSchemas.ts';
import type { RandomSource } from '../marketplaceCatalog/random.ts';
import { defined } from '../defined.ts';

/** The three forms of the vendor's document. */
const formSchema = z.enum(['webhook', 'eventBridge', 'eventBridgeDeprecated']);

const announcementSchema = z
  .strictObject({
    form: formSchema,
    businessProductId: z.string().min(1),
    /** One entry of `resources` each. */
    itemIds: z.array(z.string().min(1)).min(1),
    /** As it is to stand in the event; the event has none where it is left out. */
    data: z.record(z.string(), z.json()).nullable().optional(),
    /** ISO 8601; now, in whole seconds, where it is left out. */
    eventTime: z.string().min(1).optional(),
    /** Drawn where they are left out. */
    eventId: z.string().min(1).optional(),
    idempotencyKey: z.string().min(1).optional(),
    apiVersion: z.string().default('2024-11-01'),
    /** How this event travels; the policy set for all decides where it is left out. */
    policy: eventPolicySchema.optional(),
  })
  .refine(({ form, data }) => form !== 'eventBridgeDeprecated' || data === undefined, {
    path: ['data'],
    error: 'the deprecated form carries no data',
  });

const targetSchema = z
  .strictObject({ url: z.url({ protocol: /^https?$/ }), headers: z.record(z.string(), z.string()).default({}) })
  .nullable();

const eventSettingsSchema = z.strictObject({
  webhook: targetSchema.optional(),
  eventBridge: targetSchema.optional(),
  policy: eventPolicySchema.optional(),
});

/** The bodies of the control calls about events. */
export const eventSchemas = { announcement: announcementSchema, settings: eventSettingsSchema } as const;

/** In which of the three forms an event is posted. */
export type EventForm = z.infer<typeof formSchema>;
/** A BUYABILITY_CHANGED event to post. */
export type Announcement = z.input<typeof announcementSchema>;
/** Where events are posted, webhooks and EventBridge events each, null for nowhere; and how they travel. */
export type EventSettings = z.input<typeof eventSettingsSchema>;
/** How events travel. */
export type EventPolicy = z.output<typeof eventPolicySchema>;
/** An event as it is posted. */
export type EventBody = Readonly<Record<string, unknown>>;

/** Hosts the vendor's partner event source. */
const HOST_ACCOUNT = '111122223333';

/** The event's body, key for key as the vendor's document has it. */
export function buyabilityEvent(
  announcement: z.output<typeof announcementSchema>,
  random: RandomSource,
  nowMs: number,
): EventBody {
  const { form, businessProductId, itemIds, apiVersion, data } = announcement;
  const eventId = announcement.eventId ?? random.uuid();
  const eventTime = announcement.eventTime ?? new Date(nowMs).toISOString().replace(/\.\d{3}Z$/, 'Z');
  const resources = itemIds.map((itemId) => `businessProduct/${businessProductId}/items/${itemId}`);
  const detail = {
    idempotencyKey: announcement.idempotencyKey ?? random.uuid(),
    eventDescriptor: 'BUYABILITY_CHANGED',
    resources,
    eventId,
    apiVersion,
    subscriptionId: 'simulated-subscription',
    eventTime,
    ...defined({ data }),
  };
  if (form === 'webhook') return detail;
  return {
    version: '0',
    id: eventId,
    'detail-type': 'BUYABILITY_CHANGED',
    source: 'aws.partner/buywithprime/simulated-source',
    account: HOST_ACCOUNT,
    time: eventTime,
    region: 'us-east-1',
    resources,
    detail: form === 'eventBridge' ? detail : {},
  };
}
