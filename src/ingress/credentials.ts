import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { IngressCredential } from '../config/load.ts';

const digest = (text: string): Buffer => createHash('sha256').update(text, 'utf8').digest();

/** Decides whether a request of one road is from a sender that we know. */
export interface Gatekeeper {
  admits(headers: IncomingHttpHeaders): boolean;
  /** Value of WWW-Authenticate, which every 401 carries (RFC 9110, section 11.6.1). */
  readonly challenge: string;
}

const realm = 'realm="marketplace-steward"';

function schemeOf({ header, value }: IngressCredential): string {
  if (header !== 'authorization') return 'ApiKey';
  return /^([\w-]+) /.exec(value.reveal())?.[1] ?? 'ApiKey';
}

/**
 * Compares headers with the credentials of a road: any of them will do, so that keys can be rotated without a gap. Only
 * digests are compared, in constant time and over the whole list, so neither the length nor the position of a near miss
 * shows. Without credentials nobody is admitted.
 */
export function createGatekeeper(credentials: readonly IngressCredential[]): Gatekeeper {
  const known = credentials.map(({ header, value }) => ({ header, digest: digest(value.reveal()) }));
  const schemes = new Set(credentials.map(schemeOf));
  return {
    challenge: [...(schemes.size === 0 ? ['ApiKey'] : schemes)].map((scheme) => `${scheme} ${realm}`).join(', '),
    admits(headers) {
      let admitted = false;
      for (const one of known) {
        const given = headers[one.header];
        const same = timingSafeEqual(digest(typeof given === 'string' ? given : ''), one.digest);
        admitted = (same && typeof given === 'string') || admitted;
      }
      return admitted;
    },
  };
}
