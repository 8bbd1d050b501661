import { type CallerHeaders, type CallerRefusal, type KnownCallers, readCaller } from '../signature.ts';
import { TokenServiceError, type XmlElements } from './wire.ts';

const SIGNING_NAME = 'sts';

/** Who calls. */
export interface Caller {
  readonly account: string;
  /** As messages name it. */
  readonly arn: string;
  /** Called with a temporary key: a role that assumes another one. */
  readonly isSession: boolean;
}

/** The codes of Common Errors of AWS, status and message. */
const REFUSALS: Readonly<Record<CallerRefusal, readonly [code: string, status: number, message: string]>> = {
  absent: ['MissingAuthenticationToken', 403, 'Request is missing Authentication Token'],
  malformed: ['IncompleteSignature', 400, 'Authorization header is not a SigV4 header'],
  otherService: ['SignatureDoesNotMatch', 403, `Credential should be scoped to correct service: '${SIGNING_NAME}'. `],
  expired: ['ExpiredToken', 403, 'The security token included in the request is expired'],
  unknown: ['InvalidClientTokenId', 403, 'The security token included in the request is invalid.'],
};

/** Who calls: see `readCaller`. Throws a TokenServiceError, as the service does, where the caller is refused. */
export function callerOf(headers: CallerHeaders, known: KnownCallers): Caller {
  const caller = readCaller(headers, SIGNING_NAME, known);
  if (caller.kind !== 'known') throw new TokenServiceError(...REFUSALS[caller.kind]);
  const { account, arn } = caller;
  return { account, arn: arn ?? `arn:aws:iam::${account}:user/steward`, isSession: arn !== undefined };
}

/** What GetCallerIdentity gives. A role's identity begins with AROA, a user's with AIDA (IAM identifiers). */
export function identityOf({ account, arn, isSession }: Caller): XmlElements {
  const id = isSession ? `AROASIMULATEDROLE0001:${arn.split('/').at(-1)}` : 'AIDASIMULATEDUSER0001';
  return { Arn: arn, UserId: id, Account: account };
}
