import { usualMs, usualOfEntityType, type UsualTime } from './changeTypes/durations.ts';
import { governanceTypes } from './changeTypes/governance.ts';
import type { ChangeTypeKnowledge, KnowledgeByChangeType } from './changeTypes/knowledge.ts';
import { offerTypes } from './changeTypes/offers.ts';
import { partneringTypes } from './changeTypes/partnering.ts';
import { productTypes } from './changeTypes/products.ts';

export type { ChangeClass, ChangeTypeKnowledge } from './changeTypes/knowledge.ts';

/**
 * Every known change type, by entity type without its version and by change type (AWS Marketplace Catalog API guide and
 * AWS's public samples). Anything not listed is unknown, and an operator decides about it.
 */
export const knownChangeTypes: Readonly<Record<string, KnowledgeByChangeType>> = {
  ...productTypes,
  ...offerTypes,
  ...partneringTypes,
  ...governanceTypes,
};

/**
 * Entity types whose change types AWS documents on a page that could not be read, and what is known of them. An operator
 * decides about every change of theirs.
 */
export const entityTypesWithoutChangeTypes: Readonly<Record<string, string>> = {
  SubsidiaryAuthorization:
    'A subsidiary authorization lets another account of the same seller make private offers for a product. It is a draft, active, or restricted, which is final; the steward knows none of its change types.',
};

/** What is known of an entity type whose change types are not; undefined for any other. */
export function aboutEntityType(entityType: string): string | undefined {
  const family = entityFamily(entityType);
  return Object.hasOwn(entityTypesWithoutChangeTypes, family) ? entityTypesWithoutChangeTypes[family] : undefined;
}

/** The entity type without its version: `SaaSProduct@1.0` is `SaaSProduct`. */
export function entityFamily(entityType: string): string {
  return entityType.split('@')[0] ?? entityType;
}

/**
 * What is known of one change: its classes, what in it goes out of date, and the sign of partial effects.
 * @param entityType with or without its version.
 * @returns undefined where the entity type or the change type is not known.
 */
export function knowledgeOf(entityType: string, changeType: string): ChangeTypeKnowledge | undefined {
  const family = entityFamily(entityType);
  const byChangeType = Object.hasOwn(knownChangeTypes, family) ? knownChangeTypes[family] : undefined;
  return byChangeType && Object.hasOwn(byChangeType, changeType) ? byChangeType[changeType] : undefined;
}

/** How long AWS usually takes for one change; of an unknown one, as long as for a product's. */
export function usualTimeOf(entityType: string, changeType: string): UsualTime {
  return knowledgeOf(entityType, changeType)?.usual ?? usualOfEntityType(entityFamily(entityType));
}

/** The slowest of some changes, and how long AWS usually takes for it, in milliseconds; without any change, for a product's. */
export function slowestOf<Change extends { readonly entityType: string; readonly changeType: string }>(
  changes: readonly Change[],
): { readonly slowest?: Change; readonly usualMs: number } {
  const timed = changes.map((slowest) => ({
    slowest,
    usualMs: usualMs[usualTimeOf(slowest.entityType, slowest.changeType)],
  }));
  const [first] = timed.toSorted((one, other) => other.usualMs - one.usualMs);
  return first ?? { usualMs: usualMs.hours };
}
