import type { Receipt } from '../../../src/delivery/delivery.ts';
import { receive } from '../../../src/delivery/receive.ts';
import { until } from './until.ts';

/** Receives an event, as a sender does that sends it once more where a busy Temporal did not answer in time. */
export function received(...given: Parameters<typeof receive>): Promise<Receipt> {
  return until(async () => {
    const receipt = await receive(...given);
    const late = receipt.outcome === 'unavailable' && receipt.reason.startsWith('Temporal did not answer within');
    return late ? undefined : receipt;
  });
}
