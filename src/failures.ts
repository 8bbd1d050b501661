import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import { defined } from './defined.ts';

/** Who has to act on a failure. */
type Fault = 'vendor' | 'seller' | 'configuration' | 'network' | 'nobody';

interface FailureKind {
  readonly retryable: boolean;
  readonly fault: Fault;
  /** What an operator reads: what it means, and what happens or is to be done next. */
  readonly sentence: string;
  /** A failure that is part of waiting: it is neither logged as an error nor counted as one. */
  readonly benign?: true;
}

/**
 * The one vocabulary of failures between the outside world and the workflows. Adapters turn what a vendor or a channel
 * answers into one of these; an error of any other type is a bug and keeps its name.
 */
const failureKinds = {
  NotYet: {
    retryable: true,
    fault: 'nobody',
    benign: true,
    sentence: 'The answer is not there yet; the next check follows automatically.',
  },
  Throttled: {
    retryable: true,
    fault: 'vendor',
    benign: true,
    sentence: 'The quota of the account is used up for now; the call is repeated automatically.',
  },
  QuotaExceeded: {
    retryable: true,
    fault: 'seller',
    sentence: 'A quota of the account is used up; the call is repeated until its deadline.',
  },
  ResourceInUse: {
    retryable: true,
    fault: 'seller',
    sentence: 'Another change set holds the entity; the call is repeated until its deadline.',
  },
  ServiceFault: {
    retryable: true,
    fault: 'vendor',
    sentence: 'The vendor’s service failed; the call is repeated with growing intervals.',
  },
  Unreachable: {
    retryable: true,
    fault: 'network',
    sentence: 'The vendor could not be reached; the call is repeated. Check the network if this lasts.',
  },
  OutcomeUnknown: {
    retryable: true,
    fault: 'vendor',
    sentence:
      'The answer to a submit was lost; the next attempt checks whether it was accepted before it sends anything.',
  },
  MalformedAnswer: {
    retryable: true,
    fault: 'vendor',
    sentence: 'The answer was not the service’s (a proxy page, a cut or empty body); the call is repeated.',
  },
  AccessDenied: {
    retryable: true,
    fault: 'configuration',
    sentence: 'The account may not call this operation. Grant the missing permission; the call is repeated meanwhile.',
  },
  CredentialsRejected: {
    retryable: true,
    fault: 'configuration',
    sentence: 'The credentials were refused or have expired. Renew them; the call is repeated meanwhile.',
  },
  NotConfigured: {
    retryable: true,
    fault: 'configuration',
    sentence: 'The account or merchant is not in the configuration. Add it; the call is repeated meanwhile.',
  },
  NotFound: {
    retryable: false,
    fault: 'seller',
    sentence: 'What was asked for does not exist, or not for this account.',
  },
  RequestRejected: {
    retryable: false,
    fault: 'seller',
    sentence: 'The vendor refused the request as it stands; the fields at fault are named beside it.',
  },
  NoticeRefused: {
    retryable: false,
    fault: 'configuration',
    sentence: 'The channel refused the notice. Check the channel’s configuration.',
  },
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
