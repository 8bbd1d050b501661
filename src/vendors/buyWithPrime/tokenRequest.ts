import { z } from 'zod';
import { failure } from '../../failures.ts';
import { jsonOf, statusFailure } from './answers.ts';
import { post } from '../../http.ts';

/** A merchant's API credentials. */
export interface MerchantCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Where tokens are asked for. */
export interface TokenSource {
  /** Address of the token endpoint. */
  readonly url: string;
  /** For one token request, in milliseconds. */
  readonly timeoutMs: number;
}

/** An access token and how long it is good for, in milliseconds. */
interface GivenToken {
  readonly accessToken: string;
  readonly lifeMs: number;
}

const OPERATION = 'POST /token';
/** The vendor's documented 15 minutes: where the answer names no life that can be read, and at most. */
const DOCUMENTED_LIFE_SECONDS = 900;

const tokenAnswer = z.looseObject({
  access_token: z.string().regex(/^[!-~]{1,8192}$/),
  expires_in: z
    .union([z.number(), z.string().transform(Number)])
    .pipe(z.number().positive())
    .catch(DOCUMENTED_LIFE_SECONDS),
});
const oauthError = z.looseObject({ error: z.string().regex(/^[A-Za-z_]{1,60}$/) });

/**
 * Asks for a token by OAuth client credentials. A life that is missing, not positive or no number is taken for the
 * documented 15 minutes, and so is a longer one: a 401 reports a token that ended before.
 * @throws CredentialsRejected where the service refuses the credentials, else another failure of the vocabulary.
 */
export async function requestToken(
  { url, timeoutMs }: TokenSource,
  { clientId, clientSecret }: MerchantCredentials,
): Promise<GivenToken> {
  const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret };
  const answer = await post({
    url,
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: new URLSearchParams(form).toString(),
    timeoutMs,
    operation: OPERATION,
  });
  const body = jsonOf(answer);
  // A page of a proxy says nothing about the credentials.
  if (answer.status === 401 || ([400, 403].includes(answer.status) && body !== undefined)) {
    const named = oauthError.safeParse(body);
    const vendorType = named.success ? named.data.error : `status ${answer.status}`;
    throw failure('CredentialsRejected', `${OPERATION}: the client’s credentials were refused (${vendorType})`, {
      context: { operation: OPERATION, vendorType },
    });
  }
  if (answer.status !== 200) throw statusFailure(answer, OPERATION);
  const parsed = tokenAnswer.safeParse(body);
  if (!parsed.success) {
    throw failure('MalformedAnswer', `${OPERATION}: the answer holds no access token`, {
      context: { operation: OPERATION },
    });
  }
  const lifeSeconds = Math.min(parsed.data.expires_in, DOCUMENTED_LIFE_SECONDS);
  return { accessToken: parsed.data.access_token, lifeMs: lifeSeconds * 1000 };
}
