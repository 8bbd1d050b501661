import { dayMs } from '../shared/durations.ts';

/** The values by which a security case reminds. Configuration replaces them for new workflows only. */
export interface SecurityPolicy {
  /** Reminders before the due instant, in milliseconds, largest first; 0 is the day itself. */
  readonly beforeDueMs: readonly number[];
  /** Reminders after the due instant, in milliseconds. */
  readonly overdueMs: readonly number[];
  /** After the last of those: one reminder each, in milliseconds. */
  readonly overdueEveryMs: number;
  /** Local hour at which a reminder falls, 0 to 23. */
  readonly localHour: number;
  /** IANA name of the time zone of `localHour`. */
  readonly timeZone: string;
  /** How long before the due instant acknowledged reminders speak again, in milliseconds. */
  readonly lastCallMs: number;
  /** How often the assessments are checked while issues are open, in milliseconds. */
  readonly checkEveryMs: number;
}

/** 30, 14, 7, 3, 1 days and the day itself; overdue by 1, 3, 7 days, then weekly; a check each day. */
export const securityDefaults: SecurityPolicy = {
  beforeDueMs: [30, 14, 7, 3, 1, 0].map((days) => days * dayMs),
  overdueMs: [1, 3, 7].map((days) => days * dayMs),
  overdueEveryMs: 7 * dayMs,
  localHour: 9,
  timeZone: 'UTC',
  lastCallMs: dayMs,
  checkEveryMs: dayMs,
};
