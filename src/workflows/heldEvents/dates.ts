import { dayMs, hourMs, minuteMs } from '../shared/durations.ts';
import type { HeldEventsPolicy } from './policyValues.ts';
import type { HeldEventsCase } from './state.ts';

/** The bytes' own workflow lets them expire; this one checks a little later. */
const afterExpiryMs = minuteMs;
/** Between two checks, where bytes have not expired that should have. */
const leastBetweenChecksMs = hourMs;
/** Operators are reminded once of what expires within this time. */
const remindedForMs = 7 * dayMs;

/** When the oldest bytes arrived, in milliseconds since the epoch. */
function oldestMs({ held }: HeldEventsCase): number | undefined {
  return held.length === 0 ? undefined : Math.min(...held.map(({ sinceMs }) => sinceMs));
}

/** When the oldest bytes expire. */
export function expiryMs(events: HeldEventsCase, { keepMs }: HeldEventsPolicy): number | undefined {
  const oldest = oldestMs(events);
  return oldest === undefined ? undefined : oldest + keepMs;
}

/** When operators have to be reminded that bytes expire; undefined where they were, or were asked only just before. */
export function reminderMs(events: HeldEventsCase, policy: HeldEventsPolicy): number | undefined {
  const expiry = expiryMs(events, policy);
  if (expiry === undefined || policy.keepMs < 2 * policy.warnBeforeMs) return undefined;
  const { warnedAtMs } = events;
  if (warnedAtMs !== undefined && expiry - policy.warnBeforeMs < warnedAtMs + remindedForMs) return undefined;
  return expiry - policy.warnBeforeMs;
}

/** When to check whether the oldest bytes have expired. */
export function expiryCheckMs(events: HeldEventsCase, policy: HeldEventsPolicy): number | undefined {
  const expiry = expiryMs(events, policy);
  if (expiry === undefined) return undefined;
  return Math.max(expiry + afterExpiryMs, (events.checkedAtMs ?? 0) + leastBetweenChecksMs);
}
