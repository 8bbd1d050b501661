/** Begins the comment that holds the source map, at the end of a bundle. */
const mapMark = '//# sourceMappingURL=data:application/json;';
const encodingMark = 'base64,';

interface SplitBundle {
  readonly code: string;
  /** In base64. */
  readonly map: string;
}

/** No pattern: in a process that has compiled many, V8 no longer optimises them, and one uses up the stack on millions of characters. */
function split(bundle: string): SplitBundle | undefined {
  const start = bundle.lastIndexOf(mapMark);
  const encoding = start === -1 ? -1 : bundle.indexOf(encodingMark, start);
  if (encoding === -1) return undefined;
  return { code: bundle.slice(0, start), map: bundle.slice(encoding + encodingMark.length).trimEnd() };
}

/**
 * A bundle of the SDK that takes a third of the memory, and does and reports the same. Three copies of its text live as
 * long as the worker. One character beyond Latin-1 makes V8 store all of a text at two bytes a character, so those are
 * written as escapes; and the source map keeps positions and names, which stack traces need, without the sources' texts,
 * which only the query for a stack trace with sources would. The map names the sources from the root, and the bundle
 * without the hash of paths in its name: so the code is the same wherever the bundle was made.
 * @param code with its source map inline, as the SDK's bundler gives it.
 * @param root absolute, with a separator at its end.
 * @throws where there is no such source map: the bundler has changed.
 */
export function compacted(code: string, root: string): string {
  const found = split(code);
  if (found === undefined) throw new Error('the workflow bundle has no source map inline');
  const map = JSON.parse(Buffer.from(found.map, 'base64').toString()) as { readonly sources: readonly string[] };
  const sources = map.sources.map((source) => source.replace(root, ''));
  const small = { ...map, file: 'workflows.js', sources, sourcesContent: undefined };
  const kept = Buffer.from(JSON.stringify(small)).toString('base64');
  return `${escaped(found.code)}${mapMark}${encodingMark}${kept}`;
}

/** The code of a bundle, without its source map. */
export function codeOf(bundle: string): string {
  return split(bundle)?.code ?? bundle;
}

/** Beyond ASCII the code has only texts, patterns and comments: there an escape means the same. */
function escaped(code: string): string {
  return code.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
