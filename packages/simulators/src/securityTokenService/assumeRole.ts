import type { RandomSource } from '../marketplaceCatalog/random.ts';
import type { SessionKey, Sessions } from '../sessions.ts';
import type { AssumeRoleInput } from './assumeRoleInput.ts';
import type { Caller } from './callers.ts';
import type { SimulatedRole } from './control.ts';
import { TokenServiceError, type XmlElements } from './wire.ts';

/** A role lasts an hour at most unless its owner allows more, and so does one that a role assumes (IAM user guide). */
const MAX_SESSION_SECONDS = 3_600;

/** What AssumeRole works on. */
export interface RoleDesk {
  readonly roles: ReadonlyMap<string, SimulatedRole>;
  readonly sessions: Sessions;
  readonly random: RandomSource;
  /** How long a session lasts, in milliseconds, where not as long as it was asked for. */
  lifetimeMs?: number | undefined;
}

function refuseUnlessTrusted(
  role: SimulatedRole | undefined,
  { roleArn, externalId }: AssumeRoleInput,
  caller: Caller,
): void {
  const trusted =
    role !== undefined &&
    (role.callers === undefined || role.callers.includes(caller.account)) &&
    (role.externalId === undefined || role.externalId === externalId);
  if (trusted) return;
  // One message for every reason, so that nobody can find out which roles there are.
  const message = `User: ${caller.arn} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`;
  throw new TokenServiceError('AccessDenied', 403, message);
}

function newKey({ random, lifetimeMs }: RoleDesk, durationSeconds: number, nowMs: number): SessionKey {
  return {
    accessKeyId: `ASIA${random.token(16).toUpperCase()}`,
    secretAccessKey: random.token(40),
    sessionToken: random.token(200),
    // Whole seconds, as the service's times have.
    expiresAtMs: Math.floor((nowMs + (lifetimeMs ?? durationSeconds * 1_000)) / 1_000) * 1_000,
  };
}

/** The keys of a new session of the role. Throws TokenServiceError where its trust policy does not trust the caller. */
export function assumeRole(desk: RoleDesk, input: AssumeRoleInput, caller: Caller, nowMs: number): XmlElements {
  const { roleArn, roleSessionName, durationSeconds } = input;
  refuseUnlessTrusted(desk.roles.get(roleArn), input, caller);
  if (durationSeconds > MAX_SESSION_SECONDS) {
    const limit = caller.isSession
      ? 'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining'
      : 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.';
    throw new TokenServiceError('ValidationError', 400, limit);
  }
  const [account = '', path = ''] = roleArn.split(':').slice(4);
  const arn = `arn:aws:sts::${account}:assumed-role/${path.split('/').at(-1)}/${roleSessionName}`;
  const key = newKey(desk, durationSeconds, nowMs);
  desk.sessions.add({ key, account, arn });
  return {
    AssumedRoleUser: { Arn: arn, AssumedRoleId: `AROA${desk.random.token(17).toUpperCase()}:${roleSessionName}` },
    Credentials: {
      AccessKeyId: key.accessKeyId,
      Expiration: new Date(key.expiresAtMs).toISOString().replace('.000Z', 'Z'),
      SecretAccessKey: key.secretAccessKey,
      SessionToken: key.sessionToken,
    },
  };
}
