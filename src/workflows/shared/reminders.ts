import { defined } from '../../defined.ts';
import { dayMs, hourMs, minuteMs, secondMs } from './durations.ts';

/** One reminder of a schedule. */
export interface Reminder {
  /** Its name within the schedule: with the date that the schedule leads to, the identity of the reminder. */
  readonly reminder: string;
  /** When it falls, in milliseconds since the epoch. */
  readonly atMs: number;
}

/** The server keeps timers by their instant: a date like the year 9999 is waited for year by year. */
const longestTimerMs = 365 * dayMs;

/** A schedule as it is planned at this time: what is past already is skipped, the rest stands earliest first. */
export function remindersAhead<Step extends Reminder>(reminders: readonly Step[], nowMs: number): readonly Step[] {
  return reminders.filter(({ atMs }) => atMs > nowMs).toSorted((one, other) => one.atMs - other.atMs);
}

/**
 * Takes from a schedule all that has come due. Of several that came due while nobody could check only the newest reminds:
 * one notice says where things stand, and the older would say it wrongly.
 * @param speaks false for a reminder that is passed over in silence.
 * @returns the reminder to remind of, where there is one, and what lies ahead.
 */
export function takeDue<Step extends Reminder>(
  schedule: readonly Step[],
  nowMs: number,
  speaks: (reminder: Step) => boolean,
): { readonly due?: Step; readonly ahead: readonly Step[] } {
  const due = schedule.filter((reminder) => reminder.atMs <= nowMs && speaks(reminder)).at(-1);
  return { ...defined({ due }), ahead: remindersAhead(schedule, nowMs) };
}

/**
 * The schedule that another policy makes in place of one before it. What was sent is left out, and of what the change has moved
 * into the past the newest is due now, where it stands for one that lay ahead. So no change repeats a reminder, and none
 * takes away the last one.
 * @param before the schedule until now.
 * @param isSent whether a reminder of the new schedule went out, by whatever policy.
 * @param standsFor whether a reminder whose time is past takes the place of one that lay ahead.
 */
export function rescheduled<Step extends Reminder, Before extends Reminder>(
  planned: readonly Step[],
  before: readonly Before[],
  isSent: (reminder: Step) => boolean,
  nowMs: number,
  standsFor: (past: Step, ahead: Before) => boolean,
): readonly Step[] {
  const ahead = remindersAhead(planned, nowMs).filter((reminder) => !isSent(reminder));
  const past = planned.filter(({ atMs }) => atMs <= nowMs).toSorted((one, other) => one.atMs - other.atMs);
  const newest = past.at(-1);
  return newest !== undefined && !isSent(newest) && before.some((one) => standsFor(newest, one))
    ? [newest, ...ahead]
    : ahead;
}

/** How long a timer runs towards an instant, in milliseconds: a year at most, then the schedule is checked again. */
export function timerMs(atMs: number, nowMs: number): number {
  return Math.min(atMs - nowMs, longestTimerMs);
}

const units = [
  ['days', dayMs],
  ['hours', hourMs],
  ['minutes', minuteMs],
  ['seconds', secondMs],
] as const;

/** A length of time in the largest unit that it is a whole number of: `30d`, `36h`, `90s`. */
export function lengthName(lengthMs: number): string {
  const unit = units.find(([, unitMs]) => lengthMs % unitMs === 0);
  return unit === undefined ? `${lengthMs}ms` : `${lengthMs / unit[1]}${unit[0].charAt(0)}`;
}

/** How far an instant lies from now, in words: `in 12 days`, `3 hours ago`. Parts of a unit are cut off. */
export function distanceText(atMs: number, nowMs: number): string {
  const lengthMs = Math.abs(atMs - nowMs);
  const [unit, unitMs] = units.find(([, each]) => lengthMs >= 2 * each) ?? ['seconds', secondMs];
  const text = `${Math.floor(lengthMs / unitMs)} ${unit}`;
  return atMs > nowMs ? `in ${text}` : `${text} ago`;
}

/** To the day, which begins in UTC, or with an offset: a time without one is another instant on every machine. */
const iso8601 = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?$/;

/**
 * An ISO 8601 text in the one form by which instants are compared and named, UTC with milliseconds; undefined where it
 * is none, or lies outside the years 0 to 9999, which search attributes do not take (RFC 3339).
 */
export function instant(text: unknown): string | undefined {
  const ms = typeof text === 'string' && iso8601.test(text) ? Date.parse(text) : Number.NaN;
  const iso = Number.isNaN(ms) ? '' : new Date(ms).toISOString();
  return /^\d{4}-/.test(iso) ? iso : undefined;
}
