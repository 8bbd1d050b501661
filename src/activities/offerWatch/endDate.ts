import { instant } from '../../workflows/shared/reminders.ts';

/**
 * When an offer ends, by the AvailabilityEndDate that AWS shows, in UTC with milliseconds; undefined where it is no date.
 * A calendar date is good until its last millisecond: buyers may accept a private offer until 23:59:59 UTC of its
 * expiration date (AWS Marketplace Seller Guide, “Creating and managing private offers”).
 */
export function endOfOffer(availabilityEndDate: string | undefined): string | undefined {
  const date = availabilityEndDate?.slice(0, 10);
  // A day that no month has would be read as one of the next month.
  if (date === undefined || instant(date)?.startsWith(date) !== true) return undefined;
  return instant(date === availabilityEndDate ? `${date}T23:59:59.999Z` : availabilityEndDate);
}
