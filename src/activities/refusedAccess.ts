import { ApplicationFailure } from '@temporalio/common';
import type { Logger } from 'pino';
import { defined } from '../defined.ts';
import type { AccessRefusal, AccountAlarms } from '../delivery/accountAlarms.ts';
import { failureTypeOf, type FailureContext } from '../failures.ts';
import { assumeRole, isRefusalType } from '../workflows/accountHealth/checks.ts';
import type { RefusedMerchant, RefusedSeller } from '../workflows/accountHealth/contract.ts';

/**
 * The refused call: AssumeRole where the account's role could not be assumed, whatever call needed it. It names the role
 * only where the role itself needs the permission.
 */
function refusedCall(call: Call, { details }: ApplicationFailure): Call {
  const context = details?.[0] as FailureContext | undefined;
  if (context?.operation !== assumeRole) return call;
  const { resource: _ofTheCall, ...whose } = call;
  return { ...whose, operation: assumeRole, ...defined({ resource: context.resource }) };
}

/** Whose call it was, and what it asked for. */
type Call = (RefusedSeller | RefusedMerchant) & Pick<AccessRefusal, 'operation' | 'resource'>;

/**
 * Raises the access alarm for a failed call that was refused, else does nothing. Never throws: it logs an alarm that it
 * could not raise, and the next attempt raises it again.
 */
export async function reportRefusal(
  { alarms, logger }: { alarms: AccountAlarms; logger: Pick<Logger, 'error'> },
  call: Call,
  error: unknown,
): Promise<void> {
  const failureType = failureTypeOf(error);
  if (!isRefusalType(failureType) || !(error instanceof ApplicationFailure)) return;
  const refused = refusedCall(call, error);
  try {
    await alarms.refused({ ...refused, failureType, message: error.message, at: new Date().toISOString() });
  } catch (notRaised) {
    logger.error({ err: notRaised, ...call }, 'failed to raise the access alarm; the next attempt raises it again');
  }
}
