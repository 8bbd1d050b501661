import { shortened } from './text.ts';

const longestExcerpt = 120;
/** Of an answer no more is read: the first words say what is wrong. */
const longestRead = 2_000;

/** A word in one of the forms that services use in their errors (`no_service`, `web.app_error`), or a small number. */
const word = /^(?:[A-Za-z]{1,24}(?:[_.'-][A-Za-z]{1,24}){0,5}|\d{1,5})[.!?]?$/;
/** What stands in everybody's address of these services, and in their errors. */
const known = new Set(['https', 'com', 'slack', 'hooks', 'services', 'discord', 'api', 'webhooks', 'mattermost']);

/** In characters: a longer word that is a part of a secret, or has one in it, is hidden with it. */
const shortestPart = 4;

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Every run of letters and digits in the secrets: as they were given, as they are sent, and decoded. */
function partsOf(secrets: readonly string[]): readonly string[] {
  const sent = secrets.flatMap((text) => [text, URL.canParse(text) ? new URL(text).href : text]);
  const forms = sent.flatMap((text) => [text, decoded(text), decoded(decoded(text))]);
  const parts = forms.flatMap((text) => text.toLowerCase().split(/[^\p{L}\p{N}]+/u));
  return [...new Set(parts)].filter((part) => part !== '' && !known.has(part));
}

/**
 * The first words of an answer, for an error: a page that answers for the service may show any part of the address that it
 * was asked at, in any form. So nothing is repeated but plain words, and none that has to do with a secret; whatever else
 * stands there is an ellipsis.
 * @param secrets texts of which nothing may be repeated: the whole address, and keys.
 * @returns a beginning in brackets, with a blank before it; nothing where the answer has no words, or is a page of HTML.
 */
export function excerptOf(answer: string, secrets: readonly string[]): string {
  const text = answer
    .slice(0, longestRead)
    .replace(/[^\x20-\x7e]+/g, ' ')
    .trim();
  if (text === '' || text.startsWith('<')) return '';
  const parts = partsOf(secrets);
  const isHarmless = (one: string): boolean => {
    if (!word.test(one)) return false;
    const lower = one.toLowerCase();
    const runs = lower.split(/[^a-z\d]+/);
    return !parts.some(
      (part) =>
        runs.includes(part) ||
        (part.length >= shortestPart && lower.includes(part)) ||
        runs.some((run) => run.length >= shortestPart && part.includes(run)),
    );
  };
  const pieces = text.split(/([\s"{}[\](),:;<>]+)/);
  const shown = pieces.map((piece, index) => (index % 2 === 1 || piece === '' || isHarmless(piece) ? piece : '…'));
  return ` (${shortened(shown.join(''), longestExcerpt)})`;
}
