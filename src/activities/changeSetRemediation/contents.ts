import type { CatalogChange } from '../../vendors/marketplaceCatalog/port.ts';

/** Stands before a number that is kept as its text; no JSON text holds this character unescaped. */
export const numberMark = '\u0000';

/** The SDK reads large integers of a document as BigInt, which JSON.stringify refuses. */
const asText = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? value.toString() : value);

/** The contents of a change as JSON text; undefined where AWS shows none. */
export function contentsText({ details, detailsDocument }: CatalogChange): string | undefined {
  return details ?? (detailsDocument === undefined ? undefined : JSON.stringify(detailsDocument, asText));
}

/**
 * Parses JSON with every number as its marked text: parsing would make 1.10 and 1.1 one number, and lose long ones' digits.
 * @throws SyntaxError
 */
export function parsedWithNumbers(text: string): unknown {
  const marked = text.replace(
    /("(?:[^"\\]|\\.)*")|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g,
    (whole, string: string | undefined) => (string === undefined ? JSON.stringify(`${numberMark}${whole}`) : whole),
  );
  return JSON.parse(marked);
}

/** Deeper documents are not compared: AWS's own are a dozen levels deep, and a comparison recurses. */
const deepest = 50;

function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((one) => isDeeperThan(levels - 1, one));
}

/** How many keys the objects of a value have, and whether two of one object differ in nothing but their letter case. */
function keysIn(value: unknown): { readonly count: number; readonly ambiguous: boolean } {
  if (typeof value !== 'object' || value === null) return { count: 0, ambiguous: false };
  const inside = Object.values(value).map(keysIn);
  const own = Array.isArray(value) ? [] : Object.keys(value);
  return {
    count: inside.reduce((sum, { count }) => sum + count, own.length),
    ambiguous:
      inside.some(({ ambiguous }) => ambiguous) || new Set(own.map((name) => name.toLowerCase())).size < own.length,
  };
}

/** How many keys stand in a JSON text: parsing keeps one of those that an object repeats. */
function writtenKeys(text: string): number {
  return [...text.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?/g)].filter(([, colon]) => colon !== undefined).length;
}

/**
 * The contents of a change, to be compared: numbers as `parsedWithNumbers` gives them.
 * @returns undefined where AWS shows none, and where they are no JSON, nested too deep, or have a key of an object twice,
 * were it in another letter case.
 */
export function comparable(change: CatalogChange): { readonly value: unknown } | undefined {
  try {
    const text = contentsText(change);
    if (text === undefined) return undefined;
    const value = parsedWithNumbers(text);
    if (isDeeperThan(deepest, value)) return undefined;
    const { count, ambiguous } = keysIn(value);
    return ambiguous || count !== writtenKeys(text) ? undefined : { value };
  } catch {
    return undefined;
  }
}
