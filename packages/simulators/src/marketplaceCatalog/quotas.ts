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

interface Bucket {
  tokens: number;
  filledAtMs: number;
}

/** A token bucket for each account and operation, which holds what one second gives. */
export class CallRates {
  readonly #buckets = new Map<string, Bucket>();
  #settings: QuotaSettings;

  constructor(settings: QuotaSettings) {
    this.#settings = settings;
  }

  /** The quotas that hold now. */
  get settings(): QuotaSettings {
    return this.#settings;
  }

  /** Sets other quotas; every bucket is full again. */
  change(settings: QuotaSettings): void {
    this.#settings = settings;
    this.#buckets.clear();
  }

  /** Takes one call out of the bucket at `nowMs` of a clock that never goes back; false: the call is over the quota. */
  admits(operation: OperationName, account: string, nowMs: number): boolean {
    const perSecond = this.#settings.enabled ? this.#settings.perSecond[operation] : undefined;
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
