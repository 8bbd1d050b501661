import { ValidationException } from '@aws-sdk/client-marketplace-catalog';
import { withoutAddresses } from '../../addresses.ts';
import { defined, memberOf } from '../../defined.ts';
import { failure, type FailureContext, type FailureType } from '../../failures.ts';

/** A call of which something became that is no answer. */
export interface FailedCall {
  /** The vendor's name, for instance StartChangeSet. */
  readonly operation: string;
  /** Whether the call changes something, so that a lost answer leaves its outcome open. */
  readonly submits: boolean;
}

interface Meaning {
  readonly type: FailureType;
  readonly message: string;
  readonly fields?: NonNullable<FailureContext['fields']>;
}

const MESSAGE_LIMIT = 500;
const FIELDS_LIMIT = 20;
const FIELD_LIMIT = 200;

/** Names that mean a slower pace; the service's own is ThrottlingException. */
const throttled = /^(Throttl|TooManyRequests|RequestThrottled|RequestLimitExceeded|SlowDown)/;
/** What the signature check and the SDK's credential chain say; AccessDenied without Exception is STS's, not ours. */
const credentialsRejected =
  /^(ExpiredToken|UnrecognizedClient|InvalidSignature|SignatureDoesNotMatch|IncompleteSignature|MissingAuthenticationToken|InvalidClientTokenId|InvalidToken|RequestExpired|RequestTimeTooSkewed|AuthFailure|AccessDenied$|CredentialsProviderError|TokenProviderError)/;
const unsentCodes = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/;
const brokenConnection =
  /^(ECONN|EPIPE|ETIMEDOUT|EHOSTDOWN|ENETDOWN|EPROTO|CERT_|ERR_TLS_|ERR_SSL_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_)/;
const lateNames: ReadonlySet<string> = new Set(['TimeoutError', 'AbortError']);

/**
 * Turns what a call to the Marketplace Catalog API threw into a failure of the vocabulary. What is none of the
 * vendor's errors and none of the network's is a bug and comes back as it is.
 */
export function vendorFailure(error: unknown, call: FailedCall): unknown {
  const meaning = refusalOf(error, call.operation) ?? lossOf(error, call);
  if (meaning === undefined) return error;
  const vendorType = nameOf(error);
  return failure(meaning.type, `${call.operation}: ${meaning.message}`, {
    context: {
      operation: call.operation,
      ...defined({ fields: meaning.fields, vendorType }),
    },
  });
}

/** Whether a service did not take the credentials that a call was signed with. */
export function areRejected(error: unknown): boolean {
  return isServiceException(error) && credentialsRejected.test(nameOf(error) ?? '');
}

/**
 * Turns what AssumeRole threw into a failure of the vocabulary. Of the call that the role was assumed for nothing was
 * sent, so none of its outcome is open. A refusal of whatever kind is one of the configuration; the service's own words
 * are left out, since some of them repeat the external id.
 */
export function roleFailure(error: unknown, roleArn: string): unknown {
  const operation = 'AssumeRole';
  const name = nameOf(error) ?? '';
  if (!isRefusal(error)) return vendorFailure(error, { operation, submits: false });
  const context = { operation, vendorType: name };
  if (name !== 'AccessDenied') {
    const message = `${operation}: ${roleArn} could not be assumed (${name})`;
    return failure('CredentialsRejected', message, { context });
  }
  const message =
    `${operation}: ${roleArn} may not be assumed: the worker’s credentials need sts:AssumeRole on it, ` +
    'and its trust policy has to let them in, with the external id of the configuration where it asks for one';
  return failure('CredentialsRejected', message, { context: { ...context, resource: roleArn } });
}

/** Whether a service read the request and refused it, for another reason than its pace. */
function isRefusal(error: unknown): boolean {
  const status = statusOf(error) ?? 0;
  const name = nameOf(error) ?? '';
  const isKnown = isServiceException(error) && !name.startsWith('Unknown');
  return isKnown && status >= 400 && status < 500 && status !== 429 && !throttled.test(name);
}

/** The failure of an answer that came under status 200 and lacks what it has to hold. */
export function incompleteAnswer({ operation, submits }: FailedCall, missing: string): Error {
  return failure(submits ? 'OutcomeUnknown' : 'MalformedAnswer', `${operation}: the answer holds no ${missing}`, {
    context: { operation },
  });
}

/** What a refusal means: the service read the request and did not carry it out. */
function refusalOf(error: unknown, operation: string): Meaning | undefined {
  const name = nameOf(error) ?? '';
  if (credentialsRejected.test(name))
    return { type: 'CredentialsRejected', message: `the credentials failed (${name})` };
  if (!isServiceException(error)) return undefined;
  if (throttled.test(name) || statusOf(error) === 429) return { type: 'Throttled', message: 'the rate is exceeded' };
  if (error instanceof ValidationException) return rejectionOf(error);
  switch (name) {
    case 'AccessDeniedException':
      return { type: 'AccessDenied', message: `the account may not call it; it needs aws-marketplace:${operation}` };
    case 'ServiceQuotaExceededException':
      return { type: 'QuotaExceeded', message: shortText(error) };
    case 'ResourceInUseException':
      return { type: 'ResourceInUse', message: shortText(error) };
    case 'ResourceNotFoundException':
      return { type: 'NotFound', message: shortText(error) };
    case 'ResourceNotSupportedException':
      return { type: 'RequestRejected', message: shortText(error) };
    default:
      return undefined;
  }
}

function rejectionOf(error: ValidationException): Meaning {
  const fields = (error.ValidationExceptionFieldList ?? []).slice(0, FIELDS_LIMIT).map((entry) => ({
    field: [entry.ChangeType, entry.EntityId, entry.Field].filter(Boolean).join(' ').slice(0, FIELD_LIMIT),
    message: withoutAddresses(entry.Message ?? entry.Reason ?? '').slice(0, FIELD_LIMIT),
  }));
  return { type: 'RequestRejected', message: shortText(error), fields };
}

/** What it means that no answer of the service came: for a submit, that the request may have been carried out. */
function lossOf(error: unknown, { submits }: FailedCall): Meaning | undefined {
  const code = memberOf(error, 'code');
  const codeText = typeof code === 'string' ? code : '';
  if (unsentCodes.test(codeText)) return { type: 'Unreachable', message: `the service was not reached (${codeText})` };
  const lost = (type: FailureType, message: string): Meaning => ({ type: submits ? 'OutcomeUnknown' : type, message });
  const status = statusOf(error);
  const statusText = status === undefined ? 'no status' : `status ${status}`;
  if (isServiceException(error)) {
    if (status !== undefined && status >= 500) return lost('ServiceFault', `the service failed (${statusText})`);
    return lost('MalformedAnswer', `the answer is none of the service’s (${statusText})`);
  }
  if (brokenConnection.test(codeText)) return lost('Unreachable', `the connection failed (${codeText})`);
  if (lateNames.has(nameOf(error) ?? '')) return lost('Unreachable', 'no whole answer came in time');
  // The SDK leaves the answer with an error that reading it has thrown: a page of a proxy, a cut body.
  const unreadable = memberOf(error, '$response') !== undefined || codeText.startsWith('HPE_');
  return unreadable ? lost('MalformedAnswer', `the answer is none of the service’s (${statusText})`) : undefined;
}

function statusOf(error: unknown): number | undefined {
  const status = memberOf(memberOf(error, '$metadata'), 'httpStatusCode');
  return typeof status === 'number' ? status : undefined;
}

/** By name, not by class: the network's errors may be those of another realm. */
function isServiceException(error: unknown): boolean {
  const fault = memberOf(error, '$fault');
  return fault === 'client' || fault === 'server';
}

function shortText(error: unknown): string {
  const message = memberOf(error, 'message');
  return typeof message === 'string' ? withoutAddresses(message).slice(0, MESSAGE_LIMIT) : 'no message';
}

function nameOf(error: unknown): string | undefined {
  const name = memberOf(error, 'name');
  return typeof name === 'string' ? name : undefined;
}

/** A member that every answer of the service has; an answer without it, for instance `{}`, is somebody else's. */
export function present<Value>(value: Value | undefined, operation: string, member: string): Value {
  if (value === undefined) throw incompleteAnswer({ operation, submits: false }, member);
  return value;
}
