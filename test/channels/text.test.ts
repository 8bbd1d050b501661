import fc from 'fast-check';
import { fitting, plainText, slackEscaped, slackMessage, wordsOf } from '../../src/channels/text.ts';
import { discordMessage } from '../../src/channels/discord.ts';
import { mattermostMessage } from '../../src/channels/mattermost.ts';
import type { OutgoingNotice } from '../../src/channels/port.ts';
import { sampleNotice } from '@marketplace-steward/testing/notices';

test('as plain text: what, since when, until when, what next, where to check, and which notice', () => {
  expect(plainText({ ...sampleNotice, buyerLines: ['Buyer 999900001111'] })).toBe(
    `Security issues are due in 7 days

- 2 products
- 3 versions
- Buyer 999900001111
- Due at 2026-03-01T00:00:00.000Z.

Next: Fix them
More: https://temporal.example.com/namespaces/default/workflows/security%3A111122223333/run/user-metadata

warning, account 111122223333, notice security:111122223333:2026-03-01T00:00:00.000Z:before-7d`,
  );
});

test('where it came of an event, the last line names it, in every form', () => {
  const notice = { ...sampleNotice, eventId: 'securityReport.created:1:2' };
  expect(plainText(notice)).toMatch(/, notice security:\S+, event securityReport\.created:1:2$/);
  expect(JSON.stringify(slackMessage(notice))).toContain(', event securityReport.created:1:2');
});

describe('lists of the Web UI', () => {
  const address = 'https://temporal.example.com/namespaces/default/workflows?query=A%20IN%20(%22b%22)';
  const written = address.replace('(', '%28').replace(')', '%29');
  const tooLong = `${address}${'x'.repeat(5_000)}`;
  const notice: OutgoingNotice = {
    ...sampleNotice,
    links: [
      { title: 'What needs me?', address },
      { title: 'Too long', address: tooLong },
    ],
  };

  test.each([
    ['plain text', plainText(notice), `What needs me? ${written}`],
    ['Slack', slackMessage(notice), `<${written}|What needs me?>`],
    ['Mattermost', mattermostMessage(notice), `[What needs me?](${written})`],
    ['Discord', discordMessage(notice), `[What needs me?](<${written}>)`],
  ])('in %s each is a link of its own; one that does not fit is left out whole', (_name, message, link) => {
    const text = JSON.stringify(message);
    expect(text).toContain(JSON.stringify(link).slice(1, -1));
    expect(text).not.toContain('Too long');
    expect(text).not.toContain('xxxx');
  });
});

test('without a link and a date there is neither', () => {
  const { link: _link, dueAt: _dueAt, ...notice } = sampleNotice;
  expect(plainText(notice)).not.toMatch(/More:|Due at/);
  expect(JSON.stringify(slackMessage(notice))).not.toMatch(/Web UI|Due at/);
});

test('long notices are cut, and say so', () => {
  const { title, lines, nextStep } = wordsOf({
    ...sampleNotice,
    title: 'x'.repeat(1_000),
    lines: Array.from({ length: 23 }, (_each, index) => `${index}\n${'y'.repeat(600)}`),
    nextStep: 'z'.repeat(2_000),
  });
  expect([title.length, nextStep.length]).toEqual([250, 1_000]);
  expect(lines).toHaveLength(22);
  expect(lines[0]).toMatch(/^0 y+…$/);
  expect(lines[20]).toBe('… and 3 more lines in the Web UI.');
});

interface SlackText {
  readonly type: string;
  readonly text?: { readonly type: string; readonly text: string };
  readonly elements?: ReadonlyArray<{ readonly type: string; readonly text: string }>;
}

test('in Slack no text of a vendor becomes a mention, a link or an entity', () => {
  const notice: OutgoingNotice = {
    ...sampleNotice,
    title: 'Change set “<!channel> & <https://evil.example|here>”',
    lines: ['<@U123> said &lt;'],
    nextStep: '<!here>',
  };
  const message = slackMessage(notice) as { readonly text: string; readonly blocks: readonly SlackText[] };
  expect(message.text).toBe('Change set “&lt;!channel&gt; &amp; &lt;https[:]//evil.example/…. Next: &lt;!here&gt;');
  const [title, lines, next, context] = message.blocks;
  expect(title?.text?.text).toBe('*Change set “&lt;!channel&gt; &amp; &lt;https[:]//evil.example/…*');
  expect(lines?.text?.text).toBe('• &lt;@U123&gt; said &amp;lt;\n• Due at 2026-03-01T00:00:00.000Z.');
  expect(next?.text?.text).toBe(`*Next:* &lt;!here&gt;\n<${sampleNotice.link}|Open in the Web UI>`);
  expect(context?.elements).toEqual([
    { type: 'plain_text', text: `warning, account 111122223333, notice ${sampleNotice.id}`, emoji: false },
  ]);
});

test('whatever a notice says, Slack’s bounds hold and only the link is markup', () => {
  const words = fc.string({ unit: 'grapheme', maxLength: 700 });
  fc.assert(
    fc.property(words, fc.array(words, { maxLength: 30 }), words, (title, lines, nextStep) => {
      const { blocks } = slackMessage({ ...sampleNotice, title, lines, nextStep }) as { readonly blocks: SlackText[] };
      expect(blocks.length).toBeLessThanOrEqual(50);
      const texts = blocks.flatMap(({ text }) => (text === undefined ? [] : [text.text]));
      for (const text of texts) expect(text.length).toBeLessThanOrEqual(3_000);
      const shown = wordsOf({ ...sampleNotice, title, lines, nextStep }).lines;
      for (const line of shown) expect(texts.join('\n')).toContain(`• ${slackEscaped(line)}`);
      expect(texts.join('').match(/<[^>]*>/g)).toEqual([`<${sampleNotice.link}|Open in the Web UI>`]);
    }),
  );
});

test('a next step that grows by escaping is cut before an entity', () => {
  const { blocks } = slackMessage({ ...sampleNotice, nextStep: '&'.repeat(1_000) }) as {
    readonly blocks: SlackText[];
  };
  const next = blocks.find(({ text }) => text?.text.startsWith('*Next:*'))?.text?.text ?? '';
  expect(next.length).toBeLessThanOrEqual(3_000);
  expect(next).toMatch(/^\*Next:\* (?:&amp;){500,}…\n<https:/);
});

test('escaping can be undone', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const back = slackEscaped(text).replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
      expect(back).toBe(text);
    }),
  );
});

test('lines that do not fit are counted', () => {
  const lines = Array.from({ length: 9 }, () => 'x'.repeat(20));
  expect(fitting(lines, 188)).toBe(lines.join('\n'));
  expect(fitting(lines, 187)).toBe([...lines.slice(0, 7), '… and 2 more lines in the Web UI.'].join('\n'));
  expect(fitting(['x'.repeat(100)], 50)).toBe('… and 1 more lines in the Web UI.');
});
