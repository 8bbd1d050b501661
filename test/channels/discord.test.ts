import fc from 'fast-check';
import { discordEscaped, discordMessage } from '../../src/channels/discord.ts';
import { sampleNotice } from '@marketplace-steward/testing/notices';

interface Message {
  readonly content: string;
  readonly embeds: ReadonlyArray<{ readonly description: string; readonly footer: { readonly text: string } }>;
  readonly allowed_mentions: object;
}
const messageOf = (values: Partial<typeof sampleNotice> = {}): Message =>
  discordMessage({ ...sampleNotice, ...values }) as Message;

test('the title is the message, the rest an embed with the identity below; nobody is mentioned', () => {
  expect(messageOf()).toEqual({
    content: '**Security issues are due in 7 days**',
    embeds: [
      {
        description: `- 2 products
- 3 versions
- Due at 2026-03-01T00:00:00.000Z.
**Next:** Fix them
[Open in the Web UI](${sampleNotice.link})`,
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
      const [{ description, footer } = { description: '', footer: { text: '' } }] = message.embeds;
      expect(message.content.length).toBeLessThanOrEqual(2_000);
      expect(description.length).toBeLessThanOrEqual(4_096);
      expect(description.length + footer.text.length).toBeLessThanOrEqual(6_000);
      expect(footer.text.endsWith(` notice ${sampleNotice.id}`)).toBe(true);
      expect(JSON.stringify(message)).not.toMatch(/(?<!\\)(\\\\)*\\ud[89a-f]/i);
      const own = `${message.content} ${description}`.replace(`[Open in the Web UI](${sampleNotice.link})`, '');
      // Every mark that is left has an odd number of backslashes before it.
      expect(own).not.toMatch(/(?<!\\)(?:\\\\)*[@<>[\]`~|#]|(?<!\\)(?:\\\\)*:\/\//);
    }),
  );
});

test('a link that is too long is left out, and the notice goes', () => {
  const link = `https://temporal.example.com/${'x'.repeat(2_000)}`;
  expect(JSON.stringify(messageOf({ link }))).not.toContain('xxx');
});
