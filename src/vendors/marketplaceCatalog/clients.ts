import { isDeepStrictEqual } from 'node:util';
import { MarketplaceCatalogClient, type MarketplaceCatalogClientConfig } from '@aws-sdk/client-marketplace-catalog';
import { defined } from '../../defined.ts';
import { failure } from '../../failures.ts';
import { type AccessKey, type AssumedRole, boundedHandler, roleSessions } from './roleCredentials.ts';
import { waitForPermits } from '../../quotas/permits.ts';

/** How the calls of an account are signed: by a key of its own, by a role, by what the SDK finds (`sdkChain`), or not at all. */
export type AccountCredentials = AccessKey | AssumedRole | 'sdkChain' | undefined;

/** Bounds of a call, in milliseconds. */
export interface CatalogTimeouts {
  /** Until the connection stands. */
  readonly connectionMs: number;
  /** One attempt, until its answer begins. */
  readonly requestMs: number;
  /** All attempts of a call with the waits between them, until the answer's last byte. */
  readonly callMs: number;
  /** The same for StartChangeSet: less than an activity's try, so that every repeat checks first. */
  readonly submitMs: number;
  /** From the change of an account's credentials to the end of its connections: every call that uses them has ended by then. */
  readonly retireMs: number;
}

/** How the clients are made. */
export interface CatalogClientOptions {
  /** Address of the service; the vendor's for the region when it is left out. */
  readonly endpoint?: string;
  /** Address of the token service, of which roles are had; the vendor's for the region when it is left out. */
  readonly tokenServiceEndpoint?: string;
  /** `us-east-1` when it is left out: the API's events and writes live there. */
  readonly region?: string;
  /**
   * The credentials of an account, undefined where it is not configured; without this, the SDK's own chain serves all. It
   * is asked at every call, and what it says then holds.
   */
  readonly credentialsFor?: (account: string) => AccountCredentials;
  readonly timeouts?: Partial<CatalogTimeouts>;
}

/** The two clients of one account. */
export interface AccountClients {
  /** Repeats throttled and failed reads automatically, as the SDK does. */
  readonly reading: MarketplaceCatalogClient;
  /** Sends once: a repeat has to check first. */
  readonly submitting: MarketplaceCatalogClient;
  /** The service refused the credentials: the next call assumes the role again, where there is one. */
  refused(): void;
}

/** An activity attempt has 60 seconds; a call ends before it. */
const timeoutDefaults: CatalogTimeouts = {
  connectionMs: 5_000,
  requestMs: 15_000,
  callMs: 50_000,
  submitMs: 30_000,
  retireMs: 60_000,
};

/** The bounds that hold: the defaults, and what replaces them. */
export function timeoutsOf(options: CatalogClientOptions): CatalogTimeouts {
  return { ...timeoutDefaults, ...options.timeouts };
}

/** An account's clients, with what they were made of. */
interface Made {
  readonly credentials: AccountCredentials;
  readonly clients: AccountClients;
}

/**
 * Gives the clients of an account, the same ones as long as its credentials stay as they are; those whose credentials
 * changed or were taken away are given up, and the calls under way with them end as they would have. A call checks the
 * credentials of its own account, and those of all others only where nobody did so for `retireMs`: there may be a thousand.
 * The function throws NotConfigured for an account without credentials; it asks again until there are some.
 */
export function createAccountClients(options: CatalogClientOptions): (account: string) => AccountClients {
  const { credentialsFor = () => 'sdkChain' } = options;
  const { retireMs } = timeoutsOf(options);
  const made = new Map<string, Made>();
  const giveUp = (account: string, known: Made): void => {
    if (made.get(account) !== known) return;
    made.delete(account);
    const { reading, submitting } = known.clients;
    setTimeout(() => [reading, submitting].forEach((one) => one.destroy()), retireMs).unref();
  };
  let checkedAllMs = performance.now();
  const giveUpOutdated = (): void => {
    if (performance.now() - checkedAllMs < retireMs) return;
    checkedAllMs = performance.now();
    for (const [other, known] of made) {
      if (!isDeepStrictEqual(credentialsFor(other), known.credentials)) giveUp(other, known);
    }
  };
  return (account) => {
    giveUpOutdated();
    const credentials = credentialsFor(account);
    const known = made.get(account);
    if (known !== undefined) {
      if (isDeepStrictEqual(credentials, known.credentials)) return known.clients;
      giveUp(account, known);
    }
    if (credentials === undefined) throw failure('NotConfigured', `Account ${account} is not in the configuration`);
    const fresh: Made = {
      credentials,
      clients: {
        ...make(options, credentials),
        refused: () => {
          if (typeof credentials === 'object' && 'roleArn' in credentials) giveUp(account, fresh);
        },
      },
    };
    made.set(account, fresh);
    return fresh.clients;
  };
}

function make(options: CatalogClientOptions, credentials: Exclude<AccountCredentials, undefined>) {
  const { region = 'us-east-1', endpoint } = options;
  const { connectionMs, requestMs } = timeoutsOf(options);
  const shared: MarketplaceCatalogClientConfig = {
    region,
    ...defined({ endpoint }),
    ...signedBy(credentials, region, options.tokenServiceEndpoint),
    requestHandler: boundedHandler(connectionMs, requestMs),
  };
  const reading = new MarketplaceCatalogClient(shared);
  const submitting = new MarketplaceCatalogClient({ ...shared, maxAttempts: 1 });
  [reading, submitting].forEach(waitForPermits);
  return { reading, submitting };
}

/** The SDK writes into the credentials that it is given: it gets a copy, for a change is recognised by the original. */
function signedBy(
  credentials: Exclude<AccountCredentials, undefined>,
  region: string,
  tokenServiceEndpoint?: string,
): Pick<MarketplaceCatalogClientConfig, 'credentials'> {
  if (credentials === 'sdkChain') return {};
  if ('roleArn' in credentials) return { credentials: roleSessions(credentials, region, tokenServiceEndpoint) };
  return { credentials: { ...credentials } };
}
