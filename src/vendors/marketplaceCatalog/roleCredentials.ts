import { fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { defined } from '../../defined.ts';
import { incompleteAnswer, roleFailure } from './failures.ts';

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
/** All attempts end well within the time of the call that waits for the session. */
const attempts = 3;
const attemptWithinMs = 6_000;
/** An answer that stalls after its headers would hold up every call of the account: the attempts' own bounds end there. */
const assumeWithinMs = 20_000;

/** What the SDK says of an answer without a session; `name` is that of any credentials that could not be had. */
const isIncomplete = (error: unknown): boolean =>
  error instanceof Error && error.message.startsWith('Invalid response from STS.assumeRole');

/**
 * @returns what is promised.
 * @throws TimeoutError where the time ends before.
 */
async function withinTime<Value>(promised: Promise<Value>, withinMs: number): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<never>((_resolve, reject) => {
    const late = Object.assign(new Error(`no whole answer within ${withinMs} ms`), { name: 'TimeoutError' });
    timer = setTimeout(() => reject(late), withinMs);
  });
  return Promise.race([promised, timeUp]).finally(() => clearTimeout(timer));
}

const endOf = ({ expiration }: Session): number => expiration?.getTime() ?? Infinity;

/** The HTTP of an AWS client, with bounds for the connection and for each attempt, in milliseconds. */
export function boundedHandler(connectionTimeout: number, requestTimeout: number): NodeHttpHandler {
  return new NodeHttpHandler({ connectionTimeout, requestTimeout, throwOnRequestTimeout: true });
}

/**
 * The sessions of one role. All clients that ask while it is being assumed wait for the same answer. A session is renewed
 * before its end; where that fails, it serves on as long as it is valid.
 * @param endpoint of the token service; the vendor's for the region where it is left out.
 * @param withinMs what one assumption may take, all attempts and the whole answer included.
 * @returns a provider that throws failures of the vocabulary.
 */
export function roleSessions(
  role: AssumedRole,
  region: string,
  endpoint?: string,
  withinMs = assumeWithinMs,
): SessionProvider {
  const { roleArn, externalId, assumedBy } = role;
  const assume = fromTemporaryCredentials({
    params: { RoleArn: roleArn, RoleSessionName: sessionName, ...defined({ ExternalId: externalId }) },
    // The SDK writes into the credentials that it is given.
    ...(assumedBy === 'sdkChain' ? {} : { masterCredentials: { ...assumedBy } }),
    clientConfig: {
      region,
      ...defined({ endpoint }),
      maxAttempts: attempts,
      requestHandler: boundedHandler(attemptWithinMs, attemptWithinMs),
    },
  });
  let session: Session | undefined;
  let renewAtMs = -Infinity;
  let renewing: Promise<Session> | undefined;

  async function assumed(): Promise<Session> {
    try {
      const given = await withinTime(assume(), withinMs);
      if (given.sessionToken !== undefined && given.expiration !== undefined) return given;
    } catch (error) {
      if (!isIncomplete(error)) throw roleFailure(error, roleArn);
    }
    throw incompleteAnswer({ operation: 'AssumeRole', submits: false }, 'session with a token and an end');
  }

  async function renew(): Promise<Session> {
    try {
      session = await assumed();
    } catch (error) {
      if (session === undefined || endOf(session) <= Date.now()) throw error;
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
