import { z } from 'zod';
import { idKinds } from '../ids.ts';
import type { IdKind } from '../ids.ts';
import { toInstant, toStartOfDay } from '../instants.ts';
import { maxProblems } from '../shape.ts';

// The message of every schema here says what is expected: problems.ts shows it to the reader as it stands.

/**
 * A text of at most so many characters, the empty one included. Every text is bounded: it is stored in a workflow's history
 * with each message, and carried from run to run.
 * @param mostCharacters the vendor's own limit where a document gives one.
 */
export function textOf(mostCharacters: number) {
  return z
    .string({ error: 'a string' })
    .max(mostCharacters, { error: `a string of at most ${mostCharacters.toLocaleString('en-US')} characters` });
}

/** A text for which no document gives a limit. */
export const text = textOf(1_000);

/** A vendor's own key for an event, such as an idempotency key: opaque, kept for comparison, so it has a limit. */
export const opaqueKey = z.custom<string>(
  (value) => typeof value === 'string' && /^[^\p{Cc}\p{Cs}]{1,255}$/u.test(value),
  { error: 'a string of 1 to 255 characters, none of them control' },
);

/** A date and time with an offset, normalised to UTC with milliseconds. */
export const instant = z.unknown().transform((value, context): string => {
  const normalised = typeof value === 'string' ? toInstant(value) : undefined;
  if (normalised !== undefined) return normalised;
  context.addIssue({ code: 'custom', message: 'an ISO 8601 date and time with an offset, as 2025-01-20T12:34:56Z' });
  return z.NEVER;
});

/**
 * A date to keep: a date and time with an offset, or a calendar date, which reads as its first instant in UTC. No document
 * says in which zone the vendor means a calendar date, so this is the earliest reading but for zones east of Greenwich, and
 * reminders are not late by it.
 */
export const deadline = z.unknown().transform((value, context): string => {
  const normalised = typeof value === 'string' ? (toStartOfDay(value) ?? toInstant(value)) : undefined;
  if (normalised !== undefined) return normalised;
  const message =
    'an ISO 8601 date and time with an offset, as 2025-01-20T12:34:56Z, or a calendar date, as 2025-01-20';
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
});

/** A count: a whole number from 0. */
export const count = z.int({ error: 'a whole number from 0' }).nonnegative({ error: 'a whole number from 0' });

/** Name of a catalog: 1 to 64 letters (API reference of the Marketplace Catalog API). */
export const catalog = z.custom<string>((value) => typeof value === 'string' && /^[A-Za-z]{1,64}$/.test(value), {
  error: 'the name of a catalog: 1 to 64 letters',
});

/**
 * A field that may be absent. Null reads as absent, for every vendor alike: AWS's own events of agreements and Buy with
 * Prime's answers say null for what has no value.
 */
export function optional<Schema extends z.ZodType>(schema: Schema) {
  return schema.nullish().transform((value) => value ?? undefined);
}

/** An id of this kind. */
export function idOf<Id extends string>(kind: IdKind<Id>) {
  return z.custom<Id>(kind.matches, { error: kind.expected });
}

/** An AWS account id. */
export const account = idOf(idKinds.account);

/** An object with these keys and any others. */
export function objectOf<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  return z.looseObject(shape, { error: 'an object' });
}

/**
 * An array of at most so many such entries. Its length is checked before any entry, and no entry is checked after the
 * twentieth wrong one: a schema makes an issue for each, which took more than a second of CPU for the largest body.
 */
export function arrayOf<Entry extends z.ZodType>(entry: Entry, mostEntries: number) {
  return z.unknown().transform((value, context): z.output<Entry>[] => {
    const refuse = (message: string, path: PropertyKey[] = []): void => {
      context.addIssue({ code: 'custom', path, message });
    };
    if (!Array.isArray(value)) refuse('an array');
    else if (value.length > mostEntries) {
      refuse(`an array of at most ${mostEntries.toLocaleString('en-US')} entries`);
    } else {
      const read: z.output<Entry>[] = [];
      let wrong = 0;
      for (const [index, one] of value.entries()) {
        const parsed = entry.safeParse(one);
        if (parsed.success) read.push(parsed.data);
        else {
          for (const { path, message } of parsed.error.issues) refuse(message, [index, ...path]);
          wrong += 1;
          if (wrong >= maxProblems) break;
        }
      }
      if (wrong === 0) return read;
    }
    return z.NEVER;
  });
}
