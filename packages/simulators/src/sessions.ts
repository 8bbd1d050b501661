/** A temporary key as AssumeRole gives it. */
export interface SessionKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** Milliseconds since the epoch. */
  readonly expiresAtMs: number;
}

/** Whose a key is: the account and identity of its role; or that it has expired; or that it is unknown. */
export type SessionVerdict =
  | { readonly kind: 'live'; readonly account: string; readonly arn: string }
  | { readonly kind: 'expired' }
  | { readonly kind: 'unknown' };

/** Who can say whose a temporary key is. */
export interface KnownSessions {
  /** What is known of a key together with the token that came with it. */
  verdictOn(accessKeyId: string, sessionToken: string | undefined, nowMs: number): SessionVerdict;
}

/** Whether a key is a temporary one, by the prefix that AWS gives them (IAM identifiers). */
export function isTemporaryKey(accessKeyId: string): boolean {
  return accessKeyId.startsWith('ASIA');
}

interface Session {
  readonly key: SessionKey;
  readonly account: string;
  readonly arn: string;
}

/** The sessions that it issued. */
export class Sessions implements KnownSessions {
  readonly #byKeyId = new Map<string, Session>();

  /** Keeps a new session. */
  add(session: Session): void {
    this.#byKeyId.set(session.key.accessKeyId, session);
  }

  /** Ends every session that it has issued until now. */
  expireAll(): void {
    for (const [id, session] of this.#byKeyId) {
      this.#byKeyId.set(id, { ...session, key: { ...session.key, expiresAtMs: 0 } });
    }
  }

  verdictOn(accessKeyId: string, sessionToken: string | undefined, nowMs: number): SessionVerdict {
    const session = this.#byKeyId.get(accessKeyId);
    if (session === undefined || session.key.sessionToken !== sessionToken) return { kind: 'unknown' };
    if (session.key.expiresAtMs <= nowMs) return { kind: 'expired' };
    return { kind: 'live', account: session.account, arn: session.arn };
  }
}
