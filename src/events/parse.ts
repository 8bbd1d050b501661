import { defined } from '../defined.ts';
import { readBuyWithPrimeEnvelope, readWebhook } from './buyWithPrime.ts';
import { decodeObject, isJsonObject } from './json.ts';
import { readMarketplaceEvent } from './marketplace.ts';
import { unreadable } from './problems.ts';
import { buyWithPrimeSourcePrefix } from './schemas/buyWithPrime.ts';
import { marketplaceCatalogSource } from './schemas/marketplace.ts';
import { shapeOf } from './shape.ts';
import type { JsonObject, ParseResult } from './types.ts';

/** The way by which bytes came in: EventBridge envelopes of both vendors, or Buy with Prime's webhook. */
export type Envelope = 'eventbridge' | 'webhook';

// Agreements, licences, disbursements: the same vendor, on the same bus, and nothing that the service owns.
const otherSourcesOfTheVendor: ReadonlySet<string> = new Set(['aws.agreement-marketplace', 'aws.marketplace']);

// CloudTrail records API calls under the source of the service called, so a rule on the source alone brings them too:
// "AWS API Call via CloudTrail", "AWS Service Event via CloudTrail" and their like.
const cloudTrailSuffix = ' via CloudTrail';

/**
 * Reads the bytes of one delivery. Pure, and never throws: what cannot be read comes back as problems, each naming
 * the field, the shape found and what would be right. A Buy with Prime event gives one event for each item it names.
 */
export function parse(envelope: Envelope, bytes: Uint8Array): ParseResult {
  const decoded = decodeObject(bytes);
  if (!decoded.ok) return unreadable([decoded.problem]);
  switch (envelope) {
    case 'eventbridge':
      return parseEnvelope(decoded.value);
    case 'webhook':
      return readWebhook(decoded.value);
  }
}

function parseEnvelope(body: JsonObject): ParseResult {
  const { source, 'detail-type': detailType, id } = body;
  if (typeof source === 'string') {
    const eventId = typeof id === 'string' ? id : undefined;
    if (otherSourcesOfTheVendor.has(source)) {
      return { outcome: 'ignored', reason: `events of ${source} are not handled here`, ...defined({ eventId }) };
    }
    const detail = isJsonObject(body['detail']) ? body['detail'] : {};
    if (source === marketplaceCatalogSource) {
      if (typeof detailType === 'string' && detailType.endsWith(cloudTrailSuffix)) {
        return {
          outcome: 'ignored',
          reason: 'an API call or service event recorded by CloudTrail',
          ...defined({ eventId }),
        };
      }
      return readMarketplaceEvent(body, detail);
    }
    if (source.startsWith(buyWithPrimeSourcePrefix) && source !== buyWithPrimeSourcePrefix) {
      return readBuyWithPrimeEnvelope(body, detail);
    }
  }
  const expected = `${marketplaceCatalogSource}, or ${buyWithPrimeSourcePrefix} and the name of the partner source`;
  return unreadable([{ field: 'source', found: shapeOf(source), expected }]);
}
