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
