import { idKinds } from './ids.ts';
import type { BusinessProductId, ChangeSetId, EventId, ItemId } from './ids.ts';
import { digestOf } from './json.ts';
import type { ChangeSetOutcome, JsonObject } from './types.ts';

/**
 * Identity of a finished change set: its id and outcome. An event and a row of ListChangeSets give the same one, and
 * so do two events of one outcome, since an outcome is final.
 */
export function changeSetIdentity(changeSetId: ChangeSetId, outcome: ChangeSetOutcome): EventId {
  return idKinds.event.make(`change-set:${changeSetId}:${outcome}`);
}

/** What a Buy with Prime event is known by: idempotencyKey, eventId, or the `id` of the EventBridge envelope. */
export interface BuyabilityKey {
  readonly kind: 'key' | 'event' | 'envelope';
  readonly value: string;
}

/** The vendor's idempotencyKey, else its eventId; undefined where there is neither. */
export function ownKey(idempotencyKey: string | undefined, eventId: string | undefined): BuyabilityKey | undefined {
  if (idempotencyKey !== undefined) return { kind: 'key', value: idempotencyKey };
  return eventId === undefined ? undefined : { kind: 'event', value: eventId };
}

/**
 * Identity of one item's part of a Buy with Prime event. The kind of key stands in it, so that an idempotencyKey never
 * passes for an eventId. The item belongs to it because an event may name several: each goes to its own workflow, which
 * knows only its own, and a sibling's delivery is no repeat of it.
 */
export function buyabilityIdentity(key: BuyabilityKey, businessProductId: BusinessProductId, itemId: ItemId): EventId {
  return idKinds.event.make(`buyability:${businessProductId}:${itemId}:${key.kind}:${key.value}`);
}

/** Identity of one item's part of a change of inventory, made in the same way. */
export function inventoryIdentity(key: BuyabilityKey, businessProductId: BusinessProductId, itemId: ItemId): EventId {
  return idKinds.event.make(`inventory:${businessProductId}:${itemId}:${key.kind}:${key.value}`);
}

/**
 * Identity of every other event: its kind, the envelope's id and a digest of `detail`. The id alone does not do: the
 * vendor's own samples repeat one id for different offers.
 */
export function detailIdentity(
  kind: 'offer.released' | 'offerSet.released' | 'securityReport.created' | 'agreement.created',
  envelopeId: string,
  detail: JsonObject,
): EventId {
  return idKinds.event.make(`${kind}:${envelopeId}:${digestOf(detail)}`);
}
