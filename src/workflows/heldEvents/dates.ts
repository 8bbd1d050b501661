import type { HeldEventsPolicy } from './policyValues.ts';
import { expiresMs, type HeldEventsCase } from './state.ts';

/** When the first bytes expire, in milliseconds since the epoch. */
export function expiryMs({ held }: HeldEventsCase, policy: HeldEventsPolicy): number | undefined {
  return held.length === 0 ? undefined : Math.min(...held.map((event) => expiresMs(event, policy)));
}

/** When operators have to be reminded that bytes expire; undefined where they were, or were asked only just before. */
export function reminderMs(events: HeldEventsCase, policy: HeldEventsPolicy): number | undefined {
  const expiry = expiryMs(events, policy);
  if (expiry === undefined) return undefined;
  const { warnedAtMs, held } = events;
  // Operators were asked when these came.
  const first = held.find((event) => expiresMs(event, policy) === expiry);
  if (first !== undefined && expiry - first.sinceMs < 2 * policy.warnBeforeMs) return undefined;
  if (warnedAtMs !== undefined && expiry - policy.warnBeforeMs < warnedAtMs + policy.remindedForMs) return undefined;
  return expiry - policy.warnBeforeMs;
}

/** When to check whether the first bytes have expired. */
export function expiryCheckMs(events: HeldEventsCase, policy: HeldEventsPolicy): number | undefined {
  const expiry = expiryMs(events, policy);
  if (expiry === undefined) return undefined;
  return Math.max(expiry + policy.afterExpiryMs, (events.checkedAtMs ?? 0) + policy.leastBetweenChecksMs);
}
