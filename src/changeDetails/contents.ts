import type { CatalogChange } from '../vendors/marketplaceCatalog/port.ts';

/** Stands before a number that is kept as its text; no JSON text holds this character unescaped. */
export const numberMark = '\u0000';

/** The SDK reads large integers of a document as BigInt, which JSON.stringify refuses. */
const asText = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? value.toString() : value);

/** The contents of a change as JSON text; undefined where AWS shows none, or a document that is nested too deep for one. */
export function contentsText({ details, detailsDocument }: CatalogChange): string | undefined {
  if (details !== undefined || detailsDocument === undefined) return details;
  try {
    return JSON.stringify(detailsDocument, asText);
  } catch {
    return undefined;
  }
}

/**
 * Parses JSON with every number as its marked text: parsing would make 1.10 and 1.1 one number, and lose long ones' digits.
 * @throws SyntaxError
 */
function parsedWithNumbers(text: string): unknown {
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

/** Reads contents to compare them, numbers as `parsedWithNumbers` gives them; undefined for no JSON, and for what is nested too deep. */
export function readContents(text: string): { readonly value: unknown } | undefined {
  try {
    const value = parsedWithNumbers(text);
    return isDeeperThan(deepest, value) ? undefined : { value };
  } catch {
    return undefined;
  }
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
 * The contents of a change, to be compared with those of another one, as `readContents` reads them.
 * @returns undefined also where AWS shows none, and where an object has a key twice, were it in another letter case.
 */
export function comparable(change: CatalogChange): { readonly value: unknown } | undefined {
  const text = contentsText(change);
  const read = text === undefined ? undefined : readContents(text);
  if (text === undefined || read === undefined) return undefined;
  const { count, ambiguous } = keysIn(read.value);
  return ambiguous || count !== writtenKeys(text) ? undefined : read;
}
