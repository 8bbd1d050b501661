import type { Journal } from '../journal.ts';
import { serviceTime } from './times.ts';
import type { Tag } from './validation.ts';

/** An error of one change, keyed as on the wire. */
export interface ErrorDetail {
  readonly ErrorCode: string;
  readonly ErrorMessage: string;
}

/** One change of a set as it was asked for. */
export interface StoredChange {
  readonly changeType: string;
  readonly entityType: string;
  /** As it was sent: with its revision, or a reference to another change; missing where the change creates. */
  readonly identifier?: string;
  readonly changeName?: string;
  /** JSON text, byte for byte as it was sent. */
  readonly details?: string;
  /** The same contents as JSON text for DetailsDocument. */
  readonly documentText?: string;
  readonly entityTags: readonly Tag[];
}

/** How far a change set has come; terminal ones carry their end. */
export type Progress =
  | { readonly status: 'PREPARING' }
  | { readonly status: 'APPLYING' }
  | { readonly status: 'SUCCEEDED'; readonly endTime: string }
  | { readonly status: 'CANCELLED'; readonly endTime: string }
  | {
      readonly status: 'FAILED';
      readonly endTime: string;
      readonly failureCode?: string;
      readonly failureDescription?: string;
      /** By index of the change. */
      readonly errors: Readonly<Record<number, readonly ErrorDetail[]>>;
    };

/** A progress that nothing follows. */
export type TerminalProgress = Exclude<Progress, { status: 'PREPARING' | 'APPLYING' }>;

/** A change set of one account. */
export interface StoredChangeSet {
  /** The order in which sets became known: it breaks ties between sets of one second. */
  readonly sequence: number;
  readonly id: string;
  readonly account: string;
  readonly name: string;
  readonly intent: 'APPLY' | 'VALIDATE';
  readonly startTime: string;
  readonly requestId: string;
  readonly tags: readonly Tag[];
  readonly changes: readonly StoredChange[];
  /** ListChangeSets leaves the set out before this time, in milliseconds since 1970. */
  readonly listedFromMs: number;
  progress: Progress;
  /** By index of the change: the ids of entities that came to be by it; filled on success. */
  createdEntityIds: Readonly<Record<number, string>>;
}

/** An entity of the catalog. `summary` holds the members of its `<Type>Summary`, keyed as on the wire. */
export interface StoredEntity {
  readonly id: string;
  /** With its version, as `SaaSProduct@1.0`. */
  readonly type: string;
  readonly account: string;
  readonly sharedWith: readonly string[];
  readonly name: string;
  readonly summary: Readonly<Record<string, unknown>>;
  readonly detailsText: string;
  readonly revision: number;
  readonly lastModified: string;
  readonly tags: readonly Tag[];
}

/** An assessment, keyed as on the wire, with its controls and the account it is for. */
export interface StoredAssessment {
  readonly account: string;
  readonly summary: {
    readonly AssessmentId: string;
    readonly FrameworkId: string;
    readonly AssessmentTargetSummary: {
      readonly EntityId?: string | undefined;
      readonly ChangeSetId?: string | undefined;
    };
    readonly FrameworkSummary?:
      Readonly<Record<string, { readonly DeliveryOptionId?: string | undefined }>> | undefined;
    readonly AssessmentResult: 'PASS' | 'FAIL';
    readonly CreatedAt: string;
    readonly ExpiresAt?: string | undefined;
  };
  readonly controls: readonly Readonly<Record<string, unknown>>[];
}

/** The answer that a ClientRequestToken was given, and the request it came with. */
export interface TokenUse {
  readonly changeSetId: string;
  readonly request: string;
}

const RETENTION_MS = 60 * 24 * 60 * 60 * 1000;

/** All that the simulated catalog knows. It has no clock and no chance in it. */
export class Store {
  readonly entities;
  readonly assessments;
  readonly #changeSets;
  readonly #tokens;
  /** By account. A real history has thousands of sets, of which few run. */
  readonly #owned = new Map<string, Map<string, StoredChangeSet>>();
  readonly #running = new Map<string, StoredChangeSet>();
  #lastSequence = 0;

  constructor(journal: Journal) {
    this.entities = journal.table<StoredEntity>('entities');
    this.assessments = journal.table<StoredAssessment>('assessments');
    this.#changeSets = journal.table<StoredChangeSet>('changeSets');
    this.#tokens = journal.table<TokenUse>('tokens');
    for (const set of this.#changeSets.values()) {
      this.#index(set);
      this.#lastSequence = Math.max(this.#lastSequence, set.sequence);
    }
  }

  /** The next number for `StoredChangeSet.sequence`. */
  nextSequence(): number {
    this.#lastSequence += 1;
    return this.#lastSequence;
  }

  /** A change set of any account. */
  changeSet(id: string): StoredChangeSet | undefined {
    return this.#changeSets.get(id);
  }

  /** Keeps a change set that is new, or that has changed. */
  keep(set: StoredChangeSet): void {
    const earlier = this.#changeSets.get(set.id);
    if (earlier !== undefined) this.#owned.get(earlier.account)?.delete(set.id);
    this.#changeSets.set(set.id, set);
    this.#index(set);
  }

  /** A change set of the account; those that ended are known for 60 days from their start (vendor's history). */
  changeSetOf(account: string, id: string, nowMs: number): StoredChangeSet | undefined {
    const set = this.#changeSets.get(id);
    return set?.account === account && isKept(set, serviceTime(nowMs - RETENTION_MS)) ? set : undefined;
  }

  /** Every change set that the account owns and that history still holds. */
  changeSetsOf(account: string, nowMs: number): StoredChangeSet[] {
    const since = serviceTime(nowMs - RETENTION_MS);
    return [...(this.#owned.get(account)?.values() ?? [])].filter((set) => isKept(set, since));
  }

  /** An entity that the account owns or that is shared with it. */
  entityFor(account: string, id: string): StoredEntity | undefined {
    const entity = this.entities.get(id);
    return entity !== undefined && (entity.account === account || entity.sharedWith.includes(account))
      ? entity
      : undefined;
  }

  /** The running change sets, of any account, that name the entity. */
  runningOn(entityId: string): StoredChangeSet[] {
    return [...this.#running.values()].filter((set) => touches(set, entityId));
  }

  /** How many change sets of the account run. */
  runningOf(account: string): number {
    return [...this.#running.values()].filter((set) => set.account === account).length;
  }

  /** What the account's token was used for. */
  tokenUse(account: string, token: string): TokenUse | undefined {
    return this.#tokens.get(`${account} ${token}`);
  }

  /** Remembers what the account's token was used for. */
  rememberToken(account: string, token: string, use: TokenUse): void {
    this.#tokens.set(`${account} ${token}`, use);
  }

  /** Forgets everything. */
  clear(): void {
    this.#changeSets.clear();
    this.entities.clear();
    this.assessments.clear();
    this.#tokens.clear();
    this.#owned.clear();
    this.#lastSequence = 0;
    this.#running.clear();
  }

  #index(set: StoredChangeSet): void {
    const owned = this.#owned.get(set.account) ?? new Map<string, StoredChangeSet>();
    this.#owned.set(set.account, owned.set(set.id, set));
    if (isTerminal(set.progress)) this.#running.delete(set.id);
    else this.#running.set(set.id, set);
  }
}

/** Whether nothing follows. */
export function isTerminal(progress: Progress): progress is TerminalProgress {
  return progress.status !== 'PREPARING' && progress.status !== 'APPLYING';
}

/** An identifier without its revision: `prod-abc@4` is the entity `prod-abc`. */
export function entityIdIn(identifier: string): string {
  return identifier.replace(/@\d+$/, '');
}

/** Whether an identifier refers to another change of the set, as `$CreateProduct.Entity.Identifier` does. */
export function isReference(identifier: string): boolean {
  return identifier.startsWith('$');
}

/** The entities of a set, each once and without revision: those named and those that came to be by it. */
export function entityIdsOf(set: StoredChangeSet): string[] {
  const named = set.changes.flatMap(({ identifier }) =>
    identifier === undefined || isReference(identifier) ? [] : [entityIdIn(identifier)],
  );
  return [...new Set([...named, ...Object.values(set.createdEntityIds)])];
}

/** Whether `entityIdsOf` has the entity; quicker, for histories of thousands of sets. */
export function touches(set: StoredChangeSet, entityId: string): boolean {
  return (
    set.changes.some(
      ({ identifier }) => identifier?.startsWith(entityId) === true && entityIdIn(identifier) === entityId,
    ) || Object.values(set.createdEntityIds).includes(entityId)
  );
}

/** The ARN of something of the catalog: `kind` is `ChangeSet`, `Assessment` or an entity's type without its version. */
export function catalogArn(account: string, kind: string, id: string): string {
  return `arn:aws:aws-marketplace:us-east-1:${account}:AWSMarketplace/${kind}/${id}`;
}

/** The ARN of an entity. */
export function entityArn(entity: StoredEntity): string {
  return catalogArn(entity.account, typeName(entity.type), entity.id);
}

/** A type without its version: `SaaSProduct@1.0` is a `SaaSProduct`. */
export function typeName(type: string): string {
  return type.replace(/@.*$/, '');
}

function isKept(set: StoredChangeSet, since: string): boolean {
  return !isTerminal(set.progress) || set.startTime > since;
}
