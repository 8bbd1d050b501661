import { memberOf } from '../defined.ts';
import { retryAfterOf, type HttpAnswer } from '../http.ts';
import { createIncomingWebhookChannel } from './incomingWebhook.ts';
import type { NoticeChannel, OutgoingNotice } from './port.ts';
import type { HttpChannelOptions } from './post.ts';
import { fitting, identityLine, linkAddress, wordsOf } from './text.ts';

/**
 * In characters: a message's content takes 2,000 ("Webhook Resource", Execute Webhook), an embed's description 4,096 and
 * its footer 2,048, and all texts of embeds 6,000 ("Message Resource", Embed Limits).
 */
const longest = { description: 4_096, footer: 1_500, link: 1_500 };

/**
 * Makes a text harmless in Discord, where a backslash takes the meaning from Markdown, mentions, emoji, links and
 * addresses (Discord, "Message Formatting"; Markdown Text 101).
 */
export function discordEscaped(text: string): string {
  return text.replace(/[\\`*_~|<>[\]#@]|:(?=\/\/)/g, '\\$&');
}

/** A notice as a message: the title is its content, which notifications show; the rest is an embed. */
export function discordMessage(notice: OutgoingNotice): object {
  const { title, lines, nextStep } = wordsOf(notice);
  const link = linkAddress(notice, longest.link);
  const end = [
    `**Next:** ${discordEscaped(nextStep)}`,
    ...(link === undefined ? [] : [`[Open in the Web UI](${link})`]),
  ].join('\n');
  const listed = fitting(
    lines.map((line) => `- ${discordEscaped(line)}`),
    longest.description - end.length - 1,
  );
  return {
    content: `**${discordEscaped(title)}**`,
    embeds: [
      {
        description: listed === '' ? end : `${listed}\n${end}`,
        footer: { text: identityLine(notice, longest.footer) },
      },
    ],
    // Whatever the texts hold, nobody is mentioned ("Message Resource", Allowed Mentions Object).
    allowed_mentions: { parse: [] },
  };
}

/** Without `wait` a message that is not saved is answered as one that is ("Webhook Resource", Execute Webhook). */
function waiting(url: string): string {
  const address = new URL(url);
  address.searchParams.set('wait', 'true');
  return address.href;
}

/** `retry_after` of the body, in seconds with decimals, where there is no header (Discord, "Rate Limits"). */
function askedDelayMs({ text }: HttpAnswer): number | undefined {
  try {
    const seconds = memberOf(JSON.parse(text), 'retry_after');
    return typeof seconds === 'number' ? retryAfterOf(String(seconds), Date.now()) : undefined;
  } catch {
    return undefined;
  }
}

/** Posts notices to a webhook of Discord. It drops no repeats: the identity stands below each message. */
export function createDiscordChannel(options: HttpChannelOptions): NoticeChannel {
  return createIncomingWebhookChannel(options, {
    messageOf: discordMessage,
    onRefusal: 'Check that the webhook and its channel in Discord still exist.',
    addressOf: waiting,
    askedDelayMs,
  });
}
