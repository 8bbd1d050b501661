import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { defined } from '../defined.ts';
import type { IngressAuthentication, IngressCredential, SignatureSetting } from '../config/ingressCredentials.ts';
import type { Envelope } from '../events/parse.ts';
import type { RefusalCode } from './answerTable.ts';
import { createGatekeeper } from './credentials.ts';
import type { FailureLimit } from './failureLimit.ts';
import { createFlightLimits, type Flight } from './flightLimit.ts';
import { createKeySets, type KeySet } from './keySets.ts';
import { addressOf, type RefusalDetail } from './refusalReport.ts';
import { createSignatureCheck } from './signature.ts';
import type { Verdict } from './verdicts.ts';

/** The answer to a sender that is not admitted, and the reason for the log. */
export interface Denial extends RefusalDetail {
  readonly code: Extract<RefusalCode, 'unauthorized' | 'keysUnavailable'>;
}

/** A sender that is admitted, with the part of the limits that its credential has; or why it is not. */
type Judgement = { readonly begin: () => Flight } | { readonly denial: Denial };

/** The two steps in which a sender of one envelope proves itself. */
export interface Authentication {
  /** Before anything of the body is read. */
  byHeaders(headers: IncomingHttpHeaders): Promise<Judgement>;
  /** Whether the credential alone is right; undefined where none is given. */
  knows(headers: IncomingHttpHeaders): Promise<boolean | undefined>;
  /** Whether one more event of some sender would be taken: false where no sender has a credential. */
  hasRoom(): boolean;
  /** Over the bytes as they came, before anything is made of them; undefined lets the sender pass. */
  byBody(headers: IncomingHttpHeaders, body: Uint8Array): Promise<Denial | undefined>;
}

/**
 * Of one envelope at once, before 429. At 10 ms each that many events are far more than the 300 a second that EventBridge
 * sends to a destination by default. The bytes are those of 51 events of the largest size.
 */
const flightLimits = { events: 256, bytes: 64 * 1024 * 1024 };

const wrongSignature = 'The signature for this envelope is missing or wrong.';

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
  const limits = createFlightLimits(flightLimits, gatekeeper.names);
  const denial = (verdict: Verdict, message?: string): Denial | undefined => {
    if (verdict.verdict === 'admitted') return undefined;
    const { reason } = verdict;
    if (verdict.verdict === 'undecided') return { code: 'keysUnavailable', reason };
    const headers = { 'www-authenticate': gatekeeper.challenge };
    return { code: 'unauthorized', headers, reason, ...defined({ message }) };
  };
  return {
    async byHeaders(headers) {
      const verdict = await gatekeeper.judge(headers);
      const denied = denial(verdict) ?? (check && denial(check.precheck(headers), wrongSignature));
      if (denied !== undefined) return { denial: denied };
      const name = verdict.verdict === 'admitted' ? verdict.credential : undefined;
      return { begin: () => limits.begin(name ?? '') };
    },
    async knows(headers) {
      const isGiven = gatekeeper.headers.some((name) => headers[name] !== undefined);
      return isGiven ? (await gatekeeper.judge(headers)).verdict === 'admitted' : undefined;
    },
    hasRoom: limits.hasRoom,
    async byBody(headers, body) {
      return check && denial(await check.judge(headers, body), wrongSignature);
    },
  };
}

/**
 * The same for credentials that may change while the ingress runs: each request is judged by those of its moment, so a key
 * that is taken out admits nobody from then on.
 * @param current is read at each request, and never kept.
 */
function followAuthentication(
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
  return {
    byHeaders: (headers) => now().byHeaders(headers),
    knows: (headers) => now().knows(headers),
    hasRoom: () => now().hasRoom(),
    byBody: (headers, body) => now().byBody(headers, body),
  };
}

/** How the senders of each envelope prove themselves. */
export type Authentications = Readonly<Record<Envelope, Authentication>>;

/**
 * That of each envelope; what names the same key set shares it.
 * @param current is read at each request: credentials may change.
 */
export function createAuthentications(current: IngressAuthentication, logger: Logger): Authentications {
  const keysOf = createKeySets(logger);
  return {
    eventbridge: followAuthentication(current, 'eventbridge', keysOf),
    webhook: followAuthentication(current, 'webhook', keysOf),
  };
}

/**
 * Whether a request has a right credential of some envelope. A wrong one counts as a failure of its address, and nobody
 * who has had too many is judged: this is no place to guess.
 */
export async function isKnown(
  request: Pick<FastifyRequest, 'headers' | 'ip' | 'raw'>,
  authentications: Authentications,
  failures: FailureLimit,
): Promise<boolean> {
  const address = addressOf(request);
  if (failures.isExhausted(address)) return false;
  const judgements = await Promise.all(Object.values(authentications).map((one) => one.knows(request.headers)));
  if (judgements.includes(true)) return true;
  if (judgements.includes(false)) failures.note(address);
  return false;
}
