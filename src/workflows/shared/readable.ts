/**
 * Characters that show nothing and turn the direction of the text around them, or part it: marks, embeddings, overrides,
 * isolates. Joiners stay: emojis and some scripts need them.
 */
const unseen = /[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/gu;

/** Takes out of a text what would show nothing, or something else than is written: only line breaks and spaces stay. */
export function readable(text: string): string {
  return text
    .replace(unseen, '')
    .replace(/[\v\f\u0085\u2028\u2029]/gu, '\n')
    .replace(/[^\P{Cc}\s]/gu, '');
}
