import { ApplicationFailure } from '@temporalio/common';
import { z } from 'zod';
import { failure, failureTypeOf } from '../../failures.ts';
import { post } from '../../http.ts';
import { jsonOf, statusFailure } from './answers.ts';

/** A merchant's API credentials. */
export interface MerchantCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Who asks, and with what. */
interface TokenUser {
  /** The token endpoint, and the milliseconds that one request to it may take. */
  readonly source: { readonly url: string; readonly timeoutMs: number };
  readonly credentials: MerchantCredentials;
  readonly businessProductId: string;
}

interface HeldToken {
  readonly accessToken: Promise<string>;
  /** On the clock of `performance.now()`; undefined while the request is in flight. */
  untilMs: number | undefined;
}

/** The part of a token's life after which it is renewed, so that none ends on its way. */
const USED_PART_OF_LIFE = 0.8;
/** For how long a refusal stands, so that the items of one merchant do not all repeat it. */
const REFUSAL_STANDS_MS = 60_000;

/**
 * The process's tokens, for every caller: the vendor throttles many requests with one client id. Another secret is another
 * entry, so that a wrong one takes nothing from the merchants with the right one.
 */
const heldTokens = new Map<string, HeldToken>();
/** When the renewed token of a merchant was refused too, on the clock of `performance.now()`. */
const refusedAgainAtMs = new Map<string, number>();

/**
 * Runs a call with an access token: one for each client id in the process, asked for once for all that wait, renewed
 * before it ends. A call that throws CredentialsRejected is run once more with a new token; a merchant whose new token
 * was refused too gets no other for a minute, since others may share its client id.
 * @throws what the call throws, or a failure of the vocabulary where there is no token. Refused credentials stay
 * refused for a minute, and a Retry-After is kept to for as much; every other failure is forgotten at once.
 */
export async function withToken<Result>(
  user: TokenUser,
  call: (accessToken: string) => Promise<Result>,
): Promise<Result> {
  const userKey = JSON.stringify([keyOf(user), user.businessProductId]);
  const accessToken = await tokenFor(user);
  try {
    return await call(accessToken);
  } catch (error) {
    const standsUntilMs = (refusedAgainAtMs.get(userKey) ?? Number.NEGATIVE_INFINITY) + REFUSAL_STANDS_MS;
    if (!isRefusal(error) || performance.now() < standsUntilMs) throw error;
  }
  await forget(user, accessToken);
  const renewedToken = await tokenFor(user);
  try {
    return await call(renewedToken);
  } catch (error) {
    if (isRefusal(error)) refusedAgainAtMs.set(userKey, performance.now());
    throw error;
  }
}

function keyOf({ source: { url }, credentials: { clientId, clientSecret } }: TokenUser): string {
  return JSON.stringify([url, clientId, clientSecret]);
}

function tokenFor(user: TokenUser): Promise<string> {
  const key = keyOf(user);
  const held = heldTokens.get(key);
  const good = held !== undefined && (held.untilMs === undefined || performance.now() < held.untilMs);
  return good ? held.accessToken : renew(key, user);
}

/** Forgets a token that the service refused, unless a newer one has taken its place. */
async function forget(user: TokenUser, refused: string): Promise<void> {
  const key = keyOf(user);
  const held = heldTokens.get(key);
  if (held?.untilMs === undefined) return;
  const current = await held.accessToken.catch(() => undefined);
  if (current === refused && heldTokens.get(key) === held) heldTokens.delete(key);
}

function renew(key: string, user: TokenUser): Promise<string> {
  const answer = requestToken(user);
  const held: HeldToken = { accessToken: answer.then(({ accessToken }) => accessToken), untilMs: undefined };
  heldTokens.set(key, held);
  answer.then(
    ({ lifeMs }) => {
      held.untilMs = performance.now() + lifeMs * USED_PART_OF_LIFE;
    },
    (error: unknown) => {
      held.untilMs = performance.now() + standsForMs(error);
    },
  );
  return held.accessToken;
}

function isRefusal(error: unknown): boolean {
  return failureTypeOf(error) === 'CredentialsRejected';
}

function standsForMs(error: unknown): number {
  if (isRefusal(error)) return REFUSAL_STANDS_MS;
  const delay = error instanceof ApplicationFailure ? error.nextRetryDelay : undefined;
  return typeof delay === 'number' ? Math.min(delay, REFUSAL_STANDS_MS) : 0;
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
async function requestToken({ source, credentials: { clientId, clientSecret } }: TokenUser): Promise<GivenToken> {
  const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret };
  const answer = await post({
    ...source,
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: new URLSearchParams(form).toString(),
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
