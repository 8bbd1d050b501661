import type { Connection } from '@temporalio/client';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK, type JWTPayload } from 'jose';
import { pino } from 'pino';
import type {
  BearerCredential,
  IngressAuthentication,
  IngressCredential,
} from '../../../src/config/ingressCredentials.ts';
import { connectLazily } from '../../../src/delivery/connect.ts';
import { startIngress } from '../../../src/ingress/server.ts';
import { startReceiver, type ReceiverAnswer } from './receiver.ts';
import { context } from './sampleEvents.ts';

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

/** An ingress before a Temporal that is not there: who is let in shows, and nothing can be delivered. */
export interface BareIngress {
  readonly url: string;
  /** Everything that was logged, and every answer that `post` had. */
  readonly heard: string[];
  post(request: {
    readonly headers: Record<string, string>;
    readonly body?: Uint8Array;
    readonly envelope?: string;
  }): Promise<{ readonly status: number; readonly headers: Headers; readonly body: unknown }>;
  close(): Promise<void>;
}

/** Starts such an ingress with these credentials on both envelopes. */
export async function startBareIngress(
  credentials: readonly IngressCredential[],
  signatures: IngressAuthentication['signatures'] = {},
): Promise<BareIngress> {
  const heard: string[] = [];
  const connection: Connection = connectLazily({ connectionOptions: { address: '127.0.0.1:1' } });
  const ingress = await startIngress({
    host: '127.0.0.1',
    port: 0,
    credentials: { eventbridge: credentials, webhook: credentials },
    signatures,
    context,
    connection,
    namespace: 'default',
    logger: pino({ level: 'trace' }, { write: (line: string) => heard.push(line) }),
  });
  return {
    url: ingress.url,
    heard,
    async post({ headers, body = new Uint8Array(), envelope = 'webhook' }) {
      const answer = await fetch(`${ingress.url}/v1/events/${envelope}`, {
        method: 'POST',
        headers,
        body: new Uint8Array(body),
      });
      const text = await answer.text();
      heard.push(text, ...[...answer.headers].map(([name, value]) => `${name}: ${value}`));
      return { status: answer.status, headers: answer.headers, body: JSON.parse(text) };
    },
    async close() {
      await ingress.close();
      await connection.close();
    },
  };
}

/**
 * Stops the clock that gives ages and dates, which moves by `passSeconds` alone, and lets no request give up, however slow
 * the machine is. Timers go on.
 */
export function holdClock(): void {
  jest.spyOn(AbortSignal, 'timeout').mockImplementation(() => new AbortController().signal);
  jest.useFakeTimers({
    doNotFake: [
      'hrtime',
      'nextTick',
      'performance',
      'queueMicrotask',
      'setImmediate',
      'clearImmediate',
      'setInterval',
      'clearInterval',
      'setTimeout',
      'clearTimeout',
    ],
  });
}

/** Requests give up again when their time is over. */
export function letRequestsGiveUp(): void {
  jest.restoreAllMocks();
}

/** Ends what `holdClock` began. */
export function freeClock(): void {
  letRequestsGiveUp();
  jest.useRealTimers();
}

/** Moves the clock that `holdClock` stopped. */
export function passSeconds(seconds: number): void {
  jest.setSystemTime(Date.now() + seconds * 1_000);
}

/** The issuer of whom nothing but a right token is asked. */
export const issuer = 'https://issuer.example.com';
/** The issuer of whom a scope and a subject are asked as well. */
export const otherIssuer = 'https://other.example.com';
/** Of both. */
export const audience = 'https://steward.example.com/events';

/** An ingress that takes tokens of two issuers, and the servers of their keys, again for each test. */
export interface TokenWorld {
  keys: JwksServer;
  otherKeys: JwksServer;
  ingress: BareIngress;
  /** The key that `keys` publishes. */
  key: SigningKey;
  /** Another one of the same id, published nowhere. */
  strangerKey: SigningKey;
  /** Every token that was sent. */
  readonly tokens: string[];
  /** Everything that was logged or answered, in all tests before this one. */
  readonly heard: string[];
  post(token: string, envelope?: string): ReturnType<BareIngress['post']>;
  /** Who is let in hears of the media type next: 415. */
  statusOf(token: string): Promise<number>;
}

const accepted: Omit<BearerCredential, 'issuer' | 'jwksUrl'> = {
  kind: 'bearer',
  audience,
  algorithms: ['RS256'],
  clockToleranceSeconds: 10,
};

/** Makes such a world, and registers the hooks that start and end its parts: what was fetched in one test counts in no other. */
export function useTokenWorld(): TokenWorld {
  const world = {
    tokens: [] as string[],
    heard: [] as string[],
    post(token: string, envelope = 'webhook') {
      world.tokens.push(token);
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'text/plain' };
      return world.ingress.post({ headers, envelope });
    },
    statusOf: async (token: string) => (await world.post(token)).status,
  } as TokenWorld;
  beforeAll(async () => {
    world.key = await newSigningKey('RS256', 'key-1');
    world.strangerKey = await newSigningKey('RS256', 'key-1');
  });
  beforeEach(async () => {
    holdClock();
    world.keys = await startJwksServer();
    world.otherKeys = await startJwksServer();
    world.keys.answer = { keys: [world.key.jwk] };
    world.ingress = await startBareIngress([
      { ...accepted, issuer, jwksUrl: world.keys.url },
      {
        ...accepted,
        issuer: otherIssuer,
        jwksUrl: world.otherKeys.url,
        scope: 'events/write',
        subject: 'webhook',
      },
    ]);
  });
  afterEach(async () => {
    await world.ingress.close();
    await world.keys.close();
    await world.otherKeys.close();
    freeClock();
    world.heard.push(...world.ingress.heard);
  });
  return world;
}

/** By the clock of the test. */
export const nowSeconds = (): number => Math.floor(Date.now() / 1_000);

/** The claims of a right token, with others in their place. */
export function claims(more: Record<string, unknown> = {}): JWTPayload {
  return { iss: issuer, aud: audience, iat: nowSeconds(), exp: nowSeconds() + 3_600, ...more };
}

/** A part of a token: base64url of JSON. */
export const tokenPart = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
