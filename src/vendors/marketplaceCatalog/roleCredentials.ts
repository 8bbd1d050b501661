import { AssumeRoleCommand, STSClient, type STSClientConfig } from '@aws-sdk/client-sts';
import type { NodeHttpHandler } from '@smithy/node-http-handler';
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
  /** The key that may assume it; `sdkChain`: what the SDK finds by itself. */
  readonly assumedBy: AccessKey | 'sdkChain';
}

/** A session's keys, as the SDK takes them. */
interface SessionCredentials extends AccessKey {
  readonly sessionToken: string;
  readonly expiration: Date;
}

/** The credentials of a role. */
export interface RoleCredentials {
  /** The keys of the present session, assumed where there is none or it ends soon. Throws failures of the vocabulary. */
  readonly provide: () => Promise<SessionCredentials>;
  /** Ends the connections to the service. */
  destroy(): void;
}

/** How the service is reached. */
export interface TokenServiceOptions {
  /** The vendor's for the region where it is left out. */
  readonly endpoint?: string;
  readonly region: string;
  readonly requestHandler: NodeHttpHandler;
}

/** What CloudTrail shows of our calls in the account. */
const sessionName = 'marketplace-steward';
/** The SDK's clients ask for new credentials this long before the end of those that they have; so nothing is asked for twice. */
const renewBeforeMs = 300_000;
/** Between two renewals, also where one failed or gave a session that ends soon: the clients ask several times a call. */
const renewAgainMs = 30_000;
/** All tries of AssumeRole together: well within the time of the call that waits for it. */
const assumeWithinMs = 20_000;

/**
 * The sessions of one role, one at a time: whoever asks while it is being assumed waits for the same answer. A session is
 * renewed before its end; where that fails, it serves on as long as it is good.
 */
export function createRoleCredentials(role: AssumedRole, options: TokenServiceOptions): RoleCredentials {
  const client = new STSClient({ ...options, ...baseOf(role) });
  let session: SessionCredentials | undefined;
  let renewAtMs = -Infinity;
  let assuming: Promise<SessionCredentials> | undefined;

  async function renewed(): Promise<SessionCredentials> {
    try {
      session = await assume(client, role);
      renewAtMs = Math.max(session.expiration.getTime() - renewBeforeMs, Date.now() + renewAgainMs);
      return session;
    } catch (error) {
      if (session === undefined || session.expiration.getTime() <= Date.now()) throw error;
      renewAtMs = Date.now() + renewAgainMs;
      return session;
    } finally {
      assuming = undefined;
    }
  }

  return {
    provide: async () => {
      if (session !== undefined && Date.now() < Math.min(renewAtMs, session.expiration.getTime())) return session;
      assuming ??= renewed();
      return assuming;
    },
    destroy: () => client.destroy(),
  };
}

/** The SDK writes into the credentials that it is given. */
function baseOf({ assumedBy }: AssumedRole): Pick<STSClientConfig, 'credentials'> {
  return assumedBy === 'sdkChain' ? {} : { credentials: { ...assumedBy } };
}

async function assume(client: STSClient, { roleArn, externalId }: AssumedRole): Promise<SessionCredentials> {
  const command = new AssumeRoleCommand({
    RoleArn: roleArn,
    RoleSessionName: sessionName,
    ...defined({ ExternalId: externalId }),
  });
  const given = await client
    .send(command, { abortSignal: AbortSignal.timeout(assumeWithinMs) })
    .catch((error: unknown) => {
      throw roleFailure(error, roleArn);
    });
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = given.Credentials ?? {};
  if (!AccessKeyId || !SecretAccessKey || !SessionToken || Expiration === undefined) {
    throw incompleteAnswer({ operation: 'AssumeRole', submits: false }, 'Credentials');
  }
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
    expiration: Expiration,
  };
}
