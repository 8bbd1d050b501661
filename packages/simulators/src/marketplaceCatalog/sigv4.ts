import { isTemporaryKey, type KnownSessions } from '../sessions.ts';
import { accountInKey, readSignature } from '../signature.ts';
import { ServiceError } from './errors.ts';

const SIGNING_NAME = 'aws-marketplace';

/** What is known of callers besides what their requests say. */
export interface KnownCallers {
  /** The account of callers whose key names none. */
  readonly account: string;
  /** Where temporary keys come from; without it they are keys like any other. */
  readonly sessions?: KnownSessions;
}

/** The headers by which a caller proves who it is. */
export interface CallerHeaders {
  readonly authorization?: string;
  /** `x-amz-security-token`: what goes with a temporary key. */
  readonly sessionToken?: string;
}

/**
 * The caller's account, from the credential scope of a SigV4 Authorization header: the access key id `SIM` and twelve
 * digits means that account, a temporary key that of its session's role, any other key the default one. Signatures are
 * not verified. Throws a ServiceError of status 403, as the service does, where the header is missing, is no SigV4
 * header, or is scoped to another service (signing name `aws-marketplace`), and where a session has expired or is not
 * known (UnrecognizedClientException and ExpiredTokenException: Common Errors of AWS).
 */
export function callerAccount(
  { authorization, sessionToken }: CallerHeaders,
  { account, sessions }: KnownCallers,
): string {
  const signature = readSignature(authorization);
  switch (signature.kind) {
    case 'absent':
      throw new ServiceError('MissingAuthenticationTokenException', 403, 'Missing Authentication Token');
    case 'malformed':
      throw new ServiceError(
        'IncompleteSignatureException',
        403,
        'Authorization header must be AWS4-HMAC-SHA256 with Credential, SignedHeaders and Signature',
      );
    case 'signed':
      break;
  }
  const { accessKeyId, service } = signature;
  if (service !== SIGNING_NAME) {
    const message = `Credential should be scoped to correct service: '${SIGNING_NAME}'.`;
    throw new ServiceError('InvalidSignatureException', 403, message);
  }
  if (sessions === undefined || !isTemporaryKey(accessKeyId)) return accountInKey(accessKeyId) ?? account;
  const session = sessions.verdictOn(accessKeyId, sessionToken, Date.now());
  switch (session.kind) {
    case 'live':
      return session.account;
    case 'expired':
      throw new ServiceError('ExpiredTokenException', 403, 'The security token included in the request is expired');
    case 'unknown':
      throw new ServiceError(
        'UnrecognizedClientException',
        403,
        'The security token included in the request is invalid.',
      );
  }
}
