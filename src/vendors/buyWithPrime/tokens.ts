import { z } from 'zod';
import { failure } from '../../ports/failures.ts';
import { jsonOf, statusFailure } from './answers.ts';
import { post } from './http.ts';

/** A merchant's API credentials. */
export interface MerchantCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

interface TokenSource {
  /** Address of the token endpoint. */
  readonly url: string;
  /** For one token request, in milliseconds. */
  readonly timeoutMs: number;
}

interface HeldToken {
  readonly clientSecret: string;
  readonly accessToken: Promise<string>;
  /** On the clock of `performance.now()`; undefined while the request is in flight. */
  renewAtMs: number | undefined;
}

const OPERATION = 'POST /token';
/** The part of a token's life after which it is renewed, so that none ends on its way. */
const USED_PART_OF_LIFE = 0.8;
/** Where the answer names no life that can be read: the vendor's documented 15 minutes. */
const DOCUMENTED_LIFE_SECONDS = 900;

const tokenAnswer = z.looseObject({
  access_token: z.string().regex(/^[!-~]+$/),
  expires_in: z.number().nonnegative().optional().catch(undefined),
});
const oauthError = z.looseObject({ error: z.string().regex(/^[A-Za-z_]{1,60}$/) });

/**
 * Access tokens, one for each client id, kept in the process: the vendor throttles many requests with one client id.
 * One request in flight serves all that wait for it.
 */
export class TokenCache {
  readonly #source: TokenSource;
  readonly #held = new Map<string, HeldToken>();

  constructor(source: TokenSource) {
    this.#source = source;
  }

  /** Gives a token with a part of its life left. Throws a failure of the vocabulary; a failed request is not kept. */
  tokenFor(credentials: MerchantCredentials): Promise<string> {
    const held = this.#held.get(credentials.clientId);
    const inFlight = held !== undefined && held.renewAtMs === undefined;
    const good = held?.renewAtMs !== undefined && performance.now() < held.renewAtMs;
    if (held?.clientSecret === credentials.clientSecret && (inFlight || good)) return held.accessToken;
    return this.#renew(credentials);
  }

  /** Forgets a token that the service refused, unless a newer one has taken its place. */
  async forget(credentials: MerchantCredentials, refused: string): Promise<void> {
    const held = this.#held.get(credentials.clientId);
    if (held?.renewAtMs === undefined || (await held.accessToken) !== refused) return;
    if (this.#held.get(credentials.clientId) === held) this.#held.delete(credentials.clientId);
  }

  #renew(credentials: MerchantCredentials): Promise<string> {
    const { clientId, clientSecret } = credentials;
    const answer = requestToken(this.#source, credentials);
    const held: HeldToken = {
      clientSecret,
      accessToken: answer.then(({ accessToken }) => accessToken),
      renewAtMs: undefined,
    };
    this.#held.set(clientId, held);
    answer.then(
      ({ lifeMs }) => {
        held.renewAtMs = performance.now() + lifeMs * USED_PART_OF_LIFE;
      },
      () => {
        if (this.#held.get(clientId) === held) this.#held.delete(clientId);
      },
    );
    return held.accessToken;
  }
}

async function requestToken(
  { url, timeoutMs }: TokenSource,
  { clientId, clientSecret }: MerchantCredentials,
): Promise<{ accessToken: string; lifeMs: number }> {
  const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret };
  const answer = await post({
    url,
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: new URLSearchParams(form).toString(),
    timeoutMs,
    operation: OPERATION,
  });
  if (answer.status === 400 || answer.status === 401) {
    const named = oauthError.safeParse(jsonOf(answer));
    const vendorType = named.success ? named.data.error : `status ${answer.status}`;
    throw failure('CredentialsRejected', `${OPERATION}: the client’s credentials were refused (${vendorType})`, {
      context: { operation: OPERATION, vendorType },
    });
  }
  if (answer.status !== 200) throw statusFailure(answer, OPERATION);
  const parsed = tokenAnswer.safeParse(jsonOf(answer));
  if (!parsed.success) {
    throw failure('MalformedAnswer', `${OPERATION}: the answer holds no access token`, {
      context: { operation: OPERATION },
    });
  }
  const lifeSeconds = parsed.data.expires_in ?? DOCUMENTED_LIFE_SECONDS;
  return { accessToken: parsed.data.access_token, lifeMs: lifeSeconds * 1000 };
}
