const rounds = 64;
const blockBytes = 64;
const wordBytes = 4;
const lengthBytes = 8;

/** The first 32 bits of the fractional part of a root: FIPS 180-4 takes its constants from roots of the first primes. */
function fractionOf(root: number): number {
  return Math.floor((root - Math.floor(root)) * 2 ** 32);
}

function firstPrimes(count: number): readonly number[] {
  const primes: number[] = [];
  for (let candidate = 2; primes.length < count; candidate += 1) {
    if (primes.every((prime) => candidate % prime !== 0)) primes.push(candidate);
  }
  return primes;
}

/** The text in UTF-8, then one bit, zeros, and its length in bits. */
function padded(text: string): DataView {
  const bytes = new TextEncoder().encode(text);
  const blocks = Math.ceil((bytes.length + 1 + lengthBytes) / blockBytes);
  const view = new DataView(new ArrayBuffer(blocks * blockBytes));
  bytes.forEach((byte, at) => view.setUint8(at, byte));
  view.setUint8(bytes.length, 0x80);
  view.setBigUint64(view.byteLength - lengthBytes, BigInt(bytes.length) * 8n);
  return view;
}

function rotated(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}

/** The 64 words that a block becomes. */
function scheduleOf(message: DataView, block: number): Uint32Array {
  const words = new Uint32Array(rounds);
  const word = (at: number): number => words[at] ?? 0;
  for (let at = 0; at < rounds; at += 1) {
    if (at < blockBytes / wordBytes) {
      words[at] = message.getUint32(block + at * wordBytes);
      continue;
    }
    const early = word(at - 15);
    const late = word(at - 2);
    const mixedEarly = rotated(early, 7) ^ rotated(early, 18) ^ (early >>> 3);
    const mixedLate = rotated(late, 17) ^ rotated(late, 19) ^ (late >>> 10);
    words[at] = word(at - 16) + mixedEarly + word(at - 7) + mixedLate;
  }
  return words;
}

/** Takes a block into the eight words of the hash. */
function compress(hash: Uint32Array, words: Uint32Array, constants: readonly number[]): void {
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = hash;
  for (const [round, word] of words.entries()) {
    const mixedE = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25);
    const first = (h + mixedE + ((e & f) ^ (~e & g)) + (constants[round] ?? 0) + word) >>> 0;
    const mixedA = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22);
    const second = mixedA + ((a & b) ^ (a & c) ^ (b & c));
    [h, g, f, e, d, c, b, a] = [g, f, e, d + first, c, b, a, first + second];
  }
  for (const [at, word] of [a, b, c, d, e, f, g, h].entries()) hash[at] = (hash[at] ?? 0) + word;
}

/**
 * SHA-256 (FIPS 180-4) of a text in UTF-8, as 64 hex digits. Pure, since workflow code has no `node:crypto`: the same here
 * and in every process.
 */
export function sha256Of(text: string): string {
  const primes = firstPrimes(rounds);
  const constants = primes.map((prime) => fractionOf(Math.cbrt(prime)));
  const hash = Uint32Array.from(primes.slice(0, 8), (prime) => fractionOf(Math.sqrt(prime)));
  const message = padded(text);
  for (let block = 0; block < message.byteLength; block += blockBytes) {
    compress(hash, scheduleOf(message, block), constants);
  }
  return [...hash].map((word) => word.toString(16).padStart(2 * wordBytes, '0')).join('');
}
