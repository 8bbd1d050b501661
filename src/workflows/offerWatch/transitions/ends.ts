import { dayMs, secondMs } from '../../shared/durations.ts';

/** Whether an instant is the first or the last second of a day in UTC: what a calendar date is written as. */
function isWholeDay(ms: number): boolean {
  const intoDayMs = ms % dayMs;
  return intoDayMs === 0 || intoDayMs >= dayMs - secondMs;
}

/**
 * Until when an offer of this end is good, in milliseconds since the epoch: the first instant of a day in UTC stands for a
 * calendar date, and buyers may accept until 23:59:59 UTC of it (AWS Marketplace Seller Guide).
 */
export function goodUntilMs(end: string): number {
  const endMs = Date.parse(end);
  return endMs % dayMs === 0 ? endMs + dayMs - 1 : endMs;
}

/** The same as ISO 8601, for readers. */
export function goodUntil(end: string): string {
  return new Date(goodUntilMs(end)).toISOString();
}

/**
 * From when reminders count back, in milliseconds since the epoch: of a calendar date from the start of that day in UTC, in
 * whatever form the date is written, so that none is late.
 */
export function remindFromMs(end: string): number {
  const endMs = Date.parse(end);
  return isWholeDay(endMs) ? Math.floor(endMs / dayMs) * dayMs : endMs;
}

/**
 * Whether two texts mean the same end of an offer, in whatever form. AWS takes an end as a calendar date
 * (UpdateAvailability), lets buyers accept until 23:59:59 UTC of that date (Seller Guide, “Creating and managing private
 * offers”), and shows it as an instant: 2026-04-30T00:00:00Z, 2026-04-30T23:59:59Z and 2026-04-30T23:59:59.999Z are one
 * date. So instants of one day in UTC are the same end where one of them is the first or the last second of it; any others
 * are the same where a second lies between them at most. What differs otherwise was moved.
 */
export function isSameEnd(one: string, other: string): boolean {
  const [oneMs, otherMs] = [Date.parse(one), Date.parse(other)];
  if (Math.abs(oneMs - otherMs) <= secondMs) return true;
  const sameDay = Math.floor(oneMs / dayMs) === Math.floor(otherMs / dayMs);
  return sameDay && (isWholeDay(oneMs) || isWholeDay(otherMs));
}

/** The same of ends that may be absent. */
export function areSameEnd(one: string | undefined, other: string | undefined): boolean {
  return one === undefined || other === undefined ? one === other : isSameEnd(one, other);
}
