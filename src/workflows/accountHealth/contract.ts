import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { FailureType } from '../../failures.ts';
import type { AccountHealthPolicy } from './defaults.ts';
import type { AccountHealth } from './state.ts';

/** The workflow type, as registered in the bundle. */
export const accountHealthType = 'accountHealth';

/** The id of the one alarm of a seller's account: `account:{account}`. */
export function accountHealthWorkflowId(account: string): string {
  return `account:${account}`;
}

/** The id of the one alarm of a Buy with Prime merchant: `merchant:{businessProductId}`. */
export function merchantHealthWorkflowId(businessProductId: string): string {
  return `merchant:${businessProductId}`;
}

/** The failures that only somebody with rights over the account, or over the configuration, can mend. */
export type RefusalType = Extract<FailureType, 'AccessDenied' | 'CredentialsRejected' | 'NotConfigured'>;

/** One call of the vendor's that was refused. */
export interface AccessRefusedMessage {
  /** Identity of the message: a repeat is not counted again. */
  readonly eventId: string;
  /** The vendor's name, for instance StartChangeSet; `product` is Buy with Prime's query, AssumeRole the account's role. */
  readonly operation: string;
  /** What a refused read asked for, so that the same read can be tried again: an id, an ARN, a type of entity, an item. */
  readonly resource?: string;
  readonly failureType: RefusalType;
  /** The failure's own message, without secrets. */
  readonly message: string;
  /** ISO 8601. */
  readonly at: string;
}

/** A seller's account, refused by AWS Marketplace; the checks are made in the catalog. */
export interface RefusedSeller {
  readonly account: string;
  readonly catalog: string;
}

/** A merchant, refused by Buy with Prime. */
export interface RefusedMerchant {
  readonly businessProductId: string;
}

/** What a run starts from. */
export type AccountHealthInput = (RefusedSeller | RefusedMerchant) & {
  readonly version: 1;
  /** Values that replace those of `defaults.ts`. */
  readonly policy?: Partial<AccountHealthPolicy>;
  readonly carried?: AccountHealth;
};

/** What a query shows, and what a closed run leaves as its result. */
export interface AccountHealthStatus {
  /** refused, recovered, abandoned */
  readonly state: string;
  /** The seller's account, or the merchant's businessProductId. */
  readonly account: string;
  /** ISO 8601: the first refusal. */
  readonly since: string;
  /** What somebody has to do, each once, with how many refusals were told of. */
  readonly missing: ReadonlyArray<{ readonly action: string; readonly refusals: number; readonly message: string }>;
  readonly notes: readonly string[];
  readonly nextStep: string;
}

export const accessRefusedSignal = defineSignal<[AccessRefusedMessage]>('accessRefused');
export const accountHealthStatusQuery = defineQuery<AccountHealthStatus>('status');
