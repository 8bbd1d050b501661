import { readAgreementCreated } from './agreements.ts';
import { readBuyWithPrimeEnvelope, readWebhookEvent } from './buyWithPrime.ts';
import {
  agreementParties,
  agreementTypes,
  buyWithPrimeTypes,
  discoveryTypes,
  marketplaceTypes,
  privateMarketplaceTypes,
} from './documentedKinds.ts';
import { readInventoryEnvelope, readInventoryWebhook } from './inventory.ts';
import { readMarketplaceEvent } from './marketplace.ts';
import { agreementCreatedTypes, agreementSource } from './schemas/agreements.ts';
import { buyabilityChangedType, buyWithPrimeSourcePrefix, inventoryChangedType } from './schemas/buyWithPrime.ts';
import { marketplaceCatalogSource, marketplaceCatalogTypes } from './schemas/marketplace.ts';
import { readTestEvent, testSource } from './testEvents.ts';
import type { JsonObject, ReaderResult } from './types.ts';

/** Reads an envelope of one source, with its detail as it was sent. */
type EnvelopeReader = (body: JsonObject, detail: JsonObject) => ReaderResult;

/** One source of events that the service knows, and what it makes of each of its detail-types. */
export interface KnownSource {
  /** What stands for the source in the kinds by which events are counted. */
  readonly name: string;
  readonly matches: (source: string) => boolean;
  /** The readers, by detail-type. */
  readonly readers: ReadonlyMap<string, EnvelopeReader>;
  /** Whether a document of the vendor names a detail-type that has no reader. */
  readonly isDocumented: (detailType: string) => boolean;
  /** True where the first bodies of a detail-type that no document names are kept, for a later reader. */
  readonly keepsUnknown: boolean;
  /** Reads what has no detail-type at all; undefined: it is ignored as well. */
  readonly withoutType?: EnvelopeReader;
}

function readersOf(types: readonly string[], reader: EnvelopeReader): ReadonlyMap<string, EnvelopeReader> {
  return new Map(types.map((type) => [type, reader]));
}

/** A source with nothing that the service acts on, unless readers are given. */
function besideTheCatalog(
  name: string,
  documented: readonly string[],
  readers: ReadonlyMap<string, EnvelopeReader> = new Map(),
): KnownSource {
  const known = new Set(documented);
  const isDocumented = (type: string): boolean => known.has(type);
  return { name, matches: (source) => source === name, readers, isDocumented, keepsUnknown: false };
}

const agreementsOfEachParty = agreementTypes.flatMap((type) => [
  type,
  ...agreementParties.map((party) => `${type} - ${party}`),
]);

const buyWithPrime: KnownSource = {
  name: 'buy-with-prime',
  matches: (source) => source.startsWith(buyWithPrimeSourcePrefix) && source !== buyWithPrimeSourcePrefix,
  readers: new Map<string, EnvelopeReader>([
    [buyabilityChangedType, readBuyWithPrimeEnvelope],
    [inventoryChangedType, readInventoryEnvelope],
  ]),
  isDocumented: (type) => buyWithPrimeTypes.includes(type),
  keepsUnknown: false,
  withoutType: readBuyWithPrimeEnvelope,
};

/** Test events, of every detail-type: what is none is ignored, and neither kept nor reported. */
const tests: KnownSource = {
  name: testSource,
  matches: (source) => source === testSource,
  readers: readersOf([...marketplaceCatalogTypes, ...agreementCreatedTypes], readTestEvent),
  isDocumented: () => true,
  keepsUnknown: false,
};

/** Every source of EventBridge envelopes that the service knows. */
export const knownSources: readonly KnownSource[] = [
  {
    name: marketplaceCatalogSource,
    matches: (source) => source === marketplaceCatalogSource,
    readers: readersOf(marketplaceCatalogTypes, readMarketplaceEvent),
    isDocumented: () => false,
    keepsUnknown: true,
    withoutType: readMarketplaceEvent,
  },
  besideTheCatalog(agreementSource, agreementsOfEachParty, readersOf(agreementCreatedTypes, readAgreementCreated)),
  besideTheCatalog('aws.marketplace', marketplaceTypes),
  besideTheCatalog('aws.private-marketplace', privateMarketplaceTypes),
  besideTheCatalog('aws.discovery-marketplace', discoveryTypes),
  buyWithPrime,
  tests,
];

/** Buy with Prime’s webhook: the same kinds, told apart by the descriptor of the body. */
export const webhookSource: KnownSource = {
  ...buyWithPrime,
  readers: new Map<string, EnvelopeReader>([
    [buyabilityChangedType, readWebhookEvent],
    [inventoryChangedType, readInventoryWebhook],
  ]),
  withoutType: readWebhookEvent,
};
