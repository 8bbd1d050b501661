import type { ApplicationFailure } from '@temporalio/common';
import { failureTypeOf, type FailureContext } from '../failures.ts';
import { isAlarmType } from '../workflows/accountHealth/checks.ts';
import { contextOrNothing } from './failingCalls.ts';

/** Of what the configuration lacks: events name it, so that it may be anything, and Prometheus keeps every label for good. */
const notConfigured = 'unknown';

/**
 * Counts a call that a vendor did not serve, outside of an activity nothing. What the vendor answered (a request that it
 * rejects, a thing that is not there) is no such call.
 * @param account the seller's account, or the merchant's businessProductId.
 */
export function countVendorFailure(account: string, operation: string, failure: ApplicationFailure): void {
  const type = failureTypeOf(failure);
  if (!isAlarmType(type)) return;
  contextOrNothing()
    ?.metricMeter.createCounter('steward_vendor_failures')
    .add(1, {
      account: type === 'NotConfigured' ? notConfigured : account,
      operation,
      failure: type === 'Throttled' && isOwnDeferral(failure) ? 'Deferred' : type,
    });
}

/** The steward's own rate limiters have no name of the vendor's for what they do. */
function isOwnDeferral({ details }: ApplicationFailure): boolean {
  const context = details?.[0] as FailureContext | undefined;
  return context?.vendorType === undefined;
}
