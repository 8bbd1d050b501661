import { z } from 'zod';

const dateTime = z.iso.datetime({ offset: true });

// ISO 8601 also allows a decimal comma, no seconds, offsets without a colon or without minutes, which zod does not.
const widerForm = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::(\d\d)(?:[.,](\d{1,12}))?)?(?:(Z)|([+-]\d\d):?(\d\d)?)$/;

/**
 * An ISO 8601 date and time with any offset, as the same instant in UTC with milliseconds (`Date#toISOString`).
 * Undefined where the text is none, names a day or hour that does not exist, or has no offset: a local time of an
 * unknown place is not an instant.
 */
export function toInstant(text: string): string | undefined {
  const parts = widerForm.exec(text);
  if (parts === null) return undefined;
  const [, date, minutes, seconds = '00', fraction, utc, offsetHours, offsetMinutes = '00'] = parts;
  const offset = utc ?? `${offsetHours}:${offsetMinutes}`;
  const usual = `${date}T${minutes}:${seconds}${fraction === undefined ? '' : `.${fraction}`}${offset}`;
  if (!dateTime.safeParse(usual).success) return undefined;
  const instant = new Date(usual);
  if (Number.isNaN(instant.getTime())) return undefined;
  const year = instant.getUTCFullYear();
  // Beyond these years toISOString writes six digits and a sign, which no reader of ours expects.
  return year >= 0 && year <= 9999 ? instant.toISOString() : undefined;
}

/** The first instant in UTC of a calendar date, `YYYY-MM-DD`; undefined where the text is none or names no day. */
export function toStartOfDay(text: string): string | undefined {
  return /^\d{4}-\d\d-\d\d$/.test(text) ? toInstant(`${text}T00:00:00Z`) : undefined;
}
