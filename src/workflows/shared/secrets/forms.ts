import { readable } from '../../../addresses.ts';
import { decoded, holdsBasicCredentials } from './encoded.ts';
import { joinedLines, runsOverLines } from './brokenLines.ts';
import { holdsCommandLine } from './commandLines.ts';
import { holdsHexKey, namesDigest } from './hexKeys.ts';
import { holdsNamedSecret, isStandIn, namesSecret } from './names.ts';
import { holdsSecretKey, isSecretKey } from './secretKeys.ts';

/** An address whose query is a credential: to have the address is to have the right. */
const signedAddress =
  /(?:x-amz-(?:signature|credential|security-token)|x-goog-(?:signature|credential)|(?:^|[?&;])(?:signature|sig|sv|awsaccesskeyid|googleaccessid|key-pair-id|api_?key|sas|hmac|jwt|passw(?:or)?d|pwd))\s*=|(?:^|[?&;])(?:policy|code|auth)\s*=[^\s&#;"']{12}/i;

/** A token in a query. Words that are joined are none: `?token=aws-marketplace` says where a visitor comes from. */
const queryToken = /(?:^|[?&;])(?:access_?)?token\s*=\s*([^\s&#;"']{1,400})/gi;
const joinedWords =
  /^(?:[a-z]{2,16}|[A-Z]{2,16}|[A-Z][a-z]{1,15})(?:[_.-](?:[a-z]{2,16}|[A-Z]{2,16}|[A-Z][a-z]{1,15})){1,5}$/;

function holdsQueryToken(text: string): boolean {
  return [...text.matchAll(queryToken)].some(
    ([, value = '']) => !joinedWords.test(value.replace(/[.,:)\]>]+$/, '')) && !isStandIn(value),
  );
}

/** The digest of an image stands behind an `@` too. */
const notDigest = String.raw`(?!sha(?:256|512):[a-f\d]{32})`;

/** What stands before the `@` of an address: with a scheme, with slashes alone, and with neither, where it is no address of mail. */
const userInfo = new RegExp(
  [
    String.raw`[a-z][a-z\d+.-]{0,30}:\/\/[^\s/?#]*@${notDigest}`,
    String.raw`\/\/[^\s/?#@:]{1,100}:(?!\d{1,5}\/)[^\s?#@]{1,200}@${notDigest}[\w[]`,
    String.raw`(?<![\w.+/:@-])(?!(?:e-?)?mail\w*:|contact:|support:|sales:|help:|sips?:|xmpp:|acct:)[\w.+-]{1,100}:(?=[^\s@/]*\d)[^\s"'@/:<>]{4,100}@(?:[a-z\d-]{1,63}\.){1,8}[a-z]{2,24}\b`,
  ].join('|'),
  'i',
);

/** Addresses that take messages from anybody who knows them: what follows the host is the right. */
const hook = new RegExp(
  [
    String.raw`hooks\.slack(?:-gov)?\.com\/(?:services|workflows|triggers)\/\w`,
    String.raw`\.webhook\.office(?:365)?\.com\/\w+\/\w`,
    String.raw`outlook\.office(?:365)?\.com\/webhook\w*\/\w`,
    String.raw`\.logic\.azure\.(?:com|us)(?::\d{1,5})?\/\S{0,100}workflows\/\w`,
    String.raw`\.powerplatform\.(?:com|us)(?::\d{1,5})?\/\S{0,200}workflows\/\w`,
    String.raw`events\.(?:eu\.)?pagerduty\.com\/(?:integration|x-ere|generic|adapter)\/\w`,
    String.raw`discord(?:app)?\.com\/api\/(?:v\d+\/)?webhooks\/\d`,
    String.raw`chat\.googleapis\.com\/v1\/spaces\/\S{1,200}[?&]key=`,
    String.raw`api\.telegram\.org\/bot\d+:`,
    String.raw`hooks\.zapier\.com\/hooks\/\w`,
    String.raw`maker\.ifttt\.com\/trigger\/\S{1,100}\/with\/`,
    String.raw`\bhook\.[a-z\d]{2,5}\.(?:make|integromat)\.com\/\w`,
    String.raw`\/webhook\/send\?key=`,
    String.raw`\.datadoghq\.(?:com|eu)\/(?:api\/)?v\d\/input\/\w`,
    String.raw`\/hooks\/[a-z\d]{26}(?![a-z\d])`,
    // Of a server of anybody's own: what follows is drawn at random.
    String.raw`\/(?:web)?hooks?\/(?:[\w-]{1,40}\/){0,2}(?:[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}|(?=[a-z]{0,30}\d)[a-z\d]{20})`,
  ].join('|'),
  'i',
);

/** A host may be written with its last dot, and a port; and more than one slash is one to many servers. */
const behindHost = /(?<=\.[a-z]{2,24})\.?(?::\d{1,5})?\/+/gi;

/** Ids of access keys of AWS, and session tokens. Words of small letters begin with the same ones. */
const awsCredential = /(?:AKIA|ASIA|ABIA|ACCA)[A-Z\d]{16}(?![A-Z\d])|(?:FwoGZXIvYXdz|IQoJb3JpZ2luX2Vj)[\w+/]/;

/** Forms of credentials, by which scanners of secrets know them: private keys, JSON Web Tokens, tokens of well-known services. */
const credential =
  /-----BEGIN [A-Z ]*PRIVATE KEY|\bPuTTY-User-Key-File-\d|\bAGE-SECRET-KEY-1|\beyJ[\w-]{8,1000}\.[\w-]{8}|\b(?:gh[oprsu]_|github_pat_|xox[abeprs]-|xapp-|ya29\.|hvs\.|shp(?:at|ca|ss)_|[rs]k_(?:live|test)_|AIza|whsec_|glpat-|sk-(?:ant|proj|svcacct)-|dop_v1_|SG\.|pypi-AgE|AT(?:ATT|CTT|BB)3|lin_api_|hv[br]\.AA|dp\.(?:st|pt|ct|sa)\.|gl(?:sa|c)_|NRAK-|tskey-[a-z]{3,8}-)[\w.-]{10,}|\b(?:npm_[A-Za-z\d]{36}|hf_[A-Za-z\d]{30}|sk-[A-Za-z\d]{40}|(?:dapi|SK)[\da-f]{32})|\b\d{8,10}:AA[\w-]{30}|\bbearer\s+[\w.~+/-]{8,}/i;

/** What is percent-encoded, in UTF-8; letters of ASCII alone where it is something else. */
function ofPercents(run: string): string {
  try {
    return decodeURIComponent(run);
  } catch {
    return run.replace(/%([2-7][\da-f])/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  }
}

/** An address or a text as it reads once the escapes of JSON, HTML and addresses are taken out, as often as they were put in. */
function unescaped(text: string): string {
  const character = (_: string, hex: string): string => String.fromCharCode(Number.parseInt(hex, 16));
  // Letters in another width are the same letters.
  let read = readable(text).normalize('NFKC');
  for (let round = 0; round < 3; round += 1) {
    read = read
      .replace(/\\u([\da-f]{4})/gi, character)
      .replace(/\\(["'/\\])/g, '$1')
      .replace(/&amp;/gi, '&')
      .replace(/&(?:quot|apos);/gi, '"')
      .replace(/&#x([\da-f]{1,4});/gi, character)
      .replace(/&#(\d{1,5});/g, (_, digits: string) => String.fromCharCode(Number(digits)))
      .replace(/(?:%[\da-f]{2})+/gi, ofPercents)
      .normalize('NFKC');
  }
  return read;
}

/**
 * Whether a value of a change's details is, or holds, a secret: a signed address, a credential, or anything in a field that
 * is named like one. Where it is in doubt, it does.
 * @param fields the names of the fields that lead to the value, the outermost first.
 */
export function holdsSecret(fields: readonly string[], text: string): boolean {
  if (fields.some(namesSecret)) return true;
  const read = unescaped(text);
  const texts = read === text ? [text] : [text, read];
  if (texts.some((one) => isRevealing(one) || holdsBasicCredentials(one) || decoded(one).some(isRevealing)))
    return true;
  if (texts.some(isBroken)) return true;
  return !fields.some(namesDigest) && texts.some((one) => holdsHexKey(one) || holdsHexKey(joinedLines(one)));
}

function isRevealing(text: string): boolean {
  const forms = [signedAddress, userInfo, awsCredential, credential];
  return (
    forms.some((form) => form.test(text)) ||
    hook.test(text.replace(behindHost, '/')) ||
    holdsQueryToken(text) ||
    holdsNamedSecret(text) ||
    holdsCommandLine(text) ||
    holdsSecretKey(text)
  );
}

/** Whether a secret stands over several lines of a text. Names and sentences mean nothing any more once lines are joined. */
function isBroken(text: string): boolean {
  const joined = joinedLines(text);
  if (joined === text) return false;
  const holdsIt = (one: string): boolean => awsCredential.test(one) || credential.test(one) || hook.test(one);
  return [joined, ...decoded(joined)].some(holdsIt) || runsOverLines(text).some(isSecretKey);
}

/** Whether the name of a field is itself a secret: it could not be shown, and masks are for values. */
export function isSecretName(field: string): boolean {
  return holdsSecret([], field);
}

/** A name with its value in a text that is no JSON: `"ClientSecret": "…"`, `api_key = …`. */
const named = /([\p{L}\w-]{2,100})["']?\s*[:=]\s*["']?([^"'\n,}]{0,200})/gu;

/**
 * Whether a text of any form may hold a secret, by what it says and by the names in it.
 * @param standsForOne whether a value only stands for a secret.
 */
export function mayHoldSecret(text: string, standsForOne: (value: string) => boolean): boolean {
  if (holdsSecret([], text)) return true;
  return [...text.matchAll(named)].some(
    ([, name = '', value = '']) => namesSecret(name) && value.trim() !== '' && !standsForOne(value),
  );
}
