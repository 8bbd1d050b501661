import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { FailureType } from '../../failures.ts';
import type { CaseInput, CaseStatus, WorkflowContract } from '../shared/contract.ts';
import type { AccountHealthPolicy } from './defaults.ts';

/** The workflow type, as registered in the bundle. */
export const accountHealthType = 'accountHealth';

/** The id of the one access alarm of a seller's account: `account:{account}`. */
export function accountHealthWorkflowId(account: string): string {
  return `account:${account}`;
}

/** The id of the one access alarm of a Buy with Prime merchant: `merchant:{businessProductId}`. */
export function merchantHealthWorkflowId(businessProductId: string): string {
  return `merchant:${businessProductId}`;
}

/** The states, as `StewardState` shows them. */
export type AccountHealthStateName = 'refused' | 'recovered' | 'abandoned';

/** The failures that only somebody with rights over the account, or over the configuration, can fix. */
export type RefusalType = Extract<FailureType, 'AccessDenied' | 'CredentialsRejected' | 'NotConfigured'>;

/** One call that the vendor refused. */
export interface AccessRefusedMessage {
  /** Identity of the message: a repeat is not counted again. */
  readonly eventId: string;
  /** The vendor's name, for instance StartChangeSet; `product` is Buy with Prime's query, AssumeRole the account's role. */
  readonly operation: string;
  /** What a refused read asked for, so that a check can repeat it: an id, an ARN, a type of entity, an item. */
  readonly resource?: string;
  readonly failureType: RefusalType;
  /** The failure's own message, without secrets. */
  readonly message: string;
  /** ISO 8601. */
  readonly at: string;
}

/** A seller's account that AWS Marketplace refuses; the checks are made in the catalog. */
export interface RefusedSeller {
  readonly account: string;
  readonly catalog: string;
}

/** A merchant that Buy with Prime refuses. */
export interface RefusedMerchant {
  readonly businessProductId: string;
}

/** What a run starts from. */
export type AccountHealthInput = (RefusedSeller | RefusedMerchant) & CaseInput<AccountHealthPolicy>;

/** The reads that can be repeated as they were refused. */
export const repeatableReads = ['DescribeChangeSet', 'DescribeEntity', 'ListEntities', 'ListTagsForResource'] as const;

type RepeatableRead = (typeof repeatableReads)[number];

/** One harmless call that shows whether AWS still refuses an account, and which refusal it would disprove. */
export type AccessCheck =
  | { readonly operation: 'ListChangeSets'; readonly refused: RefusalType }
  | { readonly operation: RepeatableRead; readonly resource: string; readonly refused: 'AccessDenied' };

/** Checks of a seller's account, which all have to pass. */
export interface AccessCheckRequest extends RefusedSeller {
  readonly checks: readonly AccessCheck[];
}

/** One product query, of a refused item where one is known, and which refusal it would disprove. */
export interface ProductCheck {
  readonly itemId?: string;
  readonly refused: RefusalType;
}

/** The activities for a seller's account. */
export interface AccountActivities {
  /**
   * Makes every check once, one after another; throws NotYet, which the server repeats, at the first that the vendor still
   * refuses. What the service does not find, or finds wrong, it has let in: that check has passed.
   */
  checkAccess(request: AccessCheckRequest): Promise<void>;
}

/** The activities for a merchant. */
export interface MerchantActivities {
  /** The same for a merchant: asks for each check's product. */
  checkMerchant(request: RefusedMerchant & { readonly checks: readonly ProductCheck[] }): Promise<void>;
}

/** What the status query answers, and what a closed run leaves as its result. */
export interface AccountHealthStatus extends CaseStatus<AccountHealthStateName> {
  /** The seller's account, or the merchant's businessProductId. */
  readonly account: string;
  /** ISO 8601: the first refusal. */
  readonly since: string;
  /** What somebody has to do, each once, with the number of refused calls. */
  readonly missing: ReadonlyArray<{ readonly action: string; readonly refusals: number; readonly message: string }>;
}

export const accessRefusedSignal = defineSignal<[AccessRefusedMessage]>('accessRefused');
export const accountHealthStatusQuery = defineQuery<AccountHealthStatus>('status');

/** What others need to know of the workflow. */
export const accountHealthContract = {
  type: accountHealthType,
  idPrefixes: ['account:', 'merchant:'],
  statusQuery: accountHealthStatusQuery,
  commands: {},
} as const satisfies WorkflowContract<AccountHealthStatus>;
