import { vendorText } from '../shared/markdown.ts';
import { dayText, subjectOf } from '../shared/subjects.ts';
import type { OfferReleasedMessage, OfferStateName } from './contract.ts';

const longestTitle = 40;

/** What the subject of an offer is made of. */
interface OfferFacts {
  readonly offerId: string;
  readonly state: OfferStateName;
  /** ISO 8601. */
  readonly endsAt?: string | undefined;
  readonly release?: Pick<OfferReleasedMessage, 'productTitle'> | undefined;
}

/**
 * The subject of an offer: `Acme Scanner (offer-abc): ends 2026-12-05`. An offer's own name may be a buyer's, and shows in no
 * attribute.
 * @param named whether the title of the product may show.
 */
export function offerSubject({ offerId, state, endsAt, release }: OfferFacts, named: boolean): string {
  const title = named ? vendorText(release?.productTitle ?? '', longestTitle) : '';
  const about = title === '' ? offerId : `${title} (${offerId})`;
  const day = dayText(endsAt);
  if (state === 'watching') return subjectOf([about], day === undefined ? 'watched' : `ends ${day}`);
  return subjectOf([about], state === 'noEndDate' ? 'no end date' : state);
}
