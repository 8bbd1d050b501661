import type { JWTPayload } from 'jose';
import type { BearerCredential } from '../../../src/config/ingressCredentials.ts';
import { newSigningKey, startJwksServer, type JwksServer, type SigningKey } from './jwks.ts';
import { freeClock, holdClock, startBareIngress, type BareIngress } from './jwksIngress.ts';

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

/** Makes one, and registers the hooks that start and end its parts: what was fetched in one test counts in no other. */
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
