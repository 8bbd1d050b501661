import { KeyObject, verify } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { errors } from 'jose';
import { KeySetUnavailableError, type KeySet } from './keySets.ts';
import { admitted, refused, type Verdict } from './verdicts.ts';

/** Checks the signature that Buy with Prime puts over the body of a webhook. */
export interface SignatureCheck {
  /** By the headers alone, before the body is read: whether there is a signature that could be right. */
  precheck(headers: IncomingHttpHeaders): Verdict;
  /** @param body the bytes as they came. */
  judge(headers: IncomingHttpHeaders, body: Uint8Array): Promise<Verdict>;
}

interface Signature {
  readonly keyId: string;
  readonly bytes: Buffer;
}

const signatureHeader = 'x-amzn-signature';
const keyIdHeader = 'x-amzn-kid';

/** The two numbers of a P-384 signature one after the other (IEEE P1363). */
const p1363Bytes = 96;
/** A sequence of the same two, each with its tag, its length and at most one zero in front (DER, RFC 3279). */
const longestDerBytes = 104;

function signatureOf(headers: IncomingHttpHeaders): Signature | undefined {
  const { [signatureHeader]: text, [keyIdHeader]: keyId } = headers;
  if (typeof text !== 'string' || typeof keyId !== 'string' || keyId === '') return undefined;
  const bytes = Buffer.from(text, 'base64');
  const plausible = bytes.length > 0 && bytes.length <= longestDerBytes && bytes.toString('base64') === text;
  return plausible ? { keyId, bytes } : undefined;
}

/** Some lengths fit both forms, and no wrong signature is right in either: both are tried. */
function isRight(key: KeyObject, { bytes }: Signature, body: Uint8Array): boolean {
  if (bytes.length === p1363Bytes && verify('sha384', body, { key, dsaEncoding: 'ieee-p1363' }, bytes)) return true;
  return verify('sha384', body, { key, dsaEncoding: 'der' }, bytes);
}

const missing = refused(`there is no ${keyIdHeader}, or no ${signatureHeader} that could be one`);

/**
 * ECDSA on P-384 with SHA-384 over the raw body, in base64 in `x-amzn-signature`, by the key that `x-amzn-kid` names in
 * the vendor's key set. Unconfirmed: read from code of other receivers, not from a document of the vendor; nothing says
 * whether the signature is in DER or P1363 form, so both are taken. No time is signed: a replay is recognised by the
 * event's identity.
 */
export function createSignatureCheck(keys: KeySet): SignatureCheck {
  return {
    precheck: (headers) => (signatureOf(headers) === undefined ? missing : admitted),
    async judge(headers, body) {
      const signature = signatureOf(headers);
      if (signature === undefined) return missing;
      try {
        // ES384 stands for the curve and the digest: the set gives only a key that is for them.
        const key = await keys({ alg: 'ES384', kid: signature.keyId });
        if (isRight(KeyObject.from(key), signature, body)) return admitted;
        return refused('the signature is not of this body by that key');
      } catch (error) {
        if (error instanceof KeySetUnavailableError) return { verdict: 'undecided', reason: error.message };
        if (error instanceof errors.JWKSNoMatchingKey) return refused('no key for ES384 has the id that was given');
        return refused('the signature could not be verified');
      }
    },
  };
}
