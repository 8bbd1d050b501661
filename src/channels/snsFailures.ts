import { defined, memberOf } from '../defined.ts';
import { failure, type FailureType } from '../failures.ts';
import { retryAfterOf } from '../http.ts';

/** What the signature check, the security token service and the SDK's credential chain say. */
const credentialNames =
  /^(InvalidClientTokenId|SignatureDoesNotMatch|InvalidSecurity|ExpiredToken|UnrecognizedClient|IncompleteSignature|MissingAuthenticationToken|CredentialsProviderError|TokenProviderError)/;
const permissionNames = /^(AuthorizationError|AccessDenied|KMSAccessDenied)/;
const lateNames = /^(TimeoutError|AbortError)$/;

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

interface Meaning {
  readonly type: FailureType;
  readonly message: string;
}

function serviceMeaning(name: string, status: number): Meaning {
  const reported = `SNS answered ${name} (status ${status})`;
  if (credentialNames.test(name))
    return { type: 'CredentialsRejected', message: `${reported}. Renew the credentials.` };
  if (permissionNames.test(name))
    return { type: 'AccessDenied', message: `${reported}. Grant sns:Publish on the topic.` };
  if (status === 429 || /Throttl/.test(name)) return { type: 'Throttled', message: reported };
  if (status === 408 || status >= 500) return { type: 'ServiceFault', message: reported };
  return {
    type: 'NoticeRefused',
    message: `${reported}. It is not tried again. Check the topic in the configuration.`,
  };
}

/** By name, not by class: the network's errors may be those of another realm. */
function meaningOf(error: unknown): Meaning | undefined {
  const name = textOf(memberOf(error, 'name'));
  const code = textOf(memberOf(error, 'code'));
  const status = memberOf(memberOf(error, '$metadata'), 'httpStatusCode');
  if (memberOf(error, '$fault') !== undefined && typeof status === 'number') return serviceMeaning(name, status);
  if (credentialNames.test(name)) return { type: 'CredentialsRejected', message: `the credentials failed (${name})` };
  if (lateNames.test(name)) return { type: 'Unreachable', message: 'no whole answer of SNS came in time' };
  // The SDK leaves the answer with an error that reading it has thrown: a page of a proxy, a cut body.
  if (memberOf(error, '$response') !== undefined || code.startsWith('HPE_'))
    return { type: 'MalformedAnswer', message: 'the answer is none of SNS’s' };
  return code === '' ? undefined : { type: 'Unreachable', message: `SNS was not reached (${code})` };
}

function askedDelayOf(error: unknown): number | undefined {
  const header = memberOf(memberOf(memberOf(error, '$response'), 'headers'), 'retry-after');
  return retryAfterOf(typeof header === 'string' ? header : undefined, Date.now());
}

/** Permits what Publish threw into a failure of the vocabulary; what is none of SNS's and none of the network's is a bug. */
export function snsFailure(error: unknown): unknown {
  const meaning = meaningOf(error);
  if (meaning === undefined) return error;
  const retryAfterMs = askedDelayOf(error);
  return failure(meaning.type, meaning.message, {
    context: { operation: 'Publish', vendorType: textOf(memberOf(error, 'name')) },
    ...defined({ retryAfterMs }),
  });
}
