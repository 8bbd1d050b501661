import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { FailureType } from '../../failures.ts';
import type { CaseInput, CaseStatus, WorkflowContract } from '../shared/contract.ts';
import type { Followed, Following } from '../shared/policies.ts';
import type { AccountHealthPolicy } from './policyValues.ts';
import { fittingWorkflowId } from '../shared/workflowIds.ts';

/** The workflow type, as registered in the bundle. */
export const accountHealthType = 'accountHealth';

/**
 * The id of an alarm of a seller's account: `account:{account}` of its access, `account:{account}:{kind}` of calls that fail
 * otherwise for long.
 */
export function accountHealthWorkflowId(account: string, failing?: FailingType): string {
  return `account:${account}${failing === undefined ? '' : `:${failing}`}`;
}

/** The same of a Buy with Prime merchant: `merchant:{businessProductId}`, `merchant:{businessProductId}:{kind}`. */
export function merchantHealthWorkflowId(businessProductId: string, failing?: FailingType): string {
  return fittingWorkflowId(`merchant:${businessProductId}${failing === undefined ? '' : `:${failing}`}`);
}

/** The states, as `StewardState` shows them. */
export type AccountHealthStateName = 'refused' | 'failing' | 'recovered' | 'abandoned';

/** The failures that only somebody with rights over the account, or over the configuration, can fix. */
export type RefusalType = Extract<FailureType, 'AccessDenied' | 'CredentialsRejected' | 'NotConfigured'>;

/** The failures that pass in most cases, and that somebody has to know of where they last. */
export type FailingType = Extract<
  FailureType,
  'Throttled' | 'QuotaExceeded' | 'ServiceFault' | 'Unreachable' | 'OutcomeUnknown' | 'MalformedAnswer'
>;

/** What an alarm is about. */
export type AlarmType = RefusalType | FailingType;

/** One call that the vendor refused, or that has failed for long. */
export interface AccessRefusedMessage {
  /** Identity of the message: a repeat is not counted again. */
  readonly eventId: string;
  /** The vendor's name, for instance StartChangeSet; `product` is Buy with Prime's query, AssumeRole the account's role. */
  readonly operation: string;
  /** What a refused read asked for, so that a check can repeat it: an id, an ARN, a type of entity, an item. */
  readonly resource?: string;
  readonly failureType: AlarmType;
  /** ISO 8601: since when the call has failed, where that is why it is reported. */
  readonly failingSince?: string;
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
export type AccountHealthInput = (RefusedSeller | RefusedMerchant) &
  CaseInput<AccountHealthPolicy> & {
    /** The kind of failure of an alarm that is not of the access. */
    readonly failing?: FailingType;
  };

/** The reads that can be repeated as they were refused. */
export const repeatableReads = ['DescribeChangeSet', 'DescribeEntity', 'ListEntities', 'ListTagsForResource'] as const;

type RepeatableRead = (typeof repeatableReads)[number];

/** One harmless call that shows whether AWS still refuses an account, and which refusal it would disprove. */
export type AccessCheck =
  | { readonly operation: 'ListChangeSets'; readonly refused: AlarmType }
  | { readonly operation: RepeatableRead; readonly resource: string; readonly refused: AlarmType };

/** Checks of a seller's account, which all have to pass. */
export interface AccessCheckRequest extends RefusedSeller {
  readonly checks: readonly AccessCheck[];
}

/** One product query, of a refused item where one is known, and which refusal it would disprove. */
export interface ProductCheck {
  readonly itemId?: string;
  readonly refused: AlarmType;
}

/** That every check has passed; or, while the vendor still refuses, that the configuration has changed. */
export interface CheckAnswer extends Followed<AccountHealthPolicy> {
  readonly isStillRefused?: true;
}

/** The activities for a seller's account. */
export interface AccountActivities {
  /**
   * Makes every check once, one after another; throws NotYet, which the server repeats, at the first that the vendor still
   * refuses. What the service does not find, or finds wrong, it has let in: that check has passed.
   */
  checkAccess(request: AccessCheckRequest & Following<AccountHealthPolicy>): Promise<CheckAnswer | undefined>;
}

/** The activities for a merchant. */
export interface MerchantActivities {
  /** The same for a merchant: asks for each check's product. */
  checkMerchant(
    request: RefusedMerchant & { readonly checks: readonly ProductCheck[] } & Following<AccountHealthPolicy>,
  ): Promise<CheckAnswer | undefined>;
}

/** What the status query answers, and what a closed run leaves as its result. */
export interface AccountHealthStatus extends CaseStatus<AccountHealthStateName> {
  /** The seller's account, or the merchant's businessProductId. */
  readonly account: string;
  /** ISO 8601: the first refusal. */
  readonly since: string;
  /** What somebody has to do, each once, with the number of reported calls. */
  readonly missing: ReadonlyArray<{ readonly action: string; readonly refusals: number; readonly message: string }>;
}

export const accessRefusedSignal = defineSignal<[AccessRefusedMessage]>('accessRefused');
/** The same of a call that has failed for long. */
export const callFailingSignal = defineSignal<[AccessRefusedMessage]>('callFailing');
export const accountHealthStatusQuery = defineQuery<AccountHealthStatus>('status');

/** What others need to know of the workflow. */
export const accountHealthContract = {
  type: accountHealthType,
  idPrefixes: ['account:', 'merchant:'],
  states: { refused: true, failing: true, recovered: true, abandoned: true },
  statusQuery: accountHealthStatusQuery,
  commands: {},
} as const satisfies WorkflowContract<AccountHealthStatus>;
