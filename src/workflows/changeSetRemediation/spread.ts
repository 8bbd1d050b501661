import { retryAtMost15Minutes } from '../shared/activityOptions.ts';
import { digestOf } from '../shared/digest.ts';

/** A lineage's longest interval is this part of the usual one at the least. */
const least = 0.8;
const steps = 4_096;

/**
 * The intervals at which the server repeats the failed activity attempts of a lineage. The longest is 12 to 15 minutes, the
 * same for a lineage whenever it is asked for: what failed at the same moment, and fails on while AWS is not reached for
 * hours, does not come back at the same moment.
 * @param initialInterval the first of them, in milliseconds.
 */
export function retriesOf(originId: string, initialInterval: number = retryAtMost15Minutes.initialInterval) {
  const step = Number.parseInt(digestOf(originId).slice(0, 3), 16);
  const part = least + ((1 - least) * step) / steps;
  const maximumInterval = Math.round(retryAtMost15Minutes.maximumInterval * part);
  return { ...retryAtMost15Minutes, initialInterval, maximumInterval };
}
