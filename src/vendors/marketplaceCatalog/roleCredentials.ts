import { fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { defined } from '../../defined.ts';
import { roleFailure } from './failures.ts';

/** An access key. */
export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** A role of an account, and who assumes it. */
export interface AssumedRole {
  readonly roleArn: string;
  readonly externalId?: string;
  /** The key that may assume it; `sdkChain`: what the SDK finds. */
  readonly assumedBy: AccessKey | 'sdkChain';
}

type SessionProvider = () => ReturnType<ReturnType<typeof fromTemporaryCredentials>>;
type Session = Awaited<ReturnType<SessionProvider>>;

/** What CloudTrail shows of our calls in the account. */
const sessionName = 'marketplace-steward';
/** The SDK's clients ask for new credentials this long before the end of those that they have; so nothing is asked for twice. */
const renewBeforeMs = 300_000;
/** Between two renewals, also where one failed or gave a session that ends soon: the clients ask several times a call. */
const renewAgainMs = 30_000;
/** The SDK attempts AssumeRole three times: all of them end well within the time of the call that waits for the session. */
const attemptWithinMs = 6_000;

const endOf = ({ expiration }: Session): number => expiration?.getTime() ?? Infinity;

/** The HTTP of an AWS client, with bounds for the connection and for each attempt, in milliseconds. */
export function boundedHandler(connectionTimeout: number, requestTimeout: number): NodeHttpHandler {
  return new NodeHttpHandler({ connectionTimeout, requestTimeout, throwOnRequestTimeout: true });
}

/**
 * The sessions of one role. All clients that ask while it is being assumed wait for the same answer. A session is renewed
 * before its end; where that fails, it serves on as long as it is valid.
 * @param endpoint of the token service; the vendor's for the region where it is left out.
 * @returns a provider that throws failures of the vocabulary.
 */
export function roleSessions(role: AssumedRole, region: string, endpoint?: string): SessionProvider {
  const { roleArn, externalId, assumedBy } = role;
  const assume = fromTemporaryCredentials({
    params: { RoleArn: roleArn, RoleSessionName: sessionName, ...defined({ ExternalId: externalId }) },
    // The SDK writes into the credentials that it is given.
    ...(assumedBy === 'sdkChain' ? {} : { masterCredentials: { ...assumedBy } }),
    clientConfig: {
      region,
      ...defined({ endpoint }),
      requestHandler: boundedHandler(attemptWithinMs, attemptWithinMs),
    },
  });
  let session: Session | undefined;
  let renewAtMs = -Infinity;
  let renewing: Promise<Session> | undefined;

  async function renew(): Promise<Session> {
    try {
      session = await assume();
    } catch (error) {
      if (session === undefined || endOf(session) <= Date.now()) throw roleFailure(error, roleArn);
    } finally {
      renewing = undefined;
    }
    renewAtMs = Math.max(endOf(session) - renewBeforeMs, Date.now() + renewAgainMs);
    return session;
  }

  return async () => {
    if (session !== undefined && Date.now() < Math.min(renewAtMs, endOf(session))) return session;
    renewing ??= renew();
    return renewing;
  };
}
