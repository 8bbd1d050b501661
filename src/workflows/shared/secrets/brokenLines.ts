/**
 * Where a line ends, as texts, code and mark-up have it, with what leads on: `\`, `+`, quotes, an indent, the mark of a
 * quotation or a list.
 */
const lineEnd =
  /(?:["'`][ \t]{0,20}[+.&_]?|[ \t]{1,20}[+.&_\\]|\\)?[ \t]{0,20}(?:\r\n|\n|\r|\\r\\n|\\n|<br[ \t]{0,3}\/?>)[ \t]{0,40}(?:[>|*#+.-][ \t]{1,20})?["'`]?/gi;

/** A text as if its lines were one: a key that was broken over them stands in one piece again. The same where it has one line. */
export function joinedLines(text: string): string {
  return text.replace(lineEnd, '');
}

/** In characters: none of the keys that are found in them is longer (`secretKeys.ts`). */
const longest = 40;

/**
 * The texts that a run of base64 over several lines may be: from the end of each line on, over whole lines, to the beginning
 * of another. A word that stands before it is no part of it then.
 */
export function runsOverLines(text: string): readonly string[] {
  const lines = text.split(lineEnd);
  return lines.slice(0, -1).flatMap((line, index) => {
    const found: string[] = [];
    let joined = /[A-Za-z\d/+]*$/.exec(line.slice(-longest - 1))?.[0] ?? '';
    for (const next of lines.slice(index + 1, index + 1 + longest)) {
      const begin = /^[A-Za-z\d/+]*/.exec(next.slice(0, longest + 1))?.[0] ?? '';
      joined += begin;
      if (begin === '' || joined.length > longest) break;
      found.push(joined);
      if (begin.length < next.length) break;
    }
    return found;
  });
}
