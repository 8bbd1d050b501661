import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { withoutAddresses } from '../addresses.ts';
import { defined, memberOf } from '../defined.ts';
import { testSource } from '../events/testEvents.ts';
import { boundedHandler, roleSessions } from '../vendors/marketplaceCatalog/roleCredentials.ts';
import { errorName } from './errors.ts';

/** A bus that test events are put on, and as whom. Without profile and role the AWS SDK's own chain finds credentials. */
export interface TestBus {
  /** Of a bus of one account: AWS refuses credentials of another one, unless the bus lets it in. */
  readonly arn: string;
  readonly region: string;
  readonly profile?: string;
  readonly role?: { readonly arn: string; readonly externalId?: string };
}

/** Why a test event is not on the bus. */
type PutProblemKind =
  /** There are no credentials, or AWS does not know them. */
  | 'credentials'
  /** They may not put events on this bus. */
  | 'denied'
  | 'noBus'
  /** EventBridge answered, and did not take the event. */
  | 'notTaken'
  /** No answer came. */
  | 'unreachable'
  | 'other';

/** What became of the put. */
export type PutOutcome =
  | { readonly outcome: 'taken'; readonly eventId?: string }
  | {
      readonly outcome: 'refused';
      readonly kind: PutProblemKind;
      /** AWS's name of the error. */
      readonly name: string;
      /** AWS's own words, cut. */
      readonly words?: string;
    };

/** In milliseconds: somebody waits for it at a terminal. */
const bounds = { connectionMs: 5_000, requestMs: 10_000 };
const longestWords = 400;

/** By AWS's name of the error, the first that fits. */
const kinds: ReadonlyArray<readonly [RegExp, PutProblemKind]> = [
  [
    /Credential|Token|UnrecognizedClient|InvalidSignature|SignatureDoesNotMatch|AuthFailure|OptInRequired/,
    'credentials',
  ],
  [/^(AccessDenied|NotAuthorized)/, 'denied'],
  [/^ResourceNotFound/, 'noBus'],
  [/^(E[A-Z]{3,}|EAI_AGAIN|TimeoutError|AbortError|Unreachable)$/, 'unreachable'],
];

const kindOf = (name: string): PutProblemKind => kinds.find(([pattern]) => pattern.test(name))?.[1] ?? 'other';

function wordsOf(text: unknown): { readonly words?: string } {
  if (typeof text !== 'string' || text === '') return {};
  return { words: withoutAddresses(text).slice(0, longestWords) };
}

/**
 * Puts one test event on a bus.
 * @param detailType one that the rule takes.
 * @returns what AWS answered; it throws nothing.
 */
export async function putTestEvent(bus: TestBus, detailType: string, detail: object): Promise<PutOutcome> {
  const { arn, region, profile, role } = bus;
  const assumed = role && {
    roleArn: role.arn,
    ...defined({ externalId: role.externalId }),
    assumedBy: 'sdkChain' as const,
  };
  const client = new EventBridgeClient({
    region,
    requestHandler: boundedHandler(bounds.connectionMs, bounds.requestMs),
    ...defined({ profile, credentials: assumed && roleSessions(assumed, region) }),
  });
  const entry = { EventBusName: arn, Source: testSource, DetailType: detailType, Detail: JSON.stringify(detail) };
  try {
    const { Entries: [put] = [] } = await client.send(new PutEventsCommand({ Entries: [entry] }));
    if (put?.ErrorCode === undefined) return { outcome: 'taken', ...defined({ eventId: put?.EventId }) };
    return { outcome: 'refused', kind: 'notTaken', name: put.ErrorCode, ...wordsOf(put.ErrorMessage) };
  } catch (error) {
    const name = errorName(error);
    return { outcome: 'refused', kind: kindOf(name), name, ...wordsOf(memberOf(error, 'message')) };
  } finally {
    client.destroy();
  }
}
