/** What passwords and keys are called in the languages that sellers write. */
const foreignNames = [
  // German, Dutch, Swedish, Danish, Norwegian
  'passwor[dt]|kennwort|wachtwoord|l[öo]senord|adgangskode|passord|api[ _-]?schl[üu]e?ssel',
  // Spanish, Catalan, Portuguese, French, Italian
  String.raw`contrase(?:[nñ]|ny)a|clave[ _-]secreta|palavra[ _-]?passe|chave[ _-]secreta|mot[ _-]?de[ _-]?passe|cl[ée][ _-]secr[èe]te|parola[ _-]d['’]ordine`,
  // Finnish, Hungarian, Polish, Turkish, Vietnamese, Indonesian
  'salasana|jelsz[óo]|hasło|şifre|m[aậ]t[ _-]?kh[aẩ]u|kata[ _-]?sandi',
  // Russian, Ukrainian, Bulgarian, Greek, Hebrew, Arabic, Thai
  'парол[аью]|секретный[ _-]ключ|κωδικός|סיסמ[הא]|كلمة (?:ال)?(?:مرور|سر)|รหัสผ่าน',
  // Chinese, Japanese, Korean
  '密[码碼]|口令|密[钥鑰]|パスワード|暗証番号|秘密鍵|비밀번호|암호',
].join('|');
/** Names that are parts of English words: they count where they stand alone. */
const foreignWords = 'senha|parola|haslo|heslo|geslo|sifre|lozinka';

/** A name and its value in a text: `password: hunter2`, `aws_secret_access_key = …`. */
const namedInText = new RegExp(
  String.raw`(?:pass(?:word|wd|phrase)|(?<![a-z])pwd|secret(?:[_ -]?(?:access)?[_ -]?key)?|(?:api|access|account|private|routing|integration|service|signing)[_ -]?key|(?:access|auth|refresh|session)[_ -]?token|credentials?|\bauthorization|${foreignNames}|\b(?:${foreignWords}))["'\u0060]?\s*[=:]\s*["'\u0060]?([^\s"'\u0060]{2}[^"'\u0060\n]{0,60})`,
  'gi',
);

/**
 * What a manual has in place of a value: `<your-password>`, `${API_KEY}`, `...`, or the beginning of a sentence, as in
 * `password: the id of the instance`.
 */
const standIn = new RegExp(
  String.raw`^(?:(?:bearer|basic)\s+)?(?:<[\p{L}][\p{L} ._-]{0,60}>|\$?\{{1,2}\s*[a-z_.]{1,60}\s*\}{1,2}|\$[A-Z][A-Z_]{1,60}(?![\w-])|\.{3}|…|[*x]{3,}(?![^\s,.;])|(?:your|the|see|none|no|not|is|are|can|stored|kept|managed|required|optional|provided|generated|found|die|der|das|ihr|ihre|el|la|los|las|su|tu|le|les|votre|o|a|seu|sua|il|идентификатор|ваш|это)(?=[.,;)]?(?:\s|$))|l['’]|(?:您|你|实例|實例|インスタンス|あなた|お客様|인스턴스))`,
  'iu',
);

/** Whether a value only stands for one, as manuals have it. */
export function isStandIn(value: string): boolean {
  return standIn.test(value);
}

/** Whether a text has a name of a secret with its value. */
export function holdsNamedSecret(text: string): boolean {
  return [...text.matchAll(namedInText)].some(([, value = '']) => !isStandIn(value));
}

/** Names of fields that hold a secret, whatever its form. */
const secretField = new RegExp(
  String.raw`pass(?:word|wd|phrase)|secret|credential|api_?-?key|(?:access|private|routing|integration|service|signing)_?-?key|webhook_?-?ur[il]|signature|externalid|connection_?string|${foreignNames}`,
  'i',
);
const secretWord = new RegExp(`^(?:${foreignWords})$`);

/** What tokens are counted, priced and paged by: such a field holds no credential. */
const measures = new Set(
  [
    'price prices pricing cost costs rate rates unit units count counts max maximum min minimum limit limits quota budget',
    'number total usage used per million thousand window length size type dimension next page pagination continuation',
  ]
    .join(' ')
    .split(' '),
);
/** The same of several tokens: one alone may be what somebody enters. */
const measuresOfMany = new Set(['input', 'output', 'prompt', 'completion', 'cached', 'reasoning']);

function wordsOf(name: string): readonly string[] {
  return name.split(/[\s_.-]+|(?<=[\p{Ll}\d])(?=\p{Lu})/u).map((word) => word.toLowerCase());
}

function isTokenName(field: string): boolean {
  if (!/token/i.test(field)) return false;
  const words = wordsOf(field);
  return !words.some((word) => measures.has(word) || (words.includes('tokens') && measuresOfMany.has(word)));
}

/** Whether a field of this name holds a secret, whatever it looks like. */
export function namesSecret(field: string): boolean {
  const name = field.normalize('NFKC');
  return secretField.test(name) || isTokenName(name) || wordsOf(name).some((word) => secretWord.test(word));
}
