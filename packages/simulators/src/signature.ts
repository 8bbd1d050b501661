import { isTemporaryKey, type KnownSessions } from './sessions.ts';

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256\s+Credential=(?<accessKeyId>[^/\s,]+)\/\d{8}\/[^/\s,]+\/(?<service>[^/\s,]+)\/aws4_request\s*,\s*SignedHeaders=[^,\s]+\s*,\s*Signature=[0-9a-f]+$/i;
const ACCOUNT_KEY = /^SIM(\d{12})$/;

/** The headers by which a caller proves who it is. */
export interface CallerHeaders {
  readonly authorization?: string | undefined;
  /** What goes with a temporary key. */
  readonly 'x-amz-security-token'?: string | readonly string[] | undefined;
}

/** What is known of callers besides what their requests say. */
export interface KnownCallers {
  /** The account of callers whose key names none. */
  readonly account: string;
  /** Where temporary keys come from; without it they are keys like any other. */
  readonly sessions?: KnownSessions;
}

/** Who calls. `arn` is the role of a temporary key's session. */
export interface KnownCaller {
  readonly kind: 'known';
  readonly account: string;
  readonly arn?: string;
}

/** Why every service refuses a caller: the header is missing, or none of SigV4, or of another service; or the session. */
export type CallerRefusal = 'absent' | 'malformed' | 'otherService' | 'expired' | 'unknown';

/**
 * Who calls a service, from the credential scope of a SigV4 Authorization header: the access key id `SIM` and twelve
 * digits means that account, a temporary key that of its session's role, any other key the default one. Signatures are
 * not verified: there is no secret to know.
 */
export function readCaller(
  { authorization, 'x-amz-security-token': token }: CallerHeaders,
  service: string,
  { account, sessions }: KnownCallers,
): KnownCaller | { readonly kind: CallerRefusal } {
  if (authorization === undefined || authorization === '') return { kind: 'absent' };
  const signed = AUTHORIZATION.exec(authorization)?.groups;
  if (signed?.['accessKeyId'] === undefined) return { kind: 'malformed' };
  if (signed['service'] !== service) return { kind: 'otherService' };
  const { accessKeyId } = signed;
  if (sessions === undefined || !isTemporaryKey(accessKeyId)) {
    return { kind: 'known', account: ACCOUNT_KEY.exec(accessKeyId)?.[1] ?? account };
  }
  const verdict = sessions.verdictOn(accessKeyId, typeof token === 'string' ? token : undefined, Date.now());
  return verdict.kind === 'live' ? { ...verdict, kind: 'known' } : verdict;
}
