/** `observe` says what it would do, `approve` asks a person, `auto` acts. */
export type Mode = 'observe' | 'approve' | 'auto';

/** The safety switch of each account, read anew at every submit: never taken from a workflow's input. */
export interface Modes {
  /** Throws NotConfigured for an account without one. */
  modeOf(account: string): Mode;
  /** How many change sets may be sent for the account in a day (UTC) without a person's word. Throws as `modeOf`. */
  dailyCapOf(account: string): number;
}
