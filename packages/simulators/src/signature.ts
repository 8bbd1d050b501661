const AUTHORIZATION =
  /^AWS4-HMAC-SHA256\s+Credential=(?<accessKeyId>[^/\s,]+)\/\d{8}\/[^/\s,]+\/(?<service>[^/\s,]+)\/aws4_request\s*,\s*SignedHeaders=[^,\s]+\s*,\s*Signature=[0-9a-f]+$/i;
const ACCOUNT_KEY = /^SIM(\d{12})$/;

/** What the Authorization header of a request says; `absent` and `malformed` are refused by every service. */
export type SignatureReading =
  | { readonly kind: 'signed'; readonly accessKeyId: string; readonly service: string }
  | { readonly kind: 'absent' }
  | { readonly kind: 'malformed' };

/** Reads a SigV4 Authorization header. Signatures are not verified: there is no secret to know. */
export function readSignature(authorization: string | undefined): SignatureReading {
  if (authorization === undefined || authorization === '') return { kind: 'absent' };
  const { accessKeyId, service } = AUTHORIZATION.exec(authorization)?.groups ?? {};
  if (accessKeyId === undefined || service === undefined) return { kind: 'malformed' };
  return { kind: 'signed', accessKeyId, service };
}

/** The account that an access key id names: `SIM` and its twelve digits. Undefined for any other key. */
export function accountInKey(accessKeyId: string): string | undefined {
  return ACCOUNT_KEY.exec(accessKeyId)?.[1];
}
