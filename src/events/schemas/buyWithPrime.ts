import { z } from 'zod';
import { arrayOf, instant, objectOf, opaqueKey, optional, text } from './fields.ts';

/** What the `source` of a Buy with Prime partner event starts with; the name of the partner source follows. */
export const buyWithPrimeSourcePrefix = 'aws.partner/buywithprime/';

/** The one Buy with Prime event that the service acts on. */
export const buyabilityChangedType = 'BUYABILITY_CHANGED';

/** A change of an item's inventory, which is a reason to query the item where it is watched. */
export const inventoryChangedType = 'INVENTORY_CHANGED';

// `data` is an answer of a GraphQL API, which says null for a field without a value.
const wrapped = objectOf({ value: text.nullish() }).nullish();
const buyability = objectOf({ status: text.nullish() }).nullish();
const product = { id: text.nullish(), externalId: wrapped, amazonSku: wrapped, sku: wrapped, buyability };

/** `data` as the vendor documents it: what does not fit is noted. */
export const documentedData = objectOf({ data: objectOf({ product: objectOf(product).nullish() }).nullish() });

/**
 * `data` as it is read: whatever has another shape than documented reads as missing, since the product can be queried for
 * it, and the API "may change" (vendor's document).
 */
export const readableData = objectOf({
  data: objectOf({
    product: objectOf({
      id: text.nullish().catch(undefined),
      externalId: wrapped.catch(undefined),
      amazonSku: wrapped.catch(undefined),
      sku: wrapped.catch(undefined),
      buyability: buyability.catch(undefined),
    })
      .nullish()
      .catch(undefined),
  })
    .nullish()
    .catch(undefined),
});

/** Entries beyond this are refused before one is read; an event may name 100 items. */
const mostResources = 1_000;
const resources = arrayOf(text, mostResources);

const eventFieldsOf = (type: string) => ({
  idempotencyKey: optional(opaqueKey),
  eventDescriptor: optional(z.literal(type, { error: type })),
  resources: optional(resources),
  eventId: optional(opaqueKey),
  apiVersion: optional(text),
  subscriptionId: optional(text),
  eventTime: optional(instant),
  data: optional(z.unknown()),
});

/** The keys whose presence marks an event with content from the deprecated generation, whose detail has none. */
export const eventKeys: readonly string[] = Object.keys(eventFieldsOf(buyabilityChangedType));

const envelopeOf = (type: string) =>
  objectOf({
    version: optional(text),
    id: opaqueKey,
    'detail-type': z.literal(type, { error: type }),
    source: text,
    account: optional(text),
    time: instant,
    region: optional(text),
    resources: optional(resources),
    detail: objectOf(eventFieldsOf(type)),
  }).superRefine((envelope, context) => {
    if (envelope.resources !== undefined || envelope.detail.resources !== undefined) return;
    context.addIssue({ code: 'custom', path: ['resources'], message: 'an array' });
  });

const webhookOf = (type: string) =>
  objectOf({
    ...eventFieldsOf(type),
    eventDescriptor: z.literal(type, { error: type }),
    resources,
    eventTime: instant,
  });

/** Both EventBridge generations: of the deprecated one `detail` holds none of the fields. */
export const buyabilityEnvelope = envelopeOf(buyabilityChangedType);
/** The same for a change of inventory. */
export const inventoryEnvelope = envelopeOf(inventoryChangedType);

/** The webhook's body. Without an envelope around it, it must bring its own descriptor, time and resources. */
export const buyabilityWebhook = webhookOf(buyabilityChangedType);
/** The same for a change of inventory. */
export const inventoryWebhook = webhookOf(inventoryChangedType);
