import type { IncomingHttpHeaders } from 'node:http';
import type { IngressAuthentication, IngressCredential, SignatureSetting } from '../config/ingressCredentials.ts';
import type { Envelope } from '../events/parse.ts';
import { unauthorized, undecided, type Answer } from './answers.ts';
import { createGatekeeper } from './credentials.ts';
import type { KeySet } from './keySets.ts';
import { createSignatureCheck } from './signature.ts';
import type { Verdict } from './verdicts.ts';

/** The answer to a sender that is not admitted, and the reason for the log. */
interface Denial {
  readonly answer: Answer;
  readonly reason: string;
}

/** The two steps in which a sender of one envelope proves itself; undefined lets it pass. */
export interface Authentication {
  /** Before anything of the body is read. */
  byHeaders(headers: IncomingHttpHeaders): Promise<Denial | undefined>;
  /** Over the bytes as they came, before anything is made of them. */
  byBody(headers: IncomingHttpHeaders, body: unknown): Promise<Denial | undefined>;
}

/**
 * One of the credentials, and the signature beside it where one is asked for. It fails closed: what cannot be judged is
 * not let in, and its sender has to come again.
 */
function createAuthentication(
  credentials: readonly IngressCredential[],
  signature: SignatureSetting | undefined,
  keysOf: (jwksUrl: string) => KeySet,
): Authentication {
  const gatekeeper = createGatekeeper(credentials, keysOf);
  const check = signature === undefined ? undefined : createSignatureCheck(keysOf(signature.jwksUrl));
  const denial = (verdict: Verdict, message: string): Denial | undefined => {
    if (verdict.verdict === 'admitted') return undefined;
    const answer = verdict.verdict === 'undecided' ? undecided() : unauthorized(message, gatekeeper.challenge);
    return { answer, reason: verdict.reason };
  };
  const wrongCredential = 'The credential for this envelope is missing or wrong.';
  const wrongSignature = 'The signature for this envelope is missing or wrong.';
  return {
    async byHeaders(headers) {
      const denied = denial(await gatekeeper.judge(headers), wrongCredential);
      return denied ?? (check && denial(check.precheck(headers), wrongSignature));
    },
    async byBody(headers, body) {
      if (check === undefined) return undefined;
      const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
      return denial(await check.judge(headers, bytes), wrongSignature);
    },
  };
}

/**
 * The same for credentials that may change while the ingress runs: each request is judged by those of its moment, so a key
 * that is taken out admits nobody from then on.
 * @param current is read at each request, and never kept.
 */
export function followAuthentication(
  current: IngressAuthentication,
  envelope: Envelope,
  keysOf: (jwksUrl: string) => KeySet,
): Authentication {
  let made: (IngressAuthentication & { readonly by: Authentication }) | undefined;
  const now = (): Authentication => {
    const { credentials, signatures } = current;
    if (made?.credentials !== credentials || made.signatures !== signatures) {
      const signature = envelope === 'webhook' ? signatures.webhook : undefined;
      made = { credentials, signatures, by: createAuthentication(credentials[envelope], signature, keysOf) };
    }
    return made.by;
  };
  return { byHeaders: (headers) => now().byHeaders(headers), byBody: (headers, body) => now().byBody(headers, body) };
}
