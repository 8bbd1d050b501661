import { isScalar, LineCounter, parseDocument, visit, YAMLParseError, type Document, type YAMLMap } from 'yaml';

/** A text of YAML that was read, in which the lines of settings can be found; it may be wrong in any place. */
export interface YamlText {
  readonly document: Document;
  readonly lines: LineCounter;
}

/** The first key of a map that it has already, in its place in the text. */
function repeatedKey({ items }: YAMLMap): readonly [number, number] | undefined {
  const seen = new Set<unknown>();
  for (const { key } of items) {
    if (!isScalar(key)) continue;
    const [start, end] = key.range ?? [0, 0];
    if (seen.has(key.value)) return [start, end];
    seen.add(key.value);
  }
  return undefined;
}

function addRepeatedKey(document: Document): void {
  visit(document, {
    Map(_key, map) {
      const place = repeatedKey(map);
      if (place === undefined) return undefined;
      document.errors.push(new YAMLParseError([...place], 'DUPLICATE_KEY', 'A key twice in one map'));
      return visit.BREAK;
    },
  });
}

/**
 * Reads a text as the configuration is read, in a time that grows with its length alone: the process that reads it
 * serves events at the same time. The parser itself compares every key of a map with every other, and copies the whole
 * line for every error.
 */
export function readYaml(text: string): YamlText {
  const lines = new LineCounter();
  // Keys stay texts: read as numbers, account ids would lose their leading zeros.
  const options = { stringKeys: true, uniqueKeys: false, prettyErrors: false, lineCounter: lines } as const;
  const document = parseDocument(text, options);
  if (document.errors.length === 0) addRepeatedKey(document);
  return { document, lines };
}
