import {
  createRemoteJWKSet,
  customFetch,
  errors,
  type CryptoKey,
  type FetchImplementation,
  type FlattenedJWSInput,
  type JWSHeaderParameters,
} from 'jose';
import type { Logger } from 'pino';
import { z } from 'zod';

/**
 * A key set that is unavailable: nothing signed with its keys can be judged now. The message names the address and what
 * was wrong.
 */
export class KeySetUnavailableError extends Error {
  override readonly name = 'KeySetUnavailableError';
}

/**
 * Finds the public key of a token's or signature's header (`alg`, `kid`).
 * @throws KeySetUnavailableError where the set is unavailable; jose's own errors where it has no such key.
 */
export type KeySet = (header: JWSHeaderParameters, token?: FlattenedJWSInput) => Promise<CryptoKey>;

/** With 2.5 s for Temporal after it, the answer is out inside the 5 s that EventBridge gives an API destination. */
const fetchWithinMs = 1_500;
/** A key that is taken out of a set is refused this much later at most. */
const freshForMs = 10 * 60_000;
/** Unknown key ids cost one fetch in this time, no matter who makes them up. */
const unknownKeyFetchEveryMs = 30_000;
/** The same for a set that is unavailable. */
const failedFetchEveryMs = 5_000;
/** Sets of large issuers have about 20 keys of 1 to 3 kB, with their certificates. */
const largestSetBytes = 256 * 1024;

const keySetShape = z.looseObject({ keys: z.array(z.looseObject({ kty: z.string() })) });

async function boundedText(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > largestSetBytes) throw new Error(`it is larger than ${largestSetBytes} bytes`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** Fetches a set, whole and in the right shape, or throws what was wrong. Redirects are not followed. */
const fetchSet: FetchImplementation = async (url, options) => {
  const response = await fetch(url, options);
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new Error(`the answer has status ${response.status}`);
  }
  const text = await boundedText(response);
  try {
    return Response.json(keySetShape.parse(JSON.parse(text)));
  } catch (cause) {
    throw new Error('it is not a JSON Web Key Set', { cause });
  }
};

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // fetch itself says "fetch failed", and the reason is its cause.
  return error.cause instanceof Error && error.message === 'fetch failed' ? error.cause.message : error.message;
}

/** Waits after a failed fetch, so that strangers' tokens cannot make us fetch without end. */
function restingAfterFailure(url: string, logger: Logger): FetchImplementation {
  let failedAtMs = Number.NEGATIVE_INFINITY;
  return async (...request) => {
    if (Date.now() < failedAtMs + failedFetchEveryMs) throw new Error('the fetch failed a moment ago');
    try {
      return await fetchSet(...request);
    } catch (error) {
      failedAtMs = Date.now();
      logger.warn({ url, error: reasonOf(error) }, 'failed to fetch a key set');
      throw error;
    }
  };
}

function remoteKeySet(url: string, logger: Logger): KeySet {
  const find = createRemoteJWKSet(new URL(url), {
    timeoutDuration: fetchWithinMs,
    cacheMaxAge: freshForMs,
    cooldownDuration: unknownKeyFetchEveryMs,
    [customFetch]: restingAfterFailure(url, logger),
  });
  return async (header, token) => {
    try {
      return await find(header, token);
    } catch (error) {
      const noSuchKey = error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys;
      if (noSuchKey || error instanceof errors.JOSENotSupported) throw error;
      throw new KeySetUnavailableError(`The key set at ${url} cannot be used: ${reasonOf(error)}`, { cause: error });
    }
  };
}

/**
 * Key sets by address (JWKS, RFC 7517), each fetched when it is first needed, held for 10 minutes and shared by all that
 * name it.
 */
export function createKeySets(logger: Logger): (url: string) => KeySet {
  const sets = new Map<string, KeySet>();
  return (url) => {
    const found = sets.get(url) ?? remoteKeySet(url, logger);
    sets.set(url, found);
    return found;
  };
}
