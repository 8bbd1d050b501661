/** `observe` says what it would do, `approve` asks an operator, `auto` acts. */
export type Mode = 'observe' | 'approve' | 'auto';

/** The safety switch of each account, read again at every submit: never taken from a workflow's input. */
export interface Modes {
  /** Throws NotConfigured for an account without one. */
  modeOf(account: string): Mode;
  /** How many change sets may be sent for the account in a day (UTC) without an operator's word. Throws as `modeOf`. */
  dailyCapOf(account: string): number;
}
