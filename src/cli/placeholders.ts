/** What a value is of: a reason is a sentence, in which more is meant. */
export type PlaceholderOf = 'id' | 'actor' | 'reason';

/** The words of which documents make placeholders in capitals, such as CHANGE_SET_ID. */
const words = new Set(
  [
    'account accounts actor because case change changeset date event here id ids item me merchant my name operator',
    'product quarantine reason run set sha sha256 state text the type user username who why workflow you your xxx',
  ]
    .join(' ')
    .split(' '),
);

/** Capitals alone: none of the vendors' ids, and no name or sentence that somebody types, is made of these words alone. */
function isInCapitals(text: string): boolean {
  if (!/^[A-Z][A-Z0-9]*([ _-][A-Z0-9]+)*$/.test(text)) return false;
  return text.split(/[ _-]/).every((word) => words.has(word.toLowerCase()));
}

/** `your-name`, `Your Name`, `my_reason`: what documents write for the reader's own. */
function isReaders(text: string): boolean {
  const found = /^(?:your|my)[ _-]([a-z0-9]+)(?:[ _-]([a-z0-9]+))?$/i.exec(text);
  if (found === null) return false;
  const rest = [found[1], found[2]].filter((word) => word !== undefined);
  return rest.every((word) => words.has(word.toLowerCase()));
}

function isPlaceholder(text: string): boolean {
  return (
    /^<[^<>]*>$|^\{[^{}]*\}$|^\[[^[\]]*\]$/.test(text) ||
    /^[.…?*_-]+$/u.test(text) ||
    // A variable that no shell has replaced.
    /^\$\{?\w+\}?$|^%\w+%$/.test(text) ||
    isInCapitals(text) ||
    isReaders(text)
  );
}

/**
 * What of a value is still a placeholder, as documents write them: `<id>`, `CHANGE_SET_ID`, `...`, `your-name`, `$USER`.
 * Of an id each part counts: `change-set:<id>`.
 * @returns undefined where it says something.
 */
export function placeholderIn(text: string, of: PlaceholderOf): string | undefined {
  const trimmed = text.trim();
  if (isPlaceholder(trimmed)) return trimmed;
  if (of !== 'id') return undefined;
  const open = /<[^<>]*>/.exec(trimmed);
  return open?.[0] ?? trimmed.split(':').slice(1).find(isPlaceholder);
}
