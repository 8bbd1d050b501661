import type { Logger } from 'pino';
import type { AccessRefusal, AccountAlarms } from '../ports/accountAlarms.ts';
import { failureTypeOf } from '../ports/failures.ts';
import { isRefusalType } from '../workflows/accountHealth/looks.ts';
import type { RefusedMerchant, RefusedSeller } from '../workflows/accountHealth/messages.ts';

/** Whose call it was, and what it asked for. */
type Call = (RefusedSeller | RefusedMerchant) & Pick<AccessRefusal, 'operation' | 'resource'>;

/**
 * Tells of a failed call where it was refused, else does nothing. Never throws: where nobody could be told, that is
 * logged, and the next try tells again.
 */
export async function tellRefusal(
  { alarms, logger }: { alarms: AccountAlarms; logger: Pick<Logger, 'error'> },
  call: Call,
  error: unknown,
): Promise<void> {
  const failureType = failureTypeOf(error);
  if (!isRefusalType(failureType) || !(error instanceof Error)) return;
  try {
    await alarms.refused({ ...call, failureType, message: error.message, at: new Date().toISOString() });
  } catch (untold) {
    logger.error({ err: untold, ...call }, 'a refusal could not be told of');
  }
}
