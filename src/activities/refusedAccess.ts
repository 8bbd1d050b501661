import { ApplicationFailure } from '@temporalio/common';
import type { Logger } from 'pino';
import { defined } from '../defined.ts';
import type { AccessRefusal, AccountAlarms } from '../delivery/accountAlarms.ts';
import { failureTypeOf, type FailureContext } from '../failures.ts';
import { assumeRole, isRefusalType } from '../workflows/accountHealth/checks.ts';
import type { RefusedMerchant, RefusedSeller } from '../workflows/accountHealth/contract.ts';

/**
 * What was refused: where the role of the account could not be assumed, that, whatever call it was assumed for. The role
 * is named only where it is the role that has to be opened.
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
 * Reports a failed call where it was refused, else does nothing. Never throws: where nobody could be notified, that is
 * logged, and the next attempt reports it again.
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
  } catch (unreported) {
    logger.error({ err: unreported, ...call }, 'a refusal could not be reported');
  }
}
