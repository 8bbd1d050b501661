import { type CallerHeaders, type CallerRefusal, type KnownCallers, readCaller } from '../signature.ts';
import { ServiceError } from './errors.ts';

const SIGNING_NAME = 'aws-marketplace';

/** The types of Common Errors of AWS, and messages. */
const REFUSALS: Readonly<Record<CallerRefusal, readonly [type: string, message: string]>> = {
  absent: ['MissingAuthenticationTokenException', 'Missing Authentication Token'],
  malformed: [
    'IncompleteSignatureException',
    'Authorization header must be AWS4-HMAC-SHA256 with Credential, SignedHeaders and Signature',
  ],
  otherService: ['InvalidSignatureException', `Credential should be scoped to correct service: '${SIGNING_NAME}'.`],
  expired: ['ExpiredTokenException', 'The security token included in the request is expired'],
  unknown: ['UnrecognizedClientException', 'The security token included in the request is invalid.'],
};

/** The caller's account: see `readCaller`. Throws a ServiceError of status 403, as the service does, where it is refused. */
export function callerAccount(headers: CallerHeaders, known: KnownCallers): string {
  const caller = readCaller(headers, SIGNING_NAME, known);
  if (caller.kind === 'known') return caller.account;
  const [type, message] = REFUSALS[caller.kind];
  throw new ServiceError(type, 403, message);
}
