import { countFrom1, list, members, milliseconds, number, text } from '../shared/shapes.ts';

/** The values by which a security case reminds. */
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
  /** How many of the endless overdue reminders are planned at a time, so that the state stays small: a year of weeks. */
  readonly overduePlanned: number;
}

/** As histories have it. */
export const securityPolicy = members<SecurityPolicy>({
  beforeDueMs: list(milliseconds),
  overdueMs: list(milliseconds),
  overdueEveryMs: milliseconds,
  localHour: number,
  timeZone: text,
  lastCallMs: milliseconds,
  checkEveryMs: milliseconds,
  overduePlanned: countFrom1,
});
