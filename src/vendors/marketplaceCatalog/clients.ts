import { isDeepStrictEqual } from 'node:util';
import { MarketplaceCatalogClient, type MarketplaceCatalogClientConfig } from '@aws-sdk/client-marketplace-catalog';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { defined } from '../../defined.ts';
import { failure } from '../../failures.ts';
import { areRejected } from './failures.ts';
import { countCalls, type Retirable } from './retiring.ts';
import { type AccessKey, type AssumedRole, createRoleCredentials, type RoleCredentials } from './roleCredentials.ts';
import { waitForPermits } from '../../quotas/permits.ts';

/** How the calls of an account are signed: by a key of its own, by a role, by what the SDK finds (`sdkChain`), or not at all. */
export type AccountCredentials = AccessKey | AssumedRole | 'sdkChain' | undefined;

/** Bounds of a call, in milliseconds. */
export interface CatalogTimeouts {
  /** Until the connection stands. */
  readonly connectionMs: number;
  /** One try, until its answer begins. */
  readonly requestMs: number;
  /** All tries of a call with the waits between them, until the answer's last byte. */
  readonly callMs: number;
  /** The same for StartChangeSet: less than an activity's try, so that every repeat checks first. */
  readonly submitMs: number;
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
  /** Repeats throttled and failed reads by itself, as the SDK does. */
  readonly reading: MarketplaceCatalogClient;
  /** Sends once: a repeat has to check first. */
  readonly submitting: MarketplaceCatalogClient;
}

/** An activity's try has 60 seconds; a call ends before it. */
const timeoutDefaults: CatalogTimeouts = { connectionMs: 5_000, requestMs: 15_000, callMs: 50_000, submitMs: 30_000 };

/** The bounds that hold: the defaults, and what replaces them. */
export function timeoutsOf(options: CatalogClientOptions): CatalogTimeouts {
  return { ...timeoutDefaults, ...options.timeouts };
}

/** An account's clients, with what they were made of. */
interface Made extends Retirable {
  readonly credentials: AccountCredentials;
  readonly clients: AccountClients;
}

/**
 * Gives the clients of an account, the same ones as long as its credentials stay as they are; those of an account whose
 * credentials changed or were taken away are given up, and the calls under way with them end as they would have. The
 * function throws NotConfigured for an account without credentials; it asks again until there are some.
 */
export function createAccountClients(options: CatalogClientOptions): (account: string) => AccountClients {
  const { credentialsFor = () => 'sdkChain' } = options;
  const made = new Map<string, Made>();
  const giveUp = (account: string, known: Made): void => {
    if (made.get(account) === known) made.delete(account);
    known.retire();
  };
  return (account) => {
    for (const [other, known] of made) {
      if (!isDeepStrictEqual(credentialsFor(other), known.credentials)) giveUp(other, known);
    }
    const known = made.get(account);
    if (known !== undefined) return known.clients;
    const credentials = credentialsFor(account);
    if (credentials === undefined) {
      throw failure('NotConfigured', `Account ${account} is not in the configuration`);
    }
    const fresh = make(options, credentials, () => giveUp(account, fresh));
    made.set(account, fresh);
    return fresh.clients;
  };
}

/** @param rejected is called where the service does not take a session: whoever calls next assumes the role again. */
function make(
  options: CatalogClientOptions,
  credentials: Exclude<AccountCredentials, undefined>,
  rejected: () => void,
): Made {
  const { region = 'us-east-1', endpoint, tokenServiceEndpoint } = options;
  const role =
    typeof credentials === 'object' && 'roleArn' in credentials
      ? createRoleCredentials(credentials, {
          region,
          ...defined({ endpoint: tokenServiceEndpoint }),
          requestHandler: requestHandler(options),
        })
      : undefined;
  const shared: MarketplaceCatalogClientConfig = {
    region,
    ...defined({ endpoint }),
    ...signedBy(credentials, role),
    requestHandler: requestHandler(options),
  };
  const reading = new MarketplaceCatalogClient(shared);
  const submitting = new MarketplaceCatalogClient({ ...shared, maxAttempts: 1 });
  [reading, submitting].forEach(waitForPermits);
  const destroy = (): void => [reading, submitting, role].forEach((one) => one?.destroy());
  const failed = (error: unknown): void => {
    if (role !== undefined && areRejected(error)) rejected();
  };
  return {
    credentials,
    clients: { reading, submitting },
    ...countCalls([reading, submitting], destroy, failed),
  };
}

/** The SDK writes into the credentials that it is given: it gets a copy, for the original is what changes are told by. */
function signedBy(
  credentials: Exclude<AccountCredentials, undefined>,
  role: RoleCredentials | undefined,
): Pick<MarketplaceCatalogClientConfig, 'credentials'> {
  if (role !== undefined) return { credentials: role.provide };
  return credentials === 'sdkChain' || 'roleArn' in credentials ? {} : { credentials: { ...credentials } };
}

function requestHandler(options: CatalogClientOptions): NodeHttpHandler {
  const { connectionMs, requestMs } = timeoutsOf(options);
  return new NodeHttpHandler({
    connectionTimeout: connectionMs,
    requestTimeout: requestMs,
    throwOnRequestTimeout: true,
  });
}
