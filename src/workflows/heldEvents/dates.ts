import type { HeldEventsPolicy } from './policyValues.ts';
import type { HeldEventsCase } from './state.ts';

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
  if (warnedAtMs !== undefined && expiry - policy.warnBeforeMs < warnedAtMs + policy.remindedForMs) return undefined;
  return expiry - policy.warnBeforeMs;
}

/** When to check whether the oldest bytes have expired. */
export function expiryCheckMs(events: HeldEventsCase, policy: HeldEventsPolicy): number | undefined {
  const expiry = expiryMs(events, policy);
  if (expiry === undefined) return undefined;
  return Math.max(expiry + policy.afterExpiryMs, (events.checkedAtMs ?? 0) + policy.leastBetweenChecksMs);
}
