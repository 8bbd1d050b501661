import { defined } from '../../defined.ts';
import { failureTypeOf } from '../../failures.ts';
import type { CatalogOffer, MarketplaceCatalog } from '../../vendors/marketplaceCatalog/port.ts';
import type { PolicyContext } from '../../policies/configured.ts';
import type { OfferActivities, OfferFinding, OfferQuestion } from '../../workflows/offerWatch/contract.ts';
import { followed } from '../followedPolicy.ts';
import { endOfOffer } from './endDate.ts';

/** AWS associates so many offers with a set at most (Work with offer sets); more would be many calls for one reminder. */
const offersAtMost = 7;
const longestState = 40;

/** Makes the activities over the catalog. @param context read at each call, so that a watch follows the configuration. */
export function createOfferActivities({
  catalog,
  context,
}: {
  catalog: MarketplaceCatalog;
  context: PolicyContext;
}): OfferActivities {
  return {
    describeOffer: async ({ following, ...question }) => ({
      ...(await describe(catalog, question)),
      ...followed('offerWatch', context, defined({ following })),
    }),
  };
}

async function describe(
  catalog: MarketplaceCatalog,
  { account, catalog: name, offerIds }: OfferQuestion,
): Promise<OfferFinding> {
  const scope = { account, catalog: name };
  const asked = offerIds.slice(0, offersAtMost);
  return catalog.expecting(scope, { describeEntity: asked.length }, async () => {
    const offers: CatalogOffer[] = [];
    for (const offerId of asked) {
      try {
        offers.push(await catalog.describeOffer(scope, offerId));
      } catch (error) {
        const type = failureTypeOf(error);
        if (type === 'AccessDenied') return { found: 'notAllowed', offerId };
        // An id that AWS takes for none, or an entity that it does not describe, is as unknown as one that is not there.
        if (type === 'NotFound' || type === 'RequestRejected') return { found: 'notFound', offerId };
        throw error;
      }
    }
    return findingOf(offers);
  });
}

/** A set ends with the first of its offers, since it is bought as one. */
function findingOf(offers: readonly CatalogOffer[]): OfferFinding {
  const ends = offers.flatMap(({ availabilityEndDate }) => endOfOffer(availabilityEndDate) ?? []);
  const states = offers.flatMap(({ state }) => state ?? []);
  return {
    found: 'offer',
    ...defined({
      endsAt: ends.toSorted((one, other) => Date.parse(one) - Date.parse(other))[0],
      unreleased: states.find((state) => state !== 'Released')?.slice(0, longestState),
    }),
  };
}
