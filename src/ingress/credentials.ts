import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { BasicCredential, HeaderCredential, IngressCredential } from '../config/ingressCredentials.ts';
import { createBearerJudge } from './bearer.ts';
import type { KeySet } from './keySets.ts';
import { refused, type Verdict } from './verdicts.ts';

/** Decides whether a request of one envelope is from a sender that we know, by its headers alone. */
export interface Gatekeeper {
  judge(headers: IncomingHttpHeaders): Promise<Verdict>;
  /** Value of WWW-Authenticate, which every 401 carries (RFC 9110, section 11.6.1): each scheme that is accepted. */
  readonly challenge: string;
  /** Of the credentials: what an admitting verdict names. */
  readonly names: readonly string[];
  /** The headers that it judges, in lower case. */
  readonly headers: readonly string[];
}

type Matcher = (headers: IncomingHttpHeaders) => boolean;

const digest = (text: string): Buffer => createHash('sha256').update(text, 'utf8').digest();

/** Compares in constant time, and digests only, so neither the length nor the position of a near miss shows. */
function matcher(expected: string, given: (headers: IncomingHttpHeaders) => string | undefined): Matcher {
  const expectedDigest = digest(expected);
  return (headers) => {
    const text = given(headers);
    const same = timingSafeEqual(digest(text ?? ''), expectedDigest);
    return same && text !== undefined;
  };
}

function headerMatcher({ header, value }: HeaderCredential): Matcher {
  return matcher(value.reveal(), (headers) => {
    const given = headers[header];
    return typeof given === 'string' ? given : undefined;
  });
}

/** What an Authorization header of this scheme carries; the name of a scheme has no case (RFC 9110, section 11.1). */
function tokenOf({ authorization }: IncomingHttpHeaders, scheme: 'basic' | 'bearer'): string | undefined {
  const [, name, token] = /^([\w-]+) +(\S+) *$/.exec(authorization ?? '') ?? [];
  return name?.toLowerCase() === scheme ? token : undefined;
}

/** User name and password as they were before base64; undefined for what is not base64 (RFC 4648, section 4) of UTF-8. */
function userPassOf(headers: IncomingHttpHeaders): string | undefined {
  const token = tokenOf(headers, 'basic');
  if (token === undefined) return undefined;
  const bytes = Buffer.from(token, 'base64');
  // Node skips what does not belong there: only what comes back the same was right.
  if (bytes.toString('base64') !== token) return undefined;
  try {
    return normalized(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

/** One text for all ways to write an accented letter (RFC 7617, section 2.1, by RFC 7613). */
const normalized = (text: string): string => text.normalize('NFC');

function basicMatcher({ userPass }: BasicCredential): Matcher {
  return matcher(normalized(userPass.reveal()), userPassOf);
}

const realm = 'realm="marketplace-steward"';

function challengeOf(credential: IngressCredential): string {
  switch (credential.kind) {
    case 'basic':
      return `Basic ${realm}, charset="UTF-8"`;
    case 'bearer':
      return `Bearer ${realm}`;
    case 'header': {
      const { header, value } = credential;
      const scheme = header === 'authorization' ? /^([\w-]+) /.exec(value.reveal())?.[1] : undefined;
      return `${scheme ?? 'ApiKey'} ${realm}`;
    }
  }
}

/** Two credentials of one name are one sender. */
function nameOf(credential: IngressCredential): string {
  switch (credential.kind) {
    case 'header':
      return `header ${credential.header} of ${credential.value.variable}`;
    case 'basic':
      return `basic of ${credential.userPass.variable}`;
    case 'bearer': {
      const { issuer, audience, scope = '', subject = '' } = credential;
      return ['bearer', issuer, audience, scope, subject].join(' ');
    }
  }
}

/**
 * Compares headers with the credentials of an envelope: any of them will do, so that keys can be rotated without a gap. Keys
 * and passwords are compared over the whole list, whichever is right. Without credentials nobody is admitted.
 * @param keysOf the key set at an address, for bearer tokens.
 */
export function createGatekeeper(
  credentials: readonly IngressCredential[],
  keysOf: (jwksUrl: string) => KeySet,
): Gatekeeper {
  const matchers = credentials.flatMap((one) => {
    if (one.kind === 'bearer') return [];
    const matches = one.kind === 'header' ? headerMatcher(one) : basicMatcher(one);
    return [{ matches, name: nameOf(one) }];
  });
  const judgeBearer = createBearerJudge(
    credentials.flatMap((one) =>
      one.kind === 'bearer' ? [{ name: nameOf(one), credential: one, keys: keysOf(one.jwksUrl) }] : [],
    ),
  );
  const challenges = new Set(credentials.map(challengeOf));
  return {
    challenge: [...(challenges.size === 0 ? [`ApiKey ${realm}`] : challenges)].join(', '),
    names: credentials.map(nameOf),
    headers: credentials.map((one) => (one.kind === 'header' ? one.header : 'authorization')),
    async judge(headers) {
      const [found] = matchers.filter(({ matches }) => matches(headers));
      if (found !== undefined) return { verdict: 'admitted', credential: found.name };
      const token = tokenOf(headers, 'bearer');
      const bearerAccepted = credentials.some(({ kind }) => kind === 'bearer');
      if (token !== undefined && bearerAccepted) return judgeBearer(token);
      return refused('the request has no credential for this envelope, or a wrong one');
    },
  };
}
