import { MarketplaceCatalogClient, type MarketplaceCatalogClientConfig } from '@aws-sdk/client-marketplace-catalog';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { failure } from '../../ports/failures.ts';

type CredentialsProvider = NonNullable<MarketplaceCatalogClientConfig['credentials']>;

/** An account's own credentials, those that the SDK finds by itself (`sdkChain`), or none. */
type AccountCredentials = CredentialsProvider | 'sdkChain' | undefined;

/** Bounds of a call, in milliseconds. */
export interface CatalogTimeouts {
  /** Until the connection stands. */
  readonly connectionMs: number;
  /** One try, until its answer begins. */
  readonly requestMs: number;
  /** All tries of a call with the waits between them, until the answer's last byte. */
  readonly callMs: number;
  /** The same for StartChangeSet: less than an activity's try, so that every repeat looks first. */
  readonly submitMs: number;
}

/** How the clients are made. */
export interface CatalogClientOptions {
  /** Address of the service; the vendor's for the region when it is left out. */
  readonly endpoint?: string;
  /** `us-east-1` when it is left out: the API's events and writes live there. */
  readonly region?: string;
  /** The credentials of an account, undefined where it has none; without this, the SDK's own chain serves all. */
  readonly credentialsFor?: (account: string) => AccountCredentials;
  readonly timeouts?: Partial<CatalogTimeouts>;
}

/** The two clients of one account. */
export interface AccountClients {
  /** Repeats throttled and failed reads by itself, as the SDK does. */
  readonly reading: MarketplaceCatalogClient;
  /** Sends once: a repeat has to look first. */
  readonly submitting: MarketplaceCatalogClient;
}

/** An activity's try has 60 seconds; a call ends before it. */
const timeoutDefaults: CatalogTimeouts = { connectionMs: 5_000, requestMs: 15_000, callMs: 50_000, submitMs: 40_000 };

/** The bounds that hold: the defaults, and what replaces them. */
export function timeoutsOf(options: CatalogClientOptions): CatalogTimeouts {
  return { ...timeoutDefaults, ...options.timeouts };
}

/**
 * Gives the clients of an account, the same ones each time. The function throws NotConfigured for an account without
 * credentials; it asks again until there are some.
 */
export function createAccountClients(options: CatalogClientOptions): (account: string) => AccountClients {
  const made = new Map<string, AccountClients>();
  return (account) => {
    const known = made.get(account);
    if (known !== undefined) return known;
    const { credentialsFor = () => 'sdkChain' } = options;
    const credentials = credentialsFor(account);
    if (credentials === undefined) {
      throw failure('NotConfigured', `Account ${account} has no credentials in the configuration`);
    }
    const clients = clientsOf(options, credentials);
    made.set(account, clients);
    return clients;
  };
}

function clientsOf(options: CatalogClientOptions, credentials: NonNullable<AccountCredentials>): AccountClients {
  const { connectionMs, requestMs } = timeoutsOf(options);
  const shared: MarketplaceCatalogClientConfig = {
    region: options.region ?? 'us-east-1',
    ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
    ...(credentials === 'sdkChain' ? {} : { credentials }),
    requestHandler: new NodeHttpHandler({
      connectionTimeout: connectionMs,
      requestTimeout: requestMs,
      throwOnRequestTimeout: true,
    }),
  };
  return {
    reading: new MarketplaceCatalogClient(shared),
    submitting: new MarketplaceCatalogClient({ ...shared, maxAttempts: 1 }),
  };
}
