import fc from 'fast-check';
import { shownBytes } from '../../src/cli/bytesText.ts';
import { terminalText } from '../../src/cli/format.ts';

const bytesOf = (text: string): Uint8Array => Buffer.from(text, 'utf8');

test('text is shown as text, line by line', () => {
  const { form, lines, shown } = shownBytes(bytesOf('{\r\n\t"title": "Caf\u00e9 \u{1f600}"\n}'), 4_096);
  expect({ form, lines, shown }).toEqual({
    form: 'text',
    lines: ['{', '\t"title": "Caf\u00e9 \u{1f600}"', '}'],
    shown: 27,
  });
});

test('what acts on a terminal, or shows nothing, is written out; no address is a link', () => {
  const text =
    'a quite long line of text that has \u001b[2J and \u009b, \u202e and \u{e0041} and \ufeff: https://evil.example/x';
  expect(shownBytes(bytesOf(text), 4_096).lines).toEqual([
    'a quite long line of text that has \\u001b[2J and \\u009b, \\u202e and \\u{e0041} and \\ufeff: https[:]//evil.example/x',
  ]);
});

test.each([
  ['no UTF-8', Buffer.from([0x7b, 0xff, 0xfe, 0x7d])],
  ['mostly control characters', Buffer.from([0, 1, 2, 3, 0x41])],
  ['half a character at the very end', bytesOf('caf\u00e9').subarray(0, 4)],
])('%s is shown in hexadecimal', (_name, bytes) => {
  const { form, lines, shown } = shownBytes(bytes, 4_096);
  expect({ form, shown }).toEqual({ form: 'hex', shown: bytes.length });
  expect(lines[0]).toMatch(
    new RegExp(`^00000000 {2}${[...bytes].map((one) => one.toString(16).padStart(2, '0')).join(' ')} `),
  );
});

test('a cut in the middle of a character leaves the text before it', () => {
  const bytes = bytesOf(`${'\u{1f600}'.repeat(3)}\u00e9`);
  for (let most = 0; most < bytes.length; most += 1) {
    const { form, lines, shown } = shownBytes(bytes, most);
    expect({ form, shown }).toEqual({ form: 'text', shown: most - (most % 4) });
    expect(lines.join('')).toBe('\u{1f600}'.repeat(Math.floor(most / 4)));
  }
});

test('whatever the bytes are, the lines are bounded and the last step before a terminal takes nothing out of them', () => {
  const hostile = fc.constantFrom('\u001b[31m', '\r', '\u2028', 'www.evil.example', '\u200b', '\0', 'http://x');
  const anyBytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc
      .array(fc.oneof(fc.string({ unit: 'binary', maxLength: 20 }), hostile), { maxLength: 8 })
      .map((all) => bytesOf(all.join(''))),
  );
  fc.assert(
    fc.property(anyBytes, fc.nat(220), (bytes, most) => {
      const { lines, shown } = shownBytes(bytes, most);
      expect(shown).toBeLessThanOrEqual(Math.min(most, bytes.length));
      const text = lines.join('\n');
      expect(terminalText(text)).toBe(text);
      expect(text).not.toMatch(/(?![\t\n])\p{Cc}|[a-z]:\/\/|\bwww\.e/u);
    }),
    { numRuns: 200 },
  );
});
