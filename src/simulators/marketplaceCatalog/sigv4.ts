import { ServiceError } from './errors.ts';

const SIGNING_NAME = 'aws-marketplace';
const AUTHORIZATION =
  /^AWS4-HMAC-SHA256\s+Credential=(?<key>[^/\s,]+)\/\d{8}\/(?<region>[^/\s,]+)\/(?<service>[^/\s,]+)\/aws4_request\s*,\s*SignedHeaders=[^,\s]+\s*,\s*Signature=[0-9a-f]+$/i;
const ACCOUNT_KEY = /^SIM(\d{12})$/;

/**
 * The caller's account, from the credential scope of a SigV4 Authorization header: the access key id `SIM` and twelve
 * digits means that account, any other key the default one. Signatures are not verified: there is no secret to know.
 * Throws a ServiceError of status 403, as the service does, where the header is missing, is no SigV4 header, or is
 * scoped to another service (signing name `aws-marketplace`).
 */
export function callerAccount(authorization: string | undefined, defaultAccount: string): string {
  if (authorization === undefined || authorization === '') {
    throw new ServiceError('MissingAuthenticationTokenException', 403, 'Missing Authentication Token');
  }
  const scope = AUTHORIZATION.exec(authorization)?.groups;
  if (scope === undefined) {
    throw new ServiceError(
      'IncompleteSignatureException',
      403,
      'Authorization header must be AWS4-HMAC-SHA256 with Credential, SignedHeaders and Signature',
    );
  }
  if (scope.service !== SIGNING_NAME) {
    const message = `Credential should be scoped to correct service: '${SIGNING_NAME}'.`;
    throw new ServiceError('InvalidSignatureException', 403, message);
  }
  return ACCOUNT_KEY.exec(scope.key ?? '')?.[1] ?? defaultAccount;
}
