import type { MarketplaceCatalogClient } from '@aws-sdk/client-marketplace-catalog';
import type { Logger } from 'pino';
import { failureTypeOf } from '../../ports/failures.ts';
import { type AccountClients, type CatalogClientOptions, createAccountClients, timeoutsOf } from './clients.ts';
import { type FailedCall, vendorFailure } from './failures.ts';

type Send<Answer> = (
  client: MarketplaceCatalogClient,
  options: { readonly abortSignal: AbortSignal },
) => Promise<Answer>;

/** The two ways of calling; both throw failures of the vocabulary. */
export interface Calls {
  /** With the SDK's own repeats. */
  read<Answer>(account: string, operation: string, send: Send<Answer>): Promise<Answer>;
  /** Once. */
  submit<Answer>(account: string, operation: string, send: Send<Answer>): Promise<Answer>;
}

/** Makes the calls, each with a bound on its whole time. `logger` gets a line for each that failed. */
export function createCalls(options: CatalogClientOptions, logger: Logger | undefined): Calls {
  const clientsOf = createAccountClients(options);
  const { callMs, submitMs } = timeoutsOf(options);
  const run = async <Answer>(
    account: string,
    call: FailedCall,
    pick: (clients: AccountClients) => MarketplaceCatalogClient,
    send: Send<Answer>,
  ): Promise<Answer> => {
    const client = pick(clientsOf(account));
    try {
      return await send(client, { abortSignal: AbortSignal.timeout(call.submits ? submitMs : callMs) });
    } catch (error) {
      const translated = vendorFailure(error, call);
      logger?.info(
        { account, operation: call.operation, failure: failureTypeOf(translated), requestId: requestIdOf(error) },
        'catalog call failed',
      );
      throw translated;
    }
  };
  return {
    read: (account, operation, send) => run(account, { operation, submits: false }, ({ reading }) => reading, send),
    submit: (account, operation, send) =>
      run(account, { operation, submits: true }, ({ submitting }) => submitting, send),
  };
}

/** What the vendor's support asks for. */
function requestIdOf(error: unknown): unknown {
  if (typeof error !== 'object' || error === null) return undefined;
  const metadata: unknown = Reflect.get(error, '$metadata');
  return typeof metadata === 'object' && metadata !== null ? Reflect.get(metadata, 'requestId') : undefined;
}
