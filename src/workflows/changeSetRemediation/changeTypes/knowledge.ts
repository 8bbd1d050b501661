import type { ContentsRule } from './contents.ts';
import type { UsualTime } from './durations.ts';

/**
 * What a change does to the catalog, and so how a repeat could hurt: `create` makes an entity, `set` replaces a value,
 * `add` adds to a list, `reach` widens who can buy or what they get, `withdraw` takes something away, `policy` governs
 * what a company's users may procure.
 */
export type ChangeClass = 'create' | 'set' | 'add' | 'reach' | 'withdraw' | 'policy';

/** How an entity that a change makes is found among those that exist. */
export interface NamedBy {
  /** As ListEntities takes it, without a version. */
  readonly entityType: string;
  /** Keys at the top of the change's details that may hold the name; the name is optional, so all may be missing. */
  readonly nameKeys: readonly string[];
}

/** What is known of one change type on one entity type. */
export interface ChangeTypeKnowledge {
  readonly classes: readonly ChangeClass[];
  /** When a newer change of this type leaves nothing of it undone; absent where AWS documents no contents: then never. */
  readonly contents?: ContentsRule;
  /** How to see that the change took effect, though the change set failed. */
  readonly partialEffects: string;
  /** What in its details goes out of date; undefined where nothing is known to. */
  readonly goesStale?: string;
  /** How long AWS usually takes; absent where it is what the entity type's other changes take. */
  readonly usual?: UsualTime;
  /** For types that make an entity which ListEntities can find by a name in the details. */
  readonly namedBy?: NamedBy;
}

/** The change types of one entity type. */
export type KnowledgeByChangeType = Readonly<Record<string, ChangeTypeKnowledge>>;
