import type {
  $Command,
  MarketplaceCatalogClient,
  MarketplaceCatalogClientResolvedConfig,
  ServiceInputTypes,
  ServiceOutputTypes,
} from '@aws-sdk/client-marketplace-catalog';
import type { Logger } from 'pino';
import { memberOf } from '../../defined.ts';
import type { CatalogOperation } from '../../quotas/catalogQuotas.ts';
import { failure, failureTypeOf } from '../../failures.ts';
import { type AccountClients, type CatalogClientOptions, createAccountClients, timeoutsOf } from './clients.ts';
import { areRejected, vendorFailure } from './failures.ts';
import { processClock } from '../../quotas/clock.ts';
import type { Attempt } from '../../quotas/rateLimiter.ts';
import type { CatalogRateLimiters } from '../../quotas/catalogRateLimiters.ts';
import { inSpan } from '../../spans.ts';
import { boundCall, withPermit } from '../../quotas/permits.ts';

/** What a call is made with beside its command. */
interface CallOptions {
  /** Asked as the last thing before the request leaves: false, and it does not. */
  readonly mayStillSend?: () => boolean;
  /** For whom it is made; the activity attempt that is under way where it is left out. */
  readonly attempt?: Attempt;
}

/** Makes one call with a command of the SDK's; throws failures of the vocabulary. */
type Make = <Asked extends ServiceInputTypes, Answer extends ServiceOutputTypes>(
  account: string,
  operation: CatalogOperation,
  command: $Command<Asked, Answer, MarketplaceCatalogClientResolvedConfig, ServiceInputTypes, ServiceOutputTypes>,
  options?: CallOptions,
) => Promise<Answer>;

/** The two ways of calling. */
export interface Calls {
  /** With the SDK's own repeats. */
  readonly read: Make;
  /** Once. */
  readonly submit: Make;
  /** The activity attempt that is under way. */
  readonly attemptOf: () => Attempt;
}

/** What keeps calls within the quotas. */
export interface CallLimits {
  readonly limiters: CatalogRateLimiters;
  /** The activity attempt that calls, the same object for all its calls. */
  readonly attemptOf: () => Attempt;
}

/** An activity attempt has 60 seconds; a call outside of one is given the same. */
const ownWayMs = 60_000;
/** From the moment at which a call has to have ended to the end of its attempt, which has to report it, in milliseconds. */
export const reportingMs = 5_000;
/** What a read that goes out has at the least before its attempt ends. */
const readNeedsMs = 10_000;

/**
 * Makes the calls, each with a bound on its own time, in which waiting for a permit does not count.
 * @param limits without them, every call goes out at once.
 * @param logger gets a line for each that failed.
 */
export function createCalls(
  options: CatalogClientOptions,
  limits: CallLimits | undefined,
  logger: Logger | undefined,
): Calls {
  const clientsOf = createAccountClients(options);
  const { callMs, submitMs } = timeoutsOf(options);
  const attemptOf = limits?.attemptOf ?? standIn;
  const calling =
    (submits: boolean, pick: (clients: AccountClients) => MarketplaceCatalogClient): Make =>
    async (account, operation, command, { mayStillSend = () => true, attempt = attemptOf() } = {}) => {
      const clients = clientsOf(account);
      const bound = boundCall(submits ? submitMs : callMs, attempt.endsMs - reportingMs);
      const neededMs = submits ? submitMs + reportingMs : readNeedsMs;
      const request = { account, operation, attempt, neededMs, soon: submits };
      const wait = (): Promise<void> => bound.whileStopped(async () => limits?.limiters.permit(request));
      try {
        const beforeSending = (): void => {
          if (!mayStillSend()) throw tooLate(operation);
        };
        return await withPermit({ wait, beforeSending }, () =>
          inSpan({ name: `AWS ${operation}`, kind: 'client', attributes: { 'steward.account': account } }, () =>
            pick(clients).send(command, { abortSignal: bound.signal }),
          ),
        );
      } catch (error) {
        if (areRejected(error)) clients.refused();
        const translated = vendorFailure(error, { operation, submits });
        // The vendor's support asks for the request id.
        logger?.info(
          {
            account,
            operation,
            failure: failureTypeOf(translated),
            requestId: memberOf(memberOf(error, '$metadata'), 'requestId'),
          },
          'catalog call failed',
        );
        throw translated;
      } finally {
        bound.end();
      }
    };
  return {
    read: calling(false, ({ reading }) => reading),
    submit: calling(true, ({ submitting }) => submitting),
    attemptOf,
  };
}

function tooLate(operation: CatalogOperation): Error {
  const message = `${operation}: what was checked before is out of date by now; nothing was submitted`;
  return failure('ServiceFault', message, { context: { operation } });
}

function standIn(): Attempt {
  return { priority: 0, sinceMs: 0, endsMs: processClock.nowMs() + ownWayMs };
}
