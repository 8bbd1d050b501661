/** Where a bundle ends and its source map begins. */
const mapMark = /\/\/# sourceMappingURL=data:application\/json;(?:charset=utf-8;)?base64,([\w+/=]+)\s*$/;

/**
 * A bundle of the SDK that takes a third of the memory, and does and reports the same. Three copies of its text live as
 * long as the worker. One character beyond Latin-1 makes V8 store all of a text at two bytes a character, so those are
 * written as escapes; and the source map keeps positions and names, which stack traces need, without the sources' texts,
 * which only the query for a stack trace with sources would.
 * @param code with its source map inline, as the SDK's bundler gives it.
 * @throws where there is no such source map: the bundler has changed.
 */
export function compacted(code: string): string {
  const found = mapMark.exec(code);
  if (found?.[1] === undefined) throw new Error('the workflow bundle has no source map inline');
  const map: unknown = JSON.parse(Buffer.from(found[1], 'base64').toString());
  const kept = Buffer.from(JSON.stringify({ ...(map as object), sourcesContent: undefined })).toString('base64');
  return `${escaped(code.slice(0, found.index))}//# sourceMappingURL=data:application/json;base64,${kept}`;
}

/** Beyond ASCII the code has only texts, patterns and comments: there an escape means the same. */
function escaped(code: string): string {
  return code.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
