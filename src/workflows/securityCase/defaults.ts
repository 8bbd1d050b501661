import type { PolicyOf } from '../shared/contract.ts';
import { dayMs } from '../shared/durations.ts';

/** The values by which a security case reminds. Configuration replaces them for new workflows only. */
export const securityDefaults = {
  /** Reminders before the due instant, in milliseconds, largest first; 0 is the day itself. */
  beforeDueMs: [30, 14, 7, 3, 1, 0].map((days) => days * dayMs),
  /** Reminders after the due instant, in milliseconds. */
  overdueMs: [1, 3, 7].map((days) => days * dayMs),
  /** After the last of those: one reminder each, in milliseconds. */
  overdueEveryMs: 7 * dayMs,
  /** Local hour at which a reminder falls, 0 to 23. */
  localHour: 9,
  /** IANA name of the time zone of `localHour`. */
  timeZone: 'UTC',
  /** How long before the due instant acknowledged reminders speak again, in milliseconds. */
  lastCallMs: dayMs,
  /** How often the assessments are checked while issues are open, in milliseconds. */
  checkEveryMs: dayMs,
};

/** The values by which a security case reminds. */
export type SecurityPolicy = PolicyOf<typeof securityDefaults>;
