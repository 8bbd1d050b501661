import { readable, withoutAddresses } from '../addresses.ts';
import { withoutSecrets } from '../config/secret.ts';

/** What stands in the place of what no log shows. */
export const hidden = '[hidden]';

/** In characters; what an operator reads of any one text is shorter. */
const longestText = 4_000;
const longestRead = 200_000;

/** Parts of names whose values are credentials, without what is no letter. */
const secretNames =
  /authorization|password|passwd|passphrase|secret|token|credential|signature|cookie|apikey|privatekey|accesskey|sessionkey|routingkey|stewardkey/;
/** Names that only speak of a credential: where it comes from, and how it is used. */
const harmlessNames = /(?:variable|variables|endpoint|kind|algorithm|algorithms|file|count)$/;
const known = new Map<string, boolean>();
/** Names are those of the code and of vendors, and some are whatever was sent. */
const mostKnown = 1_000;

/** Whether the member or header of this name may hold a credential. */
export function isSecretName(name: string): boolean {
  const found = known.get(name);
  if (found !== undefined) return found;
  const letters = name
    .slice(0, 200)
    .toLowerCase()
    .replace(/[^a-z]/g, '');
  const isSecret = secretNames.test(letters) && !harmlessNames.test(letters);
  if (known.size < mostKnown) known.set(name, isSecret);
  return isSecret;
}

const scheme = /\b(bearer|basic|digest|aws4-hmac-sha256)(\s+)([\w+/.~=-]{6,})/gi;
const isRandom = /\d|=$|[a-z][A-Z]/;
const webToken = /\beyJ[\w-]{5,}\.[\w-]{5,}(?:\.[\w-]*)?/g;
const accessKeyId = /\b(?:AKIA|ASIA|AROA|AIDA)[A-Z\d]{12,}\b/g;
const quote = String.raw`\\{0,3}["']`;
const between = String.raw`(?:${quote})?\s{0,3}[:=]\s{0,3}`;
/** `input`: what was given to a schema, as its problem repeats it. */
const secretName = String.raw`[\w-]{0,40}(?:password|passwd|passphrase|secret|token|credentials?|signature|(?:api|private|access|session|routing|steward)[-_ ]?key)(?:[-_]?(?:access[-_]?key|key|value|hash|id))?|input`;
const quotedValue = new RegExp(`\\b(${secretName})(${between})(${quote})((?:(?!${quote})[^\\n]){1,4000})`, 'gi');
const bareValue = new RegExp(`\\b(${secretName})(${between})([^\\s"',;{}[\\]&\\\\]{3,})`, 'gi');
/** Headers whose values have parts. */
const headerValue = new RegExp(`\\b((?:proxy-)?authorization|(?:set-)?cookie2?)(${between})([^\\n]{3,4000})`, 'gi');
/** A word after a colon is most often one of a sentence. */
const isSentence = (separator: string, value: string): boolean =>
  !separator.includes('=') && /^(?!bearer|basic|digest)[a-z]+(?:[ .,:;]|$)/i.test(value);

function withoutPairs(line: string): string {
  const hide = (all: string, name: string, separator: string, value: string): string =>
    isSentence(separator, value) ? all : `${name}${separator}${hidden}`;
  return line
    .replace(headerValue, hide)
    .replace(
      quotedValue,
      (_all, name: string, separator: string, opening: string) => `${name}${separator}${opening}${hidden}`,
    )
    .replace(bareValue, hide);
}

/** A password may hold a slash, as none in an address does. */
const userAndPassword = /[^\s"'@:]{1,100}:(?!\/\/)[^\s"'@]{1,200}@/g;
const mayHoldAddress = /:\\*\/|%(?:25)*2F|[?&;][\w.%-]+=|@/i;
const stackFrame = /^\s+at .{1,400}$/;

/** One line without addresses beyond their hosts, and without what has the form of a credential. */
function shownLine(line: string): string {
  // It names a place in the code.
  if (stackFrame.test(line) && !/https?:|[?#]/.test(line)) return line;
  const bare = withoutPairs(line)
    .replace(userAndPassword, `${hidden}@`)
    .replace(webToken, hidden)
    .replace(accessKeyId, hidden)
    .replace(scheme, (all: string, word: string, space: string, value: string) =>
      isRandom.test(value) ? `${word}${space}${hidden}` : all,
    );
  return mayHoldAddress.test(bare) ? withoutAddresses(bare) : bare;
}

/** An address that is a value of its own: a link has to work, and needs no user, query and fragment. */
function shownAddress(text: string): string | undefined {
  if (!/^https?:\/\/\S+$/i.test(text) || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.username === '' && url.password === '' && url.search === '' && url.hash === '') return text;
  return `${url.origin}${url.pathname}${url.search === '' ? '' : '?…'}`;
}

/** What most texts have nothing of: then there is nothing to hide but secrets of the configuration. */
const isSuspicious =
  /:\\*\/|[=?&@%]|bearer|basic|digest|hmac|eyJ|A(?:KIA|SIA|ROA|IDA)|authorization|passw|passphrase|secret|token|credential|signature|cookie|key|"input/i;

/** What most texts are made of: nothing of it is invisible. */
const isPlain = /^[\n\t\x20-\x7e]*$/;

/** A text as a log may show it: bounded, without what is invisible, without secrets of the configuration and whatever looks like a credential. */
export function shownText(given: string): string {
  const text = isPlain.test(given) ? given : readable(given.slice(0, longestRead));
  if (text.length <= longestText && !isSuspicious.test(text)) return text;
  // As a whole, before anything of them is cut.
  const bare = withoutSecrets(text.slice(0, longestRead));
  const bounded = bare.length > longestText ? `${bare.slice(0, longestText)}…` : bare;
  return shownAddress(bounded) ?? bounded.split('\n').map(shownLine).join('\n');
}
