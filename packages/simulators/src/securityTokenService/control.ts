/** A role that can be assumed. */
export interface SimulatedRole {
  /** `arn:aws:iam::<account>:role/<path and name>`; calls with its keys act as that account. */
  readonly arn: string;
  /** What its trust policy asks for; a caller without it, or with another, is denied. None is asked for where it is missing. */
  readonly externalId?: string;
  /** The accounts that its trust policy trusts; every one where it is missing. */
  readonly callers?: readonly string[];
}

/** What the next calls meet in place of an answer, `times` of them (one where it is missing). */
export type TokenServiceFault = { readonly times?: number } & (
  | { readonly fault: 'throttle' }
  | { readonly fault: 'error'; readonly code: string; readonly status: number }
  /** Something in front of the service answers with a page. */
  | { readonly fault: 'htmlError'; readonly status: number }
  /** The connection is cut. */
  | { readonly fault: 'reset' }
);

/** One call, without keys and external ids. */
export interface TokenServiceEntry {
  /** ISO 8601. */
  readonly at: string;
  readonly roleArn?: string;
  readonly roleSessionName?: string;
  /** The account that called; missing where it is unknown. */
  readonly caller?: string;
  /** `given` a session or the `identity`, the error's code, or the fault. */
  readonly answer: string;
}

/** How a test drives the simulator. */
export interface TokenServiceControl {
  /** Puts a role, in place of one with the same ARN. */
  putRole(role: SimulatedRole): void;
  /** Takes a role away; calling it is denied, as for one that never was. Its sessions go on. */
  removeRole(arn: string): void;
  /** Adds a fault after those that are there. */
  addFault(fault: TokenServiceFault): void;
  /** From now on sessions last this many milliseconds, whatever is asked for; `undefined`: what is asked for. */
  setSessionLifetime(lifetimeMs: number | undefined): void;
  /** Ends every session at once. */
  expireSessions(): void;
  /** From now on the dates of its answers are so far ahead of this machine's clock, in milliseconds. */
  setClockAhead(aheadMs: number): void;
  /** Every call, oldest first. */
  log(): readonly TokenServiceEntry[];
}
