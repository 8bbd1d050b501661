/**
 * Characters that show nothing, and turn the direction of the text around them, part it or hide in it: format characters
 * (marks, embeddings, isolates, joiners, tags) and all others that Unicode has programs ignore. A joined emoji falls into
 * its parts; nothing else of a name is lost.
 */
const unseen = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;

/** Nearly every text is of these characters alone, all of which stay. */
const plainText = /^[\t\n\r -~]*$/;

/**
 * Takes out of a text what would show nothing, or something else than is written: only line breaks and spaces stay. Half a
 * character is replaced.
 */
export function readable(text: string): string {
  if (plainText.test(text)) return text;
  return text
    .toWellFormed()
    .replace(unseen, '')
    .replace(/[\v\f\u0085\u2028\u2029]/gu, '\n')
    .replace(/[^\P{Cc}\s]/gu, '');
}

/** AWS's own pages about requests: the only addresses in a text from outside that stay links. */
export const awsPages = /(https:\/\/aws\.amazon\.com\/marketplace\/[\w/-]*)/;

/** What viewers make links of, though no markup says so. */
const links = /(?<=[a-z\d+.-]):(?=\/\/)|(?<=\bwww)\.(?=[\p{L}\p{N}])/giu;
/** Without one of these there is no link, and no page of AWS's. */
const linkSign = /:\/\/|www\./iu;

/** Breaks every address in a text so that no viewer makes a link of it: `https[:]//host`. AWS's own pages stay as they are. */
export function unlinked(text: string): string {
  if (!linkSign.test(text)) return text;
  const parts = text.split(awsPages);
  return parts.map((part, index) => (index % 2 === 1 ? part : part.replace(links, '[$&]'))).join('');
}

/** What is shown of any text is shorter; more is not read. In characters. */
const longestRead = 4_000;

/**
 * An address is written in many ways: as it is, in JSON (`\/`), percent-encoded once or twice, in HTML. Every repeat here has
 * a bound, or can begin at few places only: a text is a stranger's, and may be made of nothing but slashes.
 */
const slash = String.raw`(?:\\{0,3}\/|\\|%(?:25)*2F|&#(?:x2f|47);|&sol;)`;
const slashes = `${slash}{2,4}`;
const colon = String.raw`(?::|%(?:25)*3A|&#(?:x3a|58);|&colon;)`;
const at = String.raw`(?:@|%(?:25)*40)`;
const queryBegins = String.raw`(?:[?#;]|%(?:25)*(?:3F|23|3B))`;

const domain = String.raw`(?:[\p{L}\p{N}_-]+\.)+\p{L}[\p{L}\p{N}-]+\.?`;
const host = String.raw`(?:${domain}|\d{1,3}(?:\.\d{1,3}){3}|\[[\da-f:.%]+\]|localhost)(?::\d{1,5})?`;
const userInfo = String.raw`[^\s"@/:]{0,100}:[^\s"@/]{0,100}${at}`;

/** Names whose value is a credential, as AWS and others write them in a query. */
const secretName = String.raw`x-amz-[\w-]+|[\w-]*(?:signature|sig|token|secret|password|credentials?|accesskeyid|key-pair-id|policy)`;

/** What may follow an address without being of it. */
const closing = /(?<![.,;:!?'()[\]{}<>*`])[.,;:!?'()[\]{}<>*`]*$/u;

/** Pages of AWS's own portal: no secret is in their path. */
const awsPage = /^https:\/\/aws\.amazon\.com\/marketplace\/[\w/-]*$/;

/** An image in a registry, which the reader has to see: `123.dkr.ecr.us-east-1.amazonaws.com/repository:tag`. */
const image =
  /^(?:\d{12}\.dkr\.ecr(?:-fips)?\.[a-z\d-]+\.amazonaws\.com(?:\.cn)?|public\.ecr\.aws|docker\.io|registry\.k8s\.io|quay\.io|ghcr\.io|gcr\.io)(?:\/[a-z\d._-]+)+(?::\w[\w.-]{0,127})?(?:@sha256:[a-f\d]{64})?(?=$|[,'()[\]<>])/;

/** A network of IPv4 addresses: `10.0.0.0/16`. */
const network = /^\d{1,3}(?:\.\d{1,3}){3}\/\d{1,2}$/;

/** What a part of a text without white space shows, and whether an address or a secret value ended it. */
interface Shown {
  readonly text: string;
  readonly cut?: 'address' | 'query';
}

/** One way to write an address: from where it begins, all of the part is of it. */
interface Form {
  readonly pattern: RegExp;
  /** What is left of it; undefined where it is none after all. */
  readonly shown: (match: RegExpExecArray) => string | undefined;
}

const authority = new RegExp(
  `^(?:[^/?#\\\\]*${at})?(${host}|[\\p{L}\\p{N}._-]+(?::\\d{1,5})?)(?![\\p{L}\\p{N}:])`,
  'iu',
);

/** The host, after what stands before an `@`; an ellipsis where that is not to be told apart. */
function hostOf(rest: string): string {
  const found = authority.exec(rest)?.[1] ?? '…';
  // A password may hold a slash: then what looks like host and port is the beginning of a credential.
  const left = rest.slice(rest.indexOf(found) + found.length);
  return /^[^.]*:\d+$/.test(found) && left.includes('@') ? '…' : found;
}

const forms: readonly Form[] = [
  {
    pattern: new RegExp(`([a-z][a-z\\d+.-]{0,30})${colon}${slashes}(.*)$`, 'iu'),
    shown: ([, scheme = '', rest = '']) => `${scheme}://${hostOf(rest)}/…`,
  },
  {
    pattern: new RegExp(`${slashes}(?=[\\p{L}\\p{N}[])(.*)$`, 'iu'),
    shown: ([, rest = '']) => `//${hostOf(rest)}/…`,
  },
  {
    pattern: new RegExp(
      `(?<![\\p{L}\\p{N}_/.-])(?:${userInfo}(${host})(?![\\p{L}\\p{N}])|(${host})(?:${slash}|${queryBegins})).*$`,
      'iu',
    ),
    shown: ([, afterUser, plain = '']) => `${afterUser ?? plain}/…`,
  },
  { pattern: /(arn:aws[\w-]*:s3:::[\w.-]+)\/.*$/i, shown: ([, bucket = '']) => `${bucket}/…` },
  { pattern: /\bdata:[\w/+.-]*[;,].*$/i, shown: () => 'data:…' },
  {
    pattern: new RegExp(
      `(?<![\\w-])((?:%(?:25)*[\\dA-F]{2})?(?:${secretName}))(?:=|%(?:25)*3D|:(?=\\S*[\\d/+=])).*$`,
      'iu',
    ),
    shown: ([, name = '']) => `${name}=…`,
  },
  {
    pattern: /([?&]|%(?:25)*(?:3F|26)).*$/i,
    shown: ([all, begins = '']) => (begins.startsWith('&') && !/^&[^=]*=/.test(all) ? undefined : `${begins}…`),
  },
];

/** One of these is in every address and before every secret value. */
const addressSign = /[/\\%&?#;=@:]/;

/** Cuts one part of a text, which holds no white space and no `"`. */
function cutPart(part: string): Shown {
  if (!addressSign.test(part)) return { text: part };
  const end = closing.exec(part)?.[0] ?? '';
  const body = part.slice(0, part.length - end.length);
  const [first] = forms
    .flatMap((form) => {
      const match = form.pattern.exec(body);
      const shown = match === null ? undefined : form.shown(match);
      return match === null || shown === undefined ? [] : [{ index: match.index, shown }];
    })
    .toSorted((one, other) => one.index - other.index);
  if (first === undefined) return { text: part };
  const address = body.slice(first.index);
  const kept = image.exec(address)?.[0];
  if (kept !== undefined) {
    const rest = cutPart(address.slice(kept.length) + end);
    return { ...rest, text: body.slice(0, first.index) + kept + rest.text };
  }
  if (awsPage.test(address) || network.test(address) || address === first.shown) return { text: part };
  const cut = /[?&=]|%(?:25)*(?:3F|26|3D)/i.test(address) ? 'query' : 'address';
  return { text: body.slice(0, first.index) + first.shown + end, cut };
}

const lineBreak = /[\n\r]/;
const holdsQuery = /[?&][^=?&]*=|[?&]x-amz-/i;
const sentenceEnds = /[.,:;!]$/;
/** Parts between a space in a path and its query, at most. */
const partsInPath = 3;

/**
 * How many of the next parts belong to the address that `part` ends with: it was wrapped over lines, or holds a space.
 * @param gaps what separates them, the first of them right behind `part`.
 */
function wrapped(part: string, cut: Shown['cut'], gaps: readonly string[], next: readonly string[]): number {
  const [gap = '', following] = [gaps[0], next[0]];
  if (following === undefined || following === '' || gap.includes('"')) return 0;
  if (/^(?:[&?#;/=]|%[\dA-F]{2})./i.test(following) || /(?:=|%3D)$/i.test(part)) return 1;
  if (lineBreak.test(gap)) {
    const isWord = /^\p{Lu}?\p{Ll}+[.,:;!?)]*$/u.test(following);
    if (/[/?&=%_~+-]$/.test(part) || !isWord) return 1;
    if (cut === 'query' && !sentenceEnds.test(part)) return 1;
  }
  const query = next.slice(0, partsInPath).findIndex((one) => holdsQuery.test(one));
  const between = [part, ...next.slice(0, Math.max(query, 0))];
  const inOne =
    gaps.slice(0, query + 1).every((one) => !one.includes('"')) && !between.some((one) => sentenceEnds.test(one));
  return query >= 0 && inOne ? query + 1 : 0;
}

/** Secret values that stand apart from their names: `X-Amz-Signature = …`, `"token": "…"`. */
const apart = [
  /(x-amz-[\w-]{1,60})(["'\s]*[=:]["'\s]*)[^\s"']+/gi,
  new RegExp(`("(?:${secretName})"\\s*:\\s*")[^"]+`, 'gi'),
] as const;

/**
 * Cuts every address down to its host, and every value of a query: path, query and fragment can be a credential (a scan
 * report's address is, for 60 days), and so can what stands before an `@`; and no viewer makes a link of what is left. An
 * address ends at white space or `"`, and goes
 * on in the next line where it was wrapped. Images of registries and pages of AWS's portal stay as they are.
 */
export function withoutAddresses(text: string): string {
  const read = readable(text.slice(0, longestRead));
  if (!addressSign.test(read)) return unlinked(read);
  const parts = read.split(/([\s"]+)/u);
  const words = parts.filter((_, index) => index % 2 === 0);
  const gaps = parts.filter((_, index) => index % 2 === 1);
  const shown: string[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const { text: visible, cut } = cutPart(words[index] ?? '');
    let last = index;
    if (cut !== undefined) {
      for (let more = -1; more !== 0; last += more)
        more = wrapped(
          words[last] ?? '',
          cut,
          gaps.slice(last, last + partsInPath),
          words.slice(last + 1, last + 1 + partsInPath),
        );
    }
    shown.push(visible, gaps[last] ?? '');
    index = last;
  }
  return unlinked(shown.join('').replace(apart[0], '$1$2…').replace(apart[1], '$1…'));
}
