import { InvalidArgumentError } from 'commander';
import { dayMs, hourMs, minuteMs } from '../workflows/shared/durations.ts';
import { requestedInstant } from './changeSetsRequest.ts';
import { spoken } from './options.ts';

const unitMs: Readonly<Record<string, number>> = { m: minuteMs, h: hourMs, d: dayMs, w: 7 * dayMs };
const lastMs = Date.parse('9999-12-31T23:59:59Z');

/** A length such as 30m, 24h, 7d or 2w, in milliseconds; undefined for another text. */
function lengthOf(text: string): number | undefined {
  const [, digits, unit = ''] = /^(\d{1,5})([mhdw])$/.exec(text) ?? [];
  const each = unitMs[unit];
  return digits === undefined || each === undefined ? undefined : Number(digits) * each;
}

/** The beginning of the day in UTC, in milliseconds since the epoch. */
const dayOf = (ms: number): number => Math.floor(ms / dayMs) * dayMs;

function isoOf(ms: number | undefined, needed: string): string {
  if (ms === undefined || Number.isNaN(ms)) throw new InvalidArgumentError(needed);
  return new Date(Math.min(Math.max(ms, 0), lastMs)).toISOString();
}

function dateMs(text: string): number | undefined {
  const iso = requestedInstant(text);
  return iso === undefined ? undefined : Date.parse(iso);
}

/**
 * An instant in the past, for commander: a length back from now, `today`, `yesterday`, a day or a time with its offset.
 * @returns ISO 8601 in UTC.
 */
export function sinceWhen(text: string, nowMs = Date.now()): string {
  const length = lengthOf(text);
  const named: Readonly<Record<string, number>> = { today: dayOf(nowMs), yesterday: dayOf(nowMs) - dayMs };
  return isoOf(
    length === undefined ? (named[text] ?? dateMs(text)) : nowMs - length,
    'A length such as 90m, 24h, 7d or 2w, today, yesterday, or a date such as 2026-11-01 or 2026-11-01T08:00:00+01:00 is needed.',
  );
}

/**
 * An instant up to which something is due, for commander: a length from now, `overdue`, `today`, a day (to its end) or a
 * time with its offset.
 * @returns ISO 8601 in UTC.
 */
export function dueWhen(text: string, nowMs = Date.now()): string {
  const length = lengthOf(text);
  const named: Readonly<Record<string, number>> = { overdue: nowMs, today: nowMs + dayMs };
  const day = dateMs(text);
  const dated = day !== undefined && !text.includes('T') ? day + dayMs : day;
  return isoOf(
    length === undefined ? (named[text] ?? dated) : nowMs + length,
    'overdue, today, a length such as 24h, 7d or 2w, or a date such as 2026-12-01 or 2026-12-01T08:00:00+01:00 is needed.',
  );
}

/** A date or a time with its zone, for commander: the text as it was given, which the workflow reads. */
export function untilWhen(text: string): string {
  const trimmed = spoken(text);
  if (requestedInstant(trimmed) !== undefined) return trimmed;
  throw new InvalidArgumentError('A date such as 2026-12-01, or a time such as 2026-12-01T09:00:00Z, is needed.');
}
