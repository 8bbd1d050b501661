import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK, type JWTPayload } from 'jose';
import { startReceiver, type ReceiverAnswer } from './receiver.ts';

/** A server on loopback that publishes keys. */
export interface JwksServer {
  readonly url: string;
  /** From the next request on. */
  answer: ReceiverAnswer | { readonly keys: readonly JWK[] };
  /** How often it was asked. */
  readonly requests: number;
  close(): Promise<void>;
}

/** Starts one that publishes no key yet. */
export async function startJwksServer(): Promise<JwksServer> {
  const receiver = await startReceiver();
  const server: JwksServer = {
    url: receiver.url,
    set answer(answer: JwksServer['answer']) {
      const isSet = typeof answer === 'object' && 'keys' in answer;
      receiver.answers = [isSet ? { status: 200, body: JSON.stringify(answer) } : answer];
    },
    get requests() {
      return receiver.received.length;
    },
    close: () => receiver.close(),
  };
  server.answer = { keys: [] };
  return server;
}

/** A pair of keys, the public one as a set publishes it. */
export interface SigningKey {
  readonly alg: string;
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly jwk: JWK;
}

/** Makes a pair for this algorithm. */
export async function newSigningKey(alg: string, kid: string): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { alg, kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
}

/** A token signed with the key: these claims, and these values in its header. */
export function signToken(key: SigningKey, claims: JWTPayload, header: Record<string, unknown> = {}): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg: key.alg, kid: key.kid, ...header }).sign(key.privateKey);
}
