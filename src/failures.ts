import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import { defined } from './defined.ts';

interface FailureKind {
  readonly retryable: boolean;
  /** A failure that is part of waiting: it is neither logged as an error nor counted as one. */
  readonly benign?: true;
}

/**
 * The one vocabulary of failures between the outside world and the workflows. Adapters turn what a vendor or a channel
 * answers into one of these; any other error is a bug, which the worker makes one of type Bug.
 */
const failureKinds = {
  /** Not available yet; the server checks again automatically. */
  NotYet: { retryable: true, benign: true },
  /** The account's quota leaves no capacity now; the call is repeated when capacity is free. */
  Throttled: { retryable: true, benign: true },
  /** The seller has used up a quota of the account; the call is repeated until its deadline. */
  QuotaExceeded: { retryable: true },
  /** Another change set holds the entity; the call is repeated until its deadline. */
  ResourceInUse: { retryable: true },
  /** The vendor's service failed; the call is repeated with growing intervals. */
  ServiceFault: { retryable: true },
  /** No connection to the vendor; the call is repeated. Check the network if this lasts. */
  Unreachable: { retryable: true },
  /** The answer to a submit was lost; the next attempt checks whether AWS accepted it before it sends anything. */
  OutcomeUnknown: { retryable: true },
  /** Something else answered, or a part of the answer is missing (a proxy page, a cut body); the call is repeated. */
  MalformedAnswer: { retryable: true },
  /** The account may not call this operation. Grant the missing permission; the call is repeated meanwhile. */
  AccessDenied: { retryable: true },
  /** The vendor refused the credentials, or they have expired. Renew them; the call is repeated meanwhile. */
  CredentialsRejected: { retryable: true },
  /** The account or merchant is not in the configuration. Add it; the call is repeated meanwhile. */
  NotConfigured: { retryable: true },
  /** It does not exist, or this account cannot see it. */
  NotFound: { retryable: false },
  /** The vendor refused the request as it is; the failure names the fields at fault. */
  RequestRejected: { retryable: false },
  /** The channel refused the notice. Check the channel's configuration. */
  NoticeRefused: { retryable: false },
  /** An error in the service's own code, after ten attempts. Report it with the worker's log; operators decide meanwhile. */
  Bug: { retryable: false },
} as const satisfies Record<string, FailureKind>;

/** The name of a failure: what workflows match on, since a class does not survive serialisation. */
export type FailureType = keyof typeof failureKinds;

/** What goes with a failure into the history: short, without secrets. */
export interface FailureContext {
  /** Name of the vendor's operation, for instance StartChangeSet. */
  readonly operation?: string;
  /** What it was to act on, where the failure is about that. */
  readonly resource?: string;
  /** The fields that the vendor names in a refusal. */
  readonly fields?: ReadonlyArray<{ readonly field: string; readonly message: string }>;
  /** The vendor's own name of the error. */
  readonly vendorType?: string;
}

/**
 * Makes the failure that an activity throws.
 * @param type one of the vocabulary; it decides whether the server repeats it.
 * @param message what happened, first and complete: it is the first thing shown in the Web UI.
 * @param options `retryAfterMs`, a delay that the vendor asked for, in milliseconds; `cause`, kept for the stack.
 */
export function failure(
  type: FailureType,
  message: string,
  options: { context?: FailureContext; retryAfterMs?: number; cause?: unknown } = {},
): ApplicationFailure {
  const kind: FailureKind = failureKinds[type];
  return ApplicationFailure.create({
    type,
    message,
    nonRetryable: !kind.retryable,
    ...(kind.benign ? { category: ApplicationFailureCategory.BENIGN } : {}),
    ...defined({ nextRetryDelay: options.retryAfterMs }),
    ...(options.context === undefined ? {} : { details: [options.context] }),
    ...(options.cause instanceof Error ? { cause: options.cause } : {}),
  });
}

/** The type of an error where it is one of the vocabulary, else undefined. */
export function failureTypeOf(error: unknown): FailureType | undefined {
  if (!(error instanceof ApplicationFailure) || typeof error.type !== 'string') return undefined;
  return error.type in failureKinds ? (error.type as FailureType) : undefined;
}

/** Whether the server does not repeat what failed so. */
export function isFinal(error: unknown): error is ApplicationFailure {
  return error instanceof ApplicationFailure && error.nonRetryable === true;
}
