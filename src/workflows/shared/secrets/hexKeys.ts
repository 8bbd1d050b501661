/** 32 bytes or more, as keys and digests have them. */
const hexRun = /(?<![\da-z])(?:0x)?([\da-f]{64,})(?![\da-z])/gi;
/** A draw has about 15 of the 16 digits; what has fewer is a pattern, as examples have it. */
const fewestDigits = 8;

const digestName =
  /sha-?(?:2-?)?(?:224|256|384|512)|sha3|blake|digest|checksum|hash|fingerprint|integrity|pr(?:ü|ue)fsumme/i;
/** In characters: so near stands the name of a digest before it. */
const nearby = 60;
/** What stands nearest to it counts: the key of a digest is a key. */
const namedDigest = new RegExp(
  `(?:${digestName.source})(?![\\s\\S]*(?:key|secret|token|pass|seed|private))[\\s\\S]*$`,
  'i',
);

/** The form of `sha256sum`: two spaces, or one and a star, and a file. */
const fileBehind = /^ [ *][\w./-]{1,200}/;

/** Whether a field of this name has digests, which are no secret. */
export function namesDigest(field: string): boolean {
  return digestName.test(field);
}

/** Whether a text holds a key in hex that nothing says to be a digest: an image’s, or a checksum. */
export function holdsHexKey(text: string): boolean {
  return [...text.matchAll(hexRun)].some(({ 0: all, 1: run = '', index }) => {
    if (new Set(run.toLowerCase()).size < fewestDigits) return false;
    const before = text.slice(Math.max(0, index - nearby), index);
    return !namedDigest.test(before) && !fileBehind.test(text.slice(index + all.length, index + all.length + nearby));
  });
}
