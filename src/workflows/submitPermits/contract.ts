import { defineQuery, defineUpdate } from '@temporalio/workflow';
import type { CaseStatus, WorkflowContract } from '../shared/contract.ts';
import type { SubmitPermitsPolicy } from './policyValues.ts';

/** The workflow type, as registered in the bundle. */
export const submitPermitsType = 'submitPermits';

/** The id of the workflow that grants an account's submits: `submit-permits:{account}`. */
export function submitPermitsId(account: string): string {
  return `submit-permits:${account}`;
}

/** What a run starts from. */
export interface SubmitPermitsInput {
  readonly version: 1;
  readonly account: string;
  /** The catalog in which what runs and what was submitted today is counted. */
  readonly catalog: string;
  /** The whole policy, as delivery writes it. */
  readonly policy?: Partial<SubmitPermitsPolicy>;
}

/** A request for the permit of one activity attempt. */
export interface PermitRequest {
  /** The ClientRequestToken of the submit: what is counted, however often it is attempted. */
  readonly token: string;
  /** What an operator decided does not count in the daily cap. */
  readonly authority: 'policy' | 'operator';
  /** How many submits by policy a day of UTC may have. */
  readonly dailyCap: number;
  /** StartChangeSet calls a second of the account. */
  readonly startsPerSecond: number;
  /** For how long from the request on the submit can still land, in milliseconds. */
  readonly usedWithinMs: number;
  /** How long AWS takes to list what it has accepted, in milliseconds. */
  readonly settleMs: number;
  /** By which the permits are granted from now on: the workflow stays for years, and the worker knows newer values. */
  readonly policy?: SubmitPermitsPolicy;
  /** Permits of the same worker whose submits AWS has accepted: they need no more of their time, and stay counted. */
  readonly used?: readonly UsedPermit[];
}

/** A permit that was used. */
export interface UsedPermit {
  readonly token: string;
  readonly grant: number;
}

/** The answer to a request: it never waits. */
export type PermitAnswer =
  /** The submit may go out within the time of the request. `grant` names this permit in a return. */
  | { readonly outcome: 'granted'; readonly grant: number }
  | { readonly outcome: 'later'; readonly retryAfterMs: number; readonly because: LaterReason }
  /** The day's submits by policy are used up. */
  | { readonly outcome: 'capReached' };

/**
 * Why a request has to come back: what was submitted today is not counted yet; another activity attempt holds the permit
 * of the token; as many change sets are in flight as may be; or StartChangeSet is called as often as it may be. A worker
 * says that so many others of the account ask before it.
 */
export type LaterReason = 'counting' | 'held' | 'inFlight' | 'pace' | 'others';

/** What became of a permit that needs no more of its time. */
export interface PermitReturn {
  readonly token: string;
  readonly grant: number;
  /** `unsent`: certainly nothing was submitted, so it counts no longer; `unknown`: AWS may have accepted it. */
  readonly fate: 'unsent' | 'unknown';
  /** As in the request. */
  readonly settleMs: number;
}

/** A submit that AWS lists. */
export interface ListedSubmit {
  readonly token: string;
  /** ISO 8601; absent where AWS does not show it. */
  readonly startTime?: string;
  readonly runs: boolean;
}

/** The activities of the permits. */
export interface SubmitPermitsActivities {
  /**
   * The account's submits of this day of UTC, and those that run. Throws NotYet, which the server repeats, while a permit
   * of an earlier run of the workflow may still be used.
   */
  countSubmits(scope: { readonly account: string; readonly catalog: string }): Promise<readonly ListedSubmit[]>;
  /** The tokens of the account's submits that run. */
  runningSubmits(scope: { readonly account: string; readonly catalog: string }): Promise<readonly string[]>;
}

/** What the status query answers. */
export interface SubmitPermitsStatus extends CaseStatus<'counting' | 'granting'> {
  readonly account: string;
  /** Submits by policy that count in the day of UTC that is now. */
  readonly today: number;
  readonly inFlight: number;
}

export const permitUpdate = defineUpdate<PermitAnswer, [PermitRequest]>('permit');
export const permitReturnUpdate = defineUpdate<void, [PermitReturn]>('returnPermit');
export const submitPermitsStatusQuery = defineQuery<SubmitPermitsStatus>('status');

/** What others need to know of the workflow. */
export const submitPermitsContract = {
  type: submitPermitsType,
  idPrefixes: ['submit-permits:'],
  states: { counting: true, granting: true },
  statusQuery: submitPermitsStatusQuery,
  commands: {},
  stays: true,
} as const satisfies WorkflowContract<SubmitPermitsStatus>;
