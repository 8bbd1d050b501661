import { toStartOfDay } from './instants.ts';
import { isJsonObject } from './json.ts';
import type { JsonObject, JsonValue } from './types.ts';

const namedFields = 3;

/** The value at a path of keys, as the vendor sent it. */
function valueAt(detail: JsonObject, path: readonly (string | number)[]): JsonValue | undefined {
  return path.reduce<JsonValue | undefined>((value, step) => {
    if (typeof step === 'number') return Array.isArray(value) ? value[step] : undefined;
    return isJsonObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
  }, detail);
}

const fieldName = (path: readonly (string | number)[]): string =>
  path.reduce<string>((name, step) => (typeof step === 'number' ? `${name}[${step}]` : `${name}.${step}`), 'detail');

/**
 * A note where dates to keep came as calendar dates without a time: by which instant they were read.
 * @param paths where the dates are in `detail`.
 */
export function calendarNotes(detail: JsonObject, paths: readonly (readonly (string | number)[])[]): readonly string[] {
  const fields = paths.filter((path) => {
    const value = valueAt(detail, path);
    return typeof value === 'string' && toStartOfDay(value) !== undefined;
  });
  if (fields.length === 0) return [];
  const more = fields.length > namedFields ? ` and ${fields.length - namedFields} more` : '';
  const named = fields.slice(0, namedFields).map(fieldName).join(', ');
  return [
    `${named}${more}: a calendar date without a time, read as its first instant in UTC, so that reminders are not late`,
  ];
}
