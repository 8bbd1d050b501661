import fc from 'fast-check';
import { mattermostEscaped, mattermostMessage } from '../../src/channels/mattermost.ts';
import { sampleNotice } from '@marketplace-steward/testing/notices';

const invisible = '\u{200b}';
const seen = (text: string): string => text.replaceAll(invisible, '').replaceAll(/\\([\\`*_[\]~|#>])/g, '$1');

test('a notice as Markdown, its identity below', () => {
  expect(mattermostMessage(sampleNotice)).toEqual({
    text: `**Security issues are due in 7 days**
- 2 products
- 3 versions
- Due at 2026-03-01T00:00:00.000Z.

**Next:** Fix them
[Open in the Web UI](${sampleNotice.link})

warning, account 111122223333, notice ${sampleNotice.id}`,
  });
});

test.each([
  ['@channel read', `@${invisible}channel read`],
  ['by .@here', `by .@${invisible}here`],
  ['a@@all', `a@${invisible}@${invisible}all`],
  ['<!channel>', `<${invisible}!channel\\>`],
  ['<https://evil.example|here>', `<${invisible}https:${invisible}//evil.example\\|here\\>`],
  ['[here](http://evil.example)', `\\[here\\](http:${invisible}//evil.example)`],
  ['https://aws.amazon.com.evil.example/marketplace/', `https:${invisible}//aws.amazon.com.evil.example/marketplace/`],
  ['https://aws.amazon.com/marketplace/x@channel', `https://aws.amazon.com/marketplace/x@${invisible}channel`],
  ['www.evil.example', `www${invisible}.evil.example`],
  ['<5fb5f7iw8tfrfcwssd1xmx3j7y>', `<${invisible}5fb5f7iw8tfrfcwssd1xmx3j7y\\>`],
  ['~town-square #tag *bold* `code`', '\\~town-square \\#tag \\*bold\\* \\`code\\`'],
])('%s is only shown', (text, escaped) => {
  expect(mattermostEscaped(text)).toBe(escaped);
});

test.each([
  'https://aws.amazon.com/marketplace/management/requests/a_b1',
  'steward retry prod-abc@4 --actor <your-name>',
  'ann@example.com',
])('what is copied has no invisible character: %s', (text) => {
  expect(mattermostEscaped(text)).not.toContain(invisible);
});

test('a command is code, to the letter, with its words around it escaped', () => {
  const line = "steward amend change-set:76yesv --change '<index=file>' --actor '<your-name>' --reason '<why>'";
  expect(mattermostEscaped(`*Amend* it. ${line}; or: @all`)).toBe(`\\*Amend\\* it. \`${line}\`; or: @${invisible}all`);
});

const marks = ['@', '<', '>', '!', '|', '[', ']', '(', ')', '~', '#', '`', '*', '\\', '.', '-', '_', ' ', '\n', '://'];
const texts = ['http', 'www.', 'channel', 'here', 'all', 'everyone', 'ann', 'é', '5fb5f7iw8tfrfcwssd1xmx3j7y'];
const piece = fc.constantFrom(...marks, ...texts);
const words = fc.array(piece, { maxLength: 200 }).map((pieces) => pieces.join(''));

/** As Mattermost finds them: a word that begins with `@`, where nothing but a letter or a digit stands before it. */
const mention = /(?<![a-z0-9])@[a-z0-9]/i;

test('whatever a notice says, it mentions nobody, links nowhere, is one post, and shows its words', () => {
  fc.assert(
    fc.property(words, fc.array(words, { maxLength: 30 }), words, (title, lines, nextStep) => {
      const { text } = mattermostMessage({ ...sampleNotice, title, lines, nextStep });
      expect(text.length).toBeLessThanOrEqual(16_383);
      const own = text.replace(`[Open in the Web UI](${sampleNotice.link})`, '');
      expect(own).not.toMatch(mention);
      expect(own).not.toMatch(/<!|<https?:|<[a-z0-9]{26}|:\/\/|\bwww\.|(?<!\\)\[/i);
      expect(text.endsWith(` notice ${sampleNotice.id}`)).toBe(true);
      expect(seen(mattermostEscaped(title))).toBe(title);
    }),
  );
});

test('a long notice is cut between lines', () => {
  const { text } = mattermostMessage({
    ...sampleNotice,
    lines: Array.from({ length: 25 }, () => '*'.repeat(600)),
    nextStep: '_'.repeat(600),
  });
  expect(text.length).toBeLessThanOrEqual(16_383);
  expect(text.split('\n').filter((line) => line.startsWith('- '))).toHaveLength(14);
  expect(text).toContain('… and 8 more lines in the Web UI.');
});
