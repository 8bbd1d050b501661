import fc from 'fast-check';
import { discordEscaped, discordMessage } from '../../src/channels/discord.ts';
import { sampleNotice } from '@marketplace-steward/testing/notices';

interface Message {
  readonly content: string;
  readonly embeds: ReadonlyArray<{ readonly description: string; readonly footer?: { readonly text: string } }>;
  readonly allowed_mentions: object;
}
const messageOf = (values: Partial<typeof sampleNotice> = {}): Message =>
  discordMessage({ ...sampleNotice, ...values }) as Message;

test('title, next step and link are the message, the lines an embed with the identity below; nobody is mentioned', () => {
  expect(messageOf()).toEqual({
    content: `**Security issues are due in 7 days**
**Next:** Fix them
[Open in the Web UI](<${sampleNotice.link}>)`,
    embeds: [
      {
        description: `- 2 products
- 3 versions
- Due at 2026-03-01T00:00:00.000Z.`,
        footer: { text: `warning, account 111122223333, notice ${sampleNotice.id}` },
      },
    ],
    allowed_mentions: { parse: [] },
  });
});

test.each([
  ['@everyone', '\\@everyone'],
  ['<@123> <#1> <t:1>', '\\<\\@123\\> \\<\\#1\\> \\<t:1\\>'],
  ['[here](https://evil.example)', '\\[here\\](https\\://evil.example)'],
  ['https://aws.amazon.com/marketplace/requests/a_b1 a_b', 'https://aws.amazon.com/marketplace/requests/a_b1 a\\_b'],
  ['*bold* `code` ||spoiler|| ~~gone~~', '\\*bold\\* \\`code\\` \\|\\|spoiler\\|\\| \\~\\~gone\\~\\~'],
])('%s is only shown', (text, escaped) => {
  expect(discordEscaped(text)).toBe(escaped);
});

const words = fc.string({
  unit: fc.constantFrom(...'@<>[]()*_`~|#\\:/ \nabc'.split(''), '://', '\ud83d', '😀'),
  maxLength: 700,
});

test('whatever a notice says, Discord’s bounds hold, and only the channel’s own link is markup', () => {
  fc.assert(
    fc.property(words, fc.array(words, { maxLength: 30 }), words, (title, lines, nextStep) => {
      const message = messageOf({ title, lines, nextStep });
      const descriptions = message.embeds.map(({ description }) => description);
      const footer = message.embeds.at(-1)?.footer?.text ?? '';
      expect(message.content.length).toBeLessThanOrEqual(2_000);
      for (const description of descriptions) {
        expect(description.length).toBeGreaterThan(0);
        expect(description.length).toBeLessThanOrEqual(4_096);
      }
      expect((descriptions.join('') + footer).length).toBeLessThanOrEqual(6_000);
      expect(footer.endsWith(` notice ${sampleNotice.id}`)).toBe(true);
      expect(JSON.stringify(message)).not.toMatch(/(?<!\\)(\\\\)*\\ud[89a-f]/i);
      const own = [message.content, ...descriptions]
        .join(' ')
        .replace(`[Open in the Web UI](<${sampleNotice.link}>)`, '');
      // Every mark that is left has an odd number of backslashes before it.
      expect(own).not.toMatch(/(?<!\\)(?:\\\\)*[@<>[\]`~|#]|(?<!\\)(?:\\\\)*:\/\//);
    }),
  );
});

test('a long notice goes on in a second embed, and says what is left', () => {
  const line = (index: number): string => `${index} ${'x'.repeat(400)}`;
  const { embeds } = messageOf({ lines: Array.from({ length: 19 }, (_, index) => line(index)) });
  expect(embeds).toHaveLength(2);
  const shown = embeds.map(({ description }) => description).join('\n');
  expect(shown.match(/^- \d+ x/gm)).toHaveLength(14);
  expect(shown).toMatch(/\n… and 6 more lines in the Web UI\.$/);
  expect(embeds.map(({ footer }) => footer !== undefined)).toEqual([false, true]);
});

test('a link that is too long is left out, and the notice goes', () => {
  const link = `https://temporal.example.com/${'x'.repeat(2_000)}`;
  expect(JSON.stringify(messageOf({ link }))).not.toContain('xxx');
});
