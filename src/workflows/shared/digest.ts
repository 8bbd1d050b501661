/** FNV-1a of 64 bits: its offset basis and its prime. */
const basis = 0xcbf29ce484222325n;
const prime = 0x100000001b3n;
const bits = 64;
const digits = 16;

/**
 * A short name for a text, as 16 hex digits: the same for the same text, in every run. It tells apart what one workflow
 * says, and keeps nothing secret; workflow code has no other digest.
 */
export function digestOf(text: string): string {
  let hash = basis;
  for (let index = 0; index < text.length; index += 1) {
    hash = BigInt.asUintN(bits, (hash ^ BigInt(text.charCodeAt(index))) * prime);
  }
  return hash.toString(16).padStart(digits, '0');
}
