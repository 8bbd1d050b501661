import { createIncomingWebhookChannel } from './incomingWebhook.ts';
import type { NoticeChannel, OutgoingNotice } from './port.ts';
import type { HttpChannelOptions } from './post.ts';
import { exceptAwsPages, fitting, fittingLinks, identityLine, linkAddress, wordsOf } from './text.ts';

/** A longer text is split into several posts (Mattermost, "Incoming webhooks", tips). */
const longestText = 16_383;
/** Of a link and of the line with the identity; ids are far shorter. */
const longestEnd = 2_000;
/** Shows nothing, and parts what would mean something together. */
const parting = '\u{200b}';

/** A command to be copied, as `terminalLine` writes it: nothing in it can end a code span, or mention anybody. */
const command = /(steward [a-z-]{1,30} [\w:./-]{1,300}(?: (?:--[a-z-]{1,30} )?'<[a-z][a-z=-]{0,30}>')+)/;

/**
 * Makes a text harmless in Mattermost. It renders Markdown, makes `@name`, `@channel`, `@all` and `@here` mentions wherever
 * they stand, and takes Slack's forms for mentions and links (`<!channel>`, `<address|text>`) besides (Mattermost,
 * "Incoming webhooks", Slack compatibility). Nothing there turns that off, so the text itself has to be none of it. Ids
 * like `prod-abc@4` and placeholders like `<your-name>` stay as they are, to be copied; so do links to AWS's own pages.
 * Commands are code, to the letter.
 */
export function mattermostEscaped(text: string): string {
  const parts = text.split(command);
  return parts.map((part, index) => (index % 2 === 1 ? `\`${part}\`` : wordsEscaped(part))).join('');
}

function wordsEscaped(text: string): string {
  return exceptAwsPages(text, (part) =>
    part
      .replace(/[\\`*_[\]~|#>]/g, '\\$&')
      .replace(/<(?![a-z][a-z-]{0,24}\\>)/g, `<${parting}`)
      .replace(/(?<![A-Za-z0-9])@|@(?![A-Za-z0-9])/g, `@${parting}`)
      .replace(/:(?=\/\/)|\bwww(?=\.)/gi, `$&${parting}`),
  );
}

/** A notice as a post, in Markdown. */
export function mattermostMessage(notice: OutgoingNotice): { readonly text: string } {
  const { title, lines, nextStep } = wordsOf(notice);
  const link = linkAddress(notice, longestEnd);
  const head = `**${mattermostEscaped(title)}**`;
  const end = [
    `**Next:** ${mattermostEscaped(nextStep)}`,
    ...(link === undefined ? [] : [`[Open in the Web UI](${link})`]),
    ...fittingLinks(notice, longestEnd).map(({ title: list, address }) => `[${mattermostEscaped(list)}](${address})`),
    '',
    mattermostEscaped(identityLine(notice, longestEnd / 2)),
  ].join('\n');
  const listed = fitting(
    lines.map((line) => `- ${mattermostEscaped(line)}`),
    longestText - head.length - end.length - 4,
  );
  return { text: [head, ...(listed === '' ? [] : [listed, '']), end].join('\n') };
}

/**
 * Posts notices to an incoming webhook of Mattermost, which answers 200 and `ok`, and 429 with Retry-After where an
 * administrator has set a limit. It drops no repeats: the identity stands below each message.
 */
export function createMattermostChannel(options: HttpChannelOptions): NoticeChannel {
  return createIncomingWebhookChannel(options, {
    messageOf: mattermostMessage,
    onRefusal: 'Check that the incoming webhook and its channel in Mattermost still exist.',
  });
}
