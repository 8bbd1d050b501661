import { defined } from '../defined.ts';
import { buyabilityIdentity, ownKey } from './identity.ts';
import type { BuyabilityKey } from './identity.ts';
import { idKinds } from './ids.ts';
import { problemsIn, unreadable, unreadableFrom } from './problems.ts';
import { readItems } from './resources.ts';
import type { ItemReference } from './resources.ts';
import {
  buyabilityEnvelope,
  buyabilityWebhook,
  documentedData,
  eventKeys,
  readableData,
} from './schemas/buyWithPrime.ts';
import { cut, shapeOf } from './shape.ts';
import type { BuyabilityChanged, JsonObject, ReaderResult, ProductData } from './types.ts';

type Shared = Omit<BuyabilityChanged, 'eventId' | 'businessProductId' | 'itemId'>;

/** Reads the body that Buy with Prime posts to a webhook: an event that the service acts on, or one without a descriptor. */
export function readWebhookEvent(body: JsonObject): ReaderResult {
  if (body['eventDescriptor'] === undefined && body['detail-type'] !== undefined) {
    const expected =
      'the body of a webhook; this is an EventBridge envelope, which belongs on the envelope eventbridge';
    return unreadable([{ field: 'eventDescriptor', found: 'missing', expected }]);
  }
  const parsed = buyabilityWebhook.safeParse(body);
  if (!parsed.success) return unreadableFrom(parsed.error, body);
  const { idempotencyKey, eventId, eventTime, apiVersion, resources } = parsed.data;
  const { product, notes } = readProduct(body, '');
  const key = ownKey(idempotencyKey, eventId);
  if (key === undefined) {
    const expected = 'an idempotencyKey, or else an eventId: without either a repeat cannot be recognised';
    return unreadable([{ field: 'idempotencyKey', found: 'missing', expected }]);
  }
  const shared: Shared = defined({
    kind: 'buyability.changed',
    generation: 'webhook',
    occurredAt: eventTime,
    eventTime,
    apiVersion,
    product,
    detail: body,
    notes,
  });
  return eventPerItem(shared, key, resources, 'resources');
}

/** Reads an EventBridge envelope of either generation, with its detail as it was sent. */
export function readBuyWithPrimeEnvelope(body: JsonObject, detail: JsonObject): ReaderResult {
  const parsed = buyabilityEnvelope.safeParse(body);
  if (!parsed.success) return unreadableFrom(parsed.error, body);
  const envelope = parsed.data;
  const inner = envelope.detail;
  const account = idKinds.account.matches(envelope.account) ? envelope.account : undefined;
  const notes: string[] = [];
  if (envelope.account !== undefined && account === undefined) {
    notes.push(`account is no AWS account id: ${shapeOf(envelope.account)}`);
  }
  // The vendor says that these hold the same values ("Detail fields").
  noteDifference(notes, ['detail.eventId', inner.eventId], ['id', envelope.id]);
  noteDifference(notes, ['detail.eventTime', inner.eventTime], ['time', envelope.time]);
  noteDifference(
    notes,
    ['detail.resources', inner.resources && JSON.stringify(inner.resources)],
    ['resources', envelope.resources && JSON.stringify(envelope.resources)],
  );
  const { product, notes: productNotes } = readProduct(detail, 'detail.');
  notes.push(...productNotes);
  const eventTime = inner.eventTime ?? envelope.time;
  const shared: Shared = defined({
    kind: 'buyability.changed',
    generation: eventKeys.some((key) => Object.hasOwn(detail, key) && detail[key] !== null)
      ? 'eventBridge'
      : 'eventBridgeDeprecated',
    account,
    occurredAt: eventTime,
    eventTime,
    apiVersion: inner.apiVersion,
    product,
    detail,
    notes,
  });
  const key = ownKey(inner.idempotencyKey, inner.eventId) ?? { kind: 'envelope', value: envelope.id };
  return inner.resources === undefined
    ? eventPerItem(shared, key, envelope.resources ?? [], 'resources')
    : eventPerItem(shared, key, inner.resources, 'detail.resources');
}

function eventPerItem(shared: Shared, key: BuyabilityKey, resources: readonly string[], field: string): ReaderResult {
  const read = readItems(resources, field);
  if (!read.ok) return unreadable(read.problems);
  const notes = [...shared.notes, ...read.notes];
  const eventOf = ({ businessProductId, itemId }: ItemReference): BuyabilityChanged => ({
    ...shared,
    eventId: buyabilityIdentity(key, businessProductId, itemId),
    businessProductId,
    itemId,
    notes,
  });
  const [first, ...rest] = read.items;
  return { outcome: 'events', events: [eventOf(first), ...rest.map(eventOf)] };
}

/** The product as far as its shape is known, and a note on each field whose shape is not. */
function readProduct(
  event: JsonObject,
  prefix: '' | 'detail.',
): { readonly product?: ProductData; readonly notes: readonly string[] } {
  const documented = documentedData.safeParse(event);
  const problems = documented.success ? [] : problemsIn(documented.error, event);
  const notes = problems.map(({ field, found, expected }) => `${prefix}${field} is ${found} and not ${expected}`);
  const product = readableData.parse(event).data?.product;
  if (product === undefined || product === null) return { notes };
  return {
    notes,
    product: defined({
      id: product.id ?? undefined,
      externalId: product.externalId?.value ?? undefined,
      amazonSku: product.amazonSku?.value ?? undefined,
      sku: product.sku?.value ?? undefined,
      buyabilityStatus: product.buyability?.status ?? undefined,
    }),
  };
}

type NamedValue = readonly [field: string, value: string | undefined];

function noteDifference(notes: string[], [innerField, inner]: NamedValue, [outerField, outer]: NamedValue): void {
  if (inner === undefined || outer === undefined || inner === outer) return;
  notes.push(`${innerField} (${cut(inner)}) counts; ${outerField} says otherwise (${cut(outer)})`);
}
