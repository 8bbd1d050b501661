import { decodeJwt, errors, jwtVerify, type JWTPayload } from 'jose';
import { defined } from '../defined.ts';
import type { BearerCredential } from '../config/ingressCredentials.ts';
import { KeySetUnavailableError, type KeySet } from './keySets.ts';
import { anyOf, refused, type Verdict } from './verdicts.ts';

/** An accepted issuer, with its keys. */
interface Issuer {
  /** Of the credential. */
  readonly name: string;
  readonly credential: BearerCredential;
  readonly keys: KeySet;
}

/** The scopes of a token: `scope` as RFC 9068 has it, or `scp`, a text or a list, as some issuers have it. */
function scopesOf({ scope, scp }: JWTPayload): readonly unknown[] {
  return [scope, scp].flatMap((value) =>
    typeof value === 'string' ? value.split(' ') : Array.isArray(value) ? value : [],
  );
}

/** What was wrong, by jose's name for it and the claim concerned: its sentences can quote the token. */
function verdictOn(error: unknown): Verdict {
  if (error instanceof KeySetUnavailableError) return { verdict: 'undecided', reason: error.message };
  const code = error instanceof errors.JOSEError ? error.code : 'not verifiable';
  const { JWTClaimValidationFailed, JWTExpired } = errors;
  const aboutClaim = error instanceof JWTClaimValidationFailed || error instanceof JWTExpired;
  return refused(`the token failed verification: ${code}${aboutClaim ? ` (${error.claim}: ${error.reason})` : ''}`);
}

async function verify(token: string, { name, credential, keys }: Issuer): Promise<Verdict> {
  const { issuer, audience, algorithms, scope, subject, clockToleranceSeconds } = credential;
  try {
    const { payload } = await jwtVerify(token, keys, {
      issuer,
      audience,
      algorithms: [...algorithms],
      clockTolerance: clockToleranceSeconds,
      // Without it a token that leaks once is good indefinitely.
      requiredClaims: ['exp'],
      ...defined({ subject }),
    });
    if (scope === undefined || scopesOf(payload).includes(scope)) return { verdict: 'admitted', credential: name };
    return refused(`the token lacks the scope ${scope}`);
  } catch (error) {
    return verdictOn(error);
  }
}

/** Unverified: it only says which issuer's keys to ask for, so that a token costs no other issuer a fetch. */
function issuerOf(token: string): string | undefined {
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
}

/**
 * Judges JWTs by the issuers' key sets: signature by an algorithm of the pinned list, issuer, audience, `exp`, `nbf`, and
 * scope and subject where they are asked for (RFC 8725, RFC 9068).
 */
export function createBearerJudge(issuers: readonly Issuer[]): (token: string) => Promise<Verdict> {
  return async (token) => {
    const claimed = issuerOf(token);
    if (claimed === undefined) return refused('the token is no JWT with an issuer');
    const accepted = issuers.filter(({ credential }) => credential.issuer === claimed);
    if (accepted.length === 0) return refused('the token is of an issuer that is not configured');
    return anyOf(await Promise.all(accepted.map((issuer) => verify(token, issuer))));
  };
}
