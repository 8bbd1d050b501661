import { createHash } from 'node:crypto';
import type { FieldProblem, JsonObject, JsonValue } from './types.ts';

// The vendors' events nest five levels deep. JSON.parse takes any depth, but JSON.stringify, which every later step
// relies on, overflows the stack on a body of a few thousand brackets.
const maxDepth = 100;
// The largest events that are taken have 10,000 buyers, or 1,000 offers of five fields.
const maxValues = 20_000;

/** The decoded body, or what kept it from being decoded. */
export type Decoded<Value extends JsonValue = JsonObject> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly problem: FieldProblem };

/** Whether a JSON value is an object: not null, not an array. */
export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Decodes bytes as {@link decodeJson} does, and takes an object only. Never throws. */
export function decodeObject(bytes: Uint8Array): Decoded {
  const decoded = decodeJson(bytes);
  if (!decoded.ok) return decoded;
  const { value } = decoded;
  if (isJsonObject(value)) return { ok: true, value };
  return refused(value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value, 'a JSON object');
}

/**
 * Decodes bytes as UTF-8 and as one JSON value of at most 20,000 values, nested at most 100 levels deep. Nothing is repaired: a byte order
 * mark, a trailing comma or an invalid sequence is a problem of the field `(body)`. Never throws.
 */
export function decodeJson(bytes: Uint8Array): Decoded<JsonValue> {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return refused(`${bytes.length} bytes that are not UTF-8`, 'UTF-8 text');
  }
  const excess = excessOf(bytes);
  if (excess !== undefined) return refused(excess.found, excess.expected);
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    // The parser's own message quotes the body: it stays out.
    return refused(text === '' ? 'nothing' : `text of ${text.length} characters that is not JSON`, 'a JSON object');
  }
}

/** SHA-256 over the canonical JSON (keys sorted at every level), its first 128 bits in hex. */
export function digestOf(value: JsonValue): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex').slice(0, 32);
}

function canonicalJson(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  // Without a comparison of its own, the order is that of UTF-16 code units.
  const keys = Object.keys(value).toSorted();
  const members = keys.map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key] ?? null)}`);
  return `{${members.join(',')}}`;
}

/** What a byte means to the scan; every one of these is ASCII, and no part of a longer UTF-8 sequence. */
const bytesOf = { quote: 0x22, comma: 0x2c, backslash: 0x5c };
const opening: ReadonlySet<number> = new Set([0x5b, 0x7b]);
const closing: ReadonlySet<number> = new Set([0x5d, 0x7d]);

/**
 * Why a body is too much to be read, from its bytes alone: to parse the largest body of the worst shape would block the
 * process for half a second. Right for every valid JSON text; what it says of others does not matter, for they are refused.
 */
function excessOf(bytes: Uint8Array): { readonly found: string; readonly expected: string } | undefined {
  let depth = 0;
  let values = 0;
  let inText = false;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (inText) {
      if (byte === bytesOf.backslash) at += 1;
      else if (byte === bytesOf.quote) inText = false;
    } else if (byte === bytesOf.quote) inText = true;
    else if (byte === bytesOf.comma) values += 1;
    else if (opening.has(byte)) {
      depth += 1;
      values += 1;
      if (depth > maxDepth + 1)
        return { found: 'deeper nesting', expected: `JSON nested at most ${maxDepth} levels deep` };
    } else if (closing.has(byte)) depth -= 1;
    if (values > maxValues) return { found: 'more values', expected: `JSON of at most ${maxValues} values` };
  }
  return undefined;
}

function refused(found: string, expected: string): Extract<Decoded, { ok: false }> {
  return { ok: false, problem: { field: '(body)', found, expected } };
}
