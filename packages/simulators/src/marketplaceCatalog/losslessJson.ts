/**
 * JSON that keeps numbers as they were written: 12345678901234567890 and 1.10 come out again as the same characters,
 * which JSON.parse alone would turn into ...7000 and 1.1.
 */

interface SourceContext {
  readonly source?: string;
}

const rawJson: unknown = Reflect.get(JSON, 'rawJSON');

function asWritten(source: string): unknown {
  if (typeof rawJson !== 'function') throw new Error('JSON.rawJSON is missing: this needs Node 22 or newer');
  return Reflect.apply(rawJson, JSON, [source]);
}

/** JSON text to a value whose JSON.stringify gives every number as it was written. Throws SyntaxError as JSON.parse. */
export function parseLossless(text: string): unknown {
  return JSON.parse(text, (_key, value: unknown, context?: SourceContext) =>
    typeof value === 'number' && context?.source !== undefined && String(value) !== context.source
      ? asWritten(context.source)
      : value,
  );
}

/** Whether the text is JSON at all. */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** JSON text with the keys of every object in order, to compare two requests by what they say. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    isPlainObject(member)
      ? Object.fromEntries(Object.entries(member).sort(([left], [right]) => (left < right ? -1 : 1)))
      : member,
  );
}

/** An object of members, as against an array, null, or a number kept as it was written. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.getPrototypeOf(value) !== null;
}
