import { defined } from '../defined.ts';
import { decodeObject, isJsonObject } from './json.ts';
import { kindOf } from './kinds.ts';
import { unreadable } from './problems.ts';
import { buyWithPrimeSourcePrefix } from './schemas/buyWithPrime.ts';
import { marketplaceCatalogSource } from './schemas/marketplace.ts';
import { shapeOf } from './shape.ts';
import { knownSources, webhookSource, type KnownSource } from './sources.ts';
import type { JsonObject, JsonValue, ParseResult } from './types.ts';

/** The way by which bytes came in: EventBridge envelopes of both vendors, or Buy with Prime's webhook. */
export type Envelope = 'eventbridge' | 'webhook';

// CloudTrail records API calls under the source of the service called, so a rule on the source alone brings them too:
// "AWS API Call via CloudTrail", "AWS Service Event via CloudTrail" and their like. A partner source has none.
const cloudTrailSuffix = ' via CloudTrail';

/**
 * Reads the bytes of one delivery. Pure, and never throws: what cannot be read comes back as problems, each naming
 * the field, the shape found and what would be right. A Buy with Prime event gives one event for each item it names.
 * No text in the place of a detail-type or descriptor of a known source makes an event unreadable: it is of a kind that
 * is ignored.
 */
export function parse(envelope: Envelope, bytes: Uint8Array): ParseResult {
  const decoded = decodeObject(bytes);
  if (!decoded.ok) return unreadable([decoded.problem]);
  const body = decoded.value;
  switch (envelope) {
    case 'eventbridge':
      return parseEnvelope(body);
    case 'webhook':
      return readOf(webhookSource, body['eventDescriptor'], body, body['idempotencyKey'] ?? body['eventId']);
  }
}

function parseEnvelope(body: JsonObject): ParseResult {
  const { source, 'detail-type': detailType, id } = body;
  const known = typeof source === 'string' ? knownSources.find(({ matches }) => matches(source)) : undefined;
  if (known !== undefined) return readOf(known, detailType, body, id);
  const expected = `${marketplaceCatalogSource}, or ${buyWithPrimeSourcePrefix} and the name of the partner source`;
  return unreadable([{ field: 'source', found: shapeOf(source), expected }]);
}

/** What a source's table says of a type. */
function readOf(
  source: KnownSource,
  type: JsonValue | undefined,
  body: JsonObject,
  id: JsonValue | undefined,
): ParseResult {
  const { name, readers, withoutType, isDocumented, keepsUnknown } = source;
  const reader = typeof type === 'string' ? readers.get(type) : withoutType;
  const kind = kindOf(name, typeof type === 'string' ? type : '(no detail-type)');
  const shared = { kind, ...defined({ eventId: printableId(id) }) };
  if (reader !== undefined) {
    const read = reader(body, isJsonObject(body['detail']) ? body['detail'] : {});
    return read.outcome === 'nothing' ? { outcome: 'ignored', reason: read.reason, ...shared } : read;
  }
  if (typeof type !== 'string') {
    return { outcome: 'ignored', reason: `events of ${name} without a detail-type are not handled here`, ...shared };
  }
  if (type.endsWith(cloudTrailSuffix) && name.startsWith('aws.')) {
    return { outcome: 'ignored', reason: 'an API call or service event recorded by CloudTrail', ...shared };
  }
  if (isDocumented(type)) return { outcome: 'ignored', reason: `${kind} is not handled here`, ...shared };
  return {
    outcome: 'unknownKind',
    reason: `${kind} is in no document of the vendor that this version follows, and is not handled`,
    keeps: keepsUnknown,
    ...shared,
  };
}

/** The vendor's own id, for logs and answers, where it is a short text without anything invisible. */
function printableId(id: JsonValue | undefined): string | undefined {
  return typeof id === 'string' && /^[^\p{C}\p{Zl}\p{Zp}]{1,255}$/u.test(id) ? id : undefined;
}
