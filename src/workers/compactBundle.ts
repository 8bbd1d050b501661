/** Where a bundle ends and its source map begins. */
const mapMark = /\/\/# sourceMappingURL=data:application\/json;(?:charset=utf-8;)?base64,([\w+/=]+)\s*$/;

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
  const found = mapMark.exec(code);
  if (found?.[1] === undefined) throw new Error('the workflow bundle has no source map inline');
  const map = JSON.parse(Buffer.from(found[1], 'base64').toString()) as { readonly sources: readonly string[] };
  const sources = map.sources.map((source) => source.replace(root, ''));
  const small = { ...map, file: 'workflows.js', sources, sourcesContent: undefined };
  const kept = Buffer.from(JSON.stringify(small)).toString('base64');
  return `${escaped(code.slice(0, found.index))}//# sourceMappingURL=data:application/json;base64,${kept}`;
}

/** The code of a bundle, without its source map. */
export function codeOf(bundle: string): string {
  const found = mapMark.exec(bundle);
  return found === null ? bundle : bundle.slice(0, found.index);
}

/** Beyond ASCII the code has only texts, patterns and comments: there an escape means the same. */
function escaped(code: string): string {
  return code.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
