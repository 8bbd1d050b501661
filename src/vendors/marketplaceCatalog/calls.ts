import type { MarketplaceCatalogClient } from '@aws-sdk/client-marketplace-catalog';
import type { Logger } from 'pino';
import type { CatalogOperation } from '../../quotas/catalogQuotas.ts';
import { failureTypeOf } from '../../failures.ts';
import { type AccountClients, type CatalogClientOptions, createAccountClients, timeoutsOf } from './clients.ts';
import { areRejected, type FailedCall, vendorFailure } from './failures.ts';
import { processClock } from '../../quotas/clock.ts';
import type { Attempt } from '../../quotas/rateLimiter.ts';
import type { CatalogRateLimiters } from '../../quotas/catalogRateLimiters.ts';
import { boundCall, withPermit } from '../../quotas/permits.ts';

type Send<Answer> = (
  client: MarketplaceCatalogClient,
  options: { readonly abortSignal: AbortSignal },
) => Promise<Answer>;

/** The two ways of calling; both throw failures of the vocabulary. */
export interface Calls {
  /** With the SDK's own repeats. */
  read<Answer>(account: string, operation: CatalogOperation, send: Send<Answer>): Promise<Answer>;
  /** Once. */
  submit<Answer>(account: string, operation: CatalogOperation, send: Send<Answer>): Promise<Answer>;
}

/** What keeps calls within the quotas. */
export interface CallLimits {
  readonly limiters: CatalogRateLimiters;
  /** The activity attempt that calls, the same object for all its calls. */
  readonly attemptOf: () => Attempt;
}

interface OneCall extends FailedCall {
  readonly account: string;
  readonly operation: CatalogOperation;
}

/** An activity attempt has 60 seconds; a call outside of one is given the same. */
const ownWayMs = 60_000;
/** From the moment at which a call has to have ended to the end of its attempt, which has to report it. */
const reportingMs = 5_000;
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
  const run = async <Answer>(
    call: OneCall,
    pick: (clients: AccountClients) => MarketplaceCatalogClient,
    send: Send<Answer>,
  ): Promise<Answer> => {
    const { account, operation, submits } = call;
    const clients = clientsOf(account);
    const attempt = limits?.attemptOf() ?? standIn();
    const bound = boundCall(submits ? submitMs : callMs, attempt.endsMs - reportingMs);
    const neededMs = submits ? submitMs + reportingMs : readNeedsMs;
    const request = { account, operation, attempt, neededMs, soon: submits };
    const wait = (): Promise<void> => bound.whileStopped(async () => limits?.limiters.permit(request));
    try {
      return await withPermit(wait, () => send(pick(clients), { abortSignal: bound.signal }));
    } catch (error) {
      if (areRejected(error)) clients.refused();
      const translated = vendorFailure(error, call);
      logger?.info(
        { account, operation: call.operation, failure: failureTypeOf(translated), requestId: requestIdOf(error) },
        'catalog call failed',
      );
      throw translated;
    } finally {
      bound.end();
    }
  };
  return {
    read: (account, operation, send) => run({ account, operation, submits: false }, ({ reading }) => reading, send),
    submit: (account, operation, send) =>
      run({ account, operation, submits: true }, ({ submitting }) => submitting, send),
  };
}

function standIn(): Attempt {
  return { priority: 0, sinceMs: 0, endsMs: processClock.nowMs() + ownWayMs };
}

/** What the vendor's support asks for. */
function requestIdOf(error: unknown): unknown {
  if (typeof error !== 'object' || error === null) return undefined;
  const metadata: unknown = Reflect.get(error, '$metadata');
  return typeof metadata === 'object' && metadata !== null ? Reflect.get(metadata, 'requestId') : undefined;
}
