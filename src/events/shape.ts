/**
 * Problems that one event is reported with: enough for a reader. A body of ten thousand wrong entries must not become a
 * report of ten thousand lines.
 */
export const maxProblems = 20;

/**
 * Names the shape of a value for an error message: `missing`, `null`, `number`, `array of 3 entries`,
 * `string of 12 characters`. No value is repeated, however short: it may be a buyer's, or a signed address. The bytes are
 * kept whole elsewhere.
 */
export function shapeOf(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return `array of ${value.length} entries`;
  return typeof value === 'string' ? `string of ${value.length} characters` : typeof value;
}

// A note travels in every delivery of its event, which may be a hundred.
const longestNotedCharacters = 200;

/** A text for a note: as it is, or its first 200 characters and how long it was. */
export function cut(text: string): string {
  if (text.length <= longestNotedCharacters) return text;
  return `${text.slice(0, longestNotedCharacters)}… (${text.length} characters)`;
}
