import { unlinked } from '../addresses.ts';

/** Bytes as a terminal may show them. */
export interface ShownBytes {
  readonly form: 'text' | 'hex';
  readonly lines: readonly string[];
  /** How many bytes the lines show. */
  readonly shown: number;
}

const hexColumns = 16;
/** A byte order mark is shown, too. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
/** Of these many characters one may be a control character; more of them are no text. */
const textPerControl = 8;
/** The longest beginning of a character that a cut can leave, in bytes. */
const longestPart = 3;

/** What acts on a terminal or shows nothing, as JSON and JavaScript write it. */
function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`;
}

/** One line of text in which nothing acts on the terminal, nothing is invisible, and no address is a link. */
function harmless(line: string): string {
  return unlinked(line.replace(/(?!\t)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu, escaped));
}

/** The text of bytes, of which the last character may be cut; undefined where they are none. */
function textOf(bytes: Uint8Array, isCut: boolean): { readonly text: string; readonly used: number } | undefined {
  for (let left = 0; left <= (isCut ? longestPart : 0); left += 1) {
    const used = bytes.length - left;
    try {
      const text = utf8.decode(bytes.subarray(0, Math.max(0, used)));
      const controls = text.match(/(?![\t\n\r])\p{Cc}/gu)?.length ?? 0;
      return controls * textPerControl > text.length ? undefined : { text, used };
    } catch {
      // The cut may be in the middle of a character.
    }
  }
  return undefined;
}

function hexLine(bytes: Uint8Array, offset: number): string {
  const row = [...bytes.subarray(offset, offset + hexColumns)];
  const digits = row.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
  const signs = row.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
  return unlinked(`${offset.toString(16).padStart(8, '0')}  ${digits.padEnd(hexColumns * 3 - 1)}  ${signs}`);
}

/**
 * Bytes of a stranger, fit for a terminal: UTF-8 as text, in which control and invisible characters stand as `\u001b`;
 * anything else in hexadecimal. Addresses are written so that no terminal makes a link of them.
 * @param most so many bytes at most.
 */
export function shownBytes(bytes: Uint8Array, most: number): ShownBytes {
  const part = bytes.subarray(0, most);
  const found = textOf(part, part.length < bytes.length);
  if (found !== undefined) {
    const lines = found.text === '' ? [] : found.text.split(/\r?\n/).map(harmless);
    return { form: 'text', lines, shown: found.used };
  }
  const rows = Math.ceil(part.length / hexColumns);
  const lines = Array.from({ length: rows }, (_, row) => hexLine(part, row * hexColumns));
  return { form: 'hex', lines, shown: part.length };
}
