import { dayMs, hourMs } from '../../shared/durations.ts';

/**
 * How long a change may take before operators are notified that it takes longer than usual, in milliseconds. AWS's guide
 * says: offers and offer sets a few minutes; products and versions minutes to hours, with a scan up to days; a review for
 * the public up to 37 days. Sellers report 20 to 45 minutes for the scan of a container and hours for an AMI. Nothing is
 * reported before an hour.
 */
export const usualMs = {
  minutes: hourMs,
  hours: 6 * hourMs,
  scan: dayMs,
  review: 37 * dayMs,
} as const;

/** The name of a usual length of time. */
export type UsualTime = keyof typeof usualMs;

/** What sellers agree on with buyers, and what a company decides for its users: no software is checked. */
const quickEntityTypes: ReadonlySet<string> = new Set([
  'Offer',
  'OfferSet',
  'ResaleAuthorization',
  'ExpressPrivateOfferConfiguration',
  'AgentTokenContainer',
  'Experience',
]);

/** How long changes of an entity type take where nothing else is known of the change type: also of unknown ones. */
export function usualOfEntityType(family: string): UsualTime {
  return quickEntityTypes.has(family) ? 'minutes' : 'hours';
}
