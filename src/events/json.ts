import { createHash } from 'node:crypto';
import type { FieldProblem, JsonObject, JsonValue } from './types.ts';

// The vendors' events nest five levels deep. JSON.parse takes any depth, but JSON.stringify, which every later step
// relies on, overflows the stack on a body of a few thousand brackets.
const maxDepth = 100;

/** The decoded body, or what kept it from being decoded. */
export type Decoded =
  { readonly ok: true; readonly value: JsonObject } | { readonly ok: false; readonly problem: FieldProblem };

/** Whether a JSON value is an object: not null, not an array. */
export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Decodes bytes as UTF-8 and as one JSON object nested at most 100 levels deep. Nothing is repaired: a byte order
 * mark, a trailing comma or an invalid sequence is a problem of the field `(body)`. Never throws.
 */
export function decodeObject(bytes: Uint8Array): Decoded {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return refused(`${bytes.length} bytes that are not UTF-8`, 'UTF-8 text');
  }
  let value: JsonValue;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's own message quotes the body: it stays out.
    return refused(text === '' ? 'nothing' : `text of ${text.length} characters that is not JSON`, 'a JSON object');
  }
  if (!isJsonObject(value)) {
    return refused(value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value, 'a JSON object');
  }
  if (isDeeperThan(value, maxDepth)) return refused('deeper nesting', `JSON nested at most ${maxDepth} levels deep`);
  return { ok: true, value };
}

/** SHA-256 over the canonical JSON (keys sorted at every level), its first 128 bits in hex. */
export function digestOf(value: JsonValue): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex').slice(0, 32);
}

function canonicalJson(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const members = Object.entries(value)
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
}

function isDeeperThan(root: JsonValue, limit: number): boolean {
  let level: JsonValue[] = [root];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > limit) return true;
    const next: JsonValue[] = [];
    for (const value of level) {
      if (typeof value !== 'object' || value === null) continue;
      for (const member of Object.values(value)) next.push(member);
    }
    level = next;
  }
  return false;
}

function refused(found: string, expected: string): Decoded {
  return { ok: false, problem: { field: '(body)', found, expected } };
}
