const keyLength = 40;
/** A random key changes between capitals, small letters, digits and signs 25 times, one of 100,000 less often than this. */
const fewestChanges = 12;

function kindOf(character: string): 'capital' | 'small' | 'digit' | 'sign' {
  if (/[A-Z]/.test(character)) return 'capital';
  if (/[a-z]/.test(character)) return 'small';
  return /\d/.test(character) ? 'digit' : 'sign';
}

/** How often a text changes between them. */
function changesIn(text: string): number {
  const kinds = Array.from(text, kindOf);
  return kinds.filter((kind, index) => index > 0 && kind !== kinds[index - 1]).length;
}

/** Whether a text is 40 characters as a draw gives them: not a digest in hex, words that stand together, or a path. */
function isRandom(text: string): boolean {
  if (text.length !== keyLength || /^[\da-f]*$/i.test(text)) return false;
  return /[A-Z]/.test(text) && /[a-z]/.test(text) && changesIn(text) >= fewestChanges;
}

/** Whether a part of a path is made of words: what is not may be the rest of a longer digest in base64. */
function isWordy(part: string): boolean {
  return changesIn(part) <= part.length / 3;
}

/** Ids of Google Docs and the like, in the other alphabet of base64: `-` and `_` leave 40 characters of some. */
const documentId = /(?<![\w+-])1[\w-]{43}(?![\w+-])/g;

/** Whether what `-` or `_` join to 40 characters is words: what is not is more of a longer id. */
function isJoinedToWords(text: string, from: number, to: number): boolean {
  const before = /[\w-]*$/.exec(text.slice(Math.max(0, from - keyLength), from))?.[0] ?? '';
  const behind = /^[\w-]*/.exec(text.slice(to, to + keyLength))?.[0] ?? '';
  const joined = [...before.split(/[_-]/), ...behind.split(/[_-]/)].filter((part) => part !== '');
  return (
    (before + behind === '' || joined.length > 0) &&
    joined.every((part) => /^(?:[A-Z]?[a-z]{2,}|[A-Z]{2,})$/.test(part))
  );
}

/** Whether a text holds a secret access key of AWS: 40 characters of base64's alphabet, without anything that says so. */
export function holdsSecretKey(given: string): boolean {
  const text = given.replace(documentId, (id) => (/[_-]/.test(id) ? '' : id));
  return [...text.matchAll(/([A-Za-z\d/+]{40,})(=?)/g)].some(({ 1: run = '', 2: padding, index }) => {
    // 30 bytes need no padding: this is something else in base64.
    if (padding !== '') return false;
    const parts = run.split('/');
    const isKey =
      isRandom(run) || parts.some((part) => isRandom(part) && parts.every((one) => one === part || isWordy(one)));
    return isKey && isJoinedToWords(text, index, index + run.length);
  });
}

/** Whether a text is such a key, and nothing else. */
export function isSecretKey(text: string): boolean {
  return isRandom(text);
}
