import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { JsonValue } from '../../../src/events/types.ts';

const folder = new URL('../fixtures/events/', import.meta.url);

/** The folder of the vendors' sample events, a file each. */
export const eventFixtures = fileURLToPath(folder);

/** Reads one of the vendors' sample events by its file name without `.json`. */
export function readFixture(name: string): JsonValue {
  return JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')) as JsonValue;
}

/** One of the vendors' sample events with these values in its envelope and its detail. */
export function sampleEvent(name: string, envelope: object, detail: object): object {
  const sample = readFixture(name) as { readonly detail: object };
  return { ...sample, ...envelope, detail: { ...sample.detail, ...detail } };
}

/**
 * The same JSON with texts exchanged wherever they stand in its strings (an id is part of an ARN too); keys, numbers
 * and everything else stay as they are. What has been put in is not searched again.
 *
 * @param replacements old text to new text; where one contains another, the longer one is exchanged
 * @throws Error where an old text does not occur: the sample is not the one that was meant
 */
export function withReplaced(value: JsonValue, replacements: ReadonlyMap<string, string>): JsonValue {
  if (replacements.size === 0) return value;
  const unused = new Set(replacements.keys());
  const longestFirst = [...replacements.keys()].toSorted((one, other) => other.length - one.length);
  const pattern = new RegExp(longestFirst.map(escaped).join('|'), 'g');
  const exchanged = mapStrings(value, (text) =>
    text.replace(pattern, (old) => {
      unused.delete(old);
      return replacements.get(old) ?? old;
    }),
  );
  if (unused.size > 0) throw new Error(`The sample event does not hold ${[...unused].join(', ')}`);
  return exchanged;
}

function mapStrings(value: JsonValue, change: (text: string) => string): JsonValue {
  if (typeof value === 'string') return change(value);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Array) return value.map((item) => mapStrings(item, change));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapStrings(item, change)]));
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
