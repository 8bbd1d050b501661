import { isTemporaryKey, type KnownSessions } from '../sessions.ts';
import { accountInKey, readSignature } from '../signature.ts';
import { TokenServiceError } from './wire.ts';

const SIGNING_NAME = 'sts';

/** Who calls. */
export interface Caller {
  readonly account: string;
  /** As messages name it. */
  readonly arn: string;
  /** Called with a temporary key: a role that assumes another one. */
  readonly isSession: boolean;
}

/**
 * Who calls, from the Authorization header: `SIM` and twelve digits means a user of that account, a temporary key the
 * role that it was given for, any other key a user of the default account. Throws a TokenServiceError as the service
 * does (Common Errors of AWS) where the header or the session is not right.
 */
export function callerOf(
  {
    authorization,
    sessionToken,
  }: { readonly authorization: string | undefined; readonly sessionToken: string | undefined },
  { account, sessions }: { readonly account: string; readonly sessions: KnownSessions },
): Caller {
  const signature = readSignature(authorization);
  switch (signature.kind) {
    case 'absent':
      throw new TokenServiceError('MissingAuthenticationToken', 403, 'Request is missing Authentication Token');
    case 'malformed':
      throw new TokenServiceError('IncompleteSignature', 400, 'Authorization header is not a SigV4 header');
    case 'signed':
      break;
  }
  const { accessKeyId, service } = signature;
  if (service !== SIGNING_NAME) {
    const message = `Credential should be scoped to correct service: '${SIGNING_NAME}'. `;
    throw new TokenServiceError('SignatureDoesNotMatch', 403, message);
  }
  if (!isTemporaryKey(accessKeyId)) {
    const own = accountInKey(accessKeyId) ?? account;
    return { account: own, arn: `arn:aws:iam::${own}:user/steward`, isSession: false };
  }
  const session = sessions.verdictOn(accessKeyId, sessionToken, Date.now());
  switch (session.kind) {
    case 'live':
      return { account: session.account, arn: session.arn, isSession: true };
    case 'expired':
      throw new TokenServiceError('ExpiredToken', 403, 'The security token included in the request is expired');
    case 'unknown':
      throw new TokenServiceError(
        'InvalidClientTokenId',
        403,
        'The security token included in the request is invalid.',
      );
  }
}
