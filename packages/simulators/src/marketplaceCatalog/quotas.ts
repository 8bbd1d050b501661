import type { Journal } from '../journal.ts';
import type { OperationName } from './operationNames.ts';

/** Calls per second for each account and operation; an operation that is not named has no quota. */
export type CallQuotas = Partial<Record<OperationName, number>>;

/** The vendor's quotas per account (AWS Marketplace Catalog API reference, service quotas). */
export const VENDOR_CALL_QUOTAS: CallQuotas = {
  StartChangeSet: 5,
  ListChangeSets: 5,
  CancelChangeSet: 5,
  DescribeChangeSet: 10,
  ListEntities: 10,
  DescribeEntity: 20,
};

/** Change sets that one account may have open at once (same source). */
export const VENDOR_OPEN_CHANGE_SETS = 250;

/** Which quotas hold; `enabled: false` switches those on calls off. */
export interface QuotaSettings {
  readonly enabled: boolean;
  readonly perSecond: CallQuotas;
  readonly openChangeSets: number;
}

const SETTINGS = 'now';

interface Bucket {
  tokens: number;
  filledAtMs: number;
}

/** A token bucket for each account and operation, which holds what one second gives. */
export class CallRates {
  readonly #buckets = new Map<string, Bucket>();
  readonly #initial: QuotaSettings;
  /** What was set by control. */
  readonly #changed;

  /** Full buckets, with `settings` where the journal has no others. */
  constructor(settings: QuotaSettings, journal: Journal) {
    this.#initial = settings;
    this.#changed = journal.table<QuotaSettings>('quotas');
  }

  /** The quotas that hold now. */
  get settings(): QuotaSettings {
    return this.#changed.get(SETTINGS) ?? this.#initial;
  }

  /** Sets other quotas; every bucket is full again. */
  change(settings: QuotaSettings): void {
    this.#changed.set(SETTINGS, settings);
    this.#buckets.clear();
  }

  /** Goes back to the quotas of the start; every bucket is full again. */
  reset(): void {
    this.#changed.clear();
    this.#buckets.clear();
  }

  /** Takes one call out of the bucket at `nowMs` of a clock that never goes back; false: the call is over the quota. */
  admits(operation: OperationName, account: string, nowMs: number): boolean {
    const { enabled, perSecond: quotas } = this.settings;
    const perSecond = enabled ? quotas[operation] : undefined;
    if (perSecond === undefined) return true;
    const key = `${account} ${operation}`;
    const bucket = this.#buckets.get(key) ?? { tokens: perSecond, filledAtMs: nowMs };
    const gained = ((nowMs - bucket.filledAtMs) / 1000) * perSecond;
    const tokens = Math.min(perSecond, bucket.tokens + gained);
    const admitted = tokens >= 1;
    this.#buckets.set(key, { tokens: admitted ? tokens - 1 : tokens, filledAtMs: nowMs });
    return admitted;
  }
}
