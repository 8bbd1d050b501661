import { memberOf } from '../defined.ts';
import { retryAfterOf, type HttpAnswer } from '../http.ts';
import { createIncomingWebhookChannel } from './incomingWebhook.ts';
import type { NoticeChannel, OutgoingNotice } from './port.ts';
import type { HttpChannelOptions } from './post.ts';
import { exceptAwsPages, fitting, fittingLinks, identityLine, linkAddress, shortened, wordsOf } from './text.ts';

/**
 * In characters: a message's content takes 2,000 ("Webhook Resource", Execute Webhook), an embed's description 4,096, and
 * all texts of a message's embeds 6,000 ("Message Resource", Embed Limits).
 */
const longest = { content: 2_000, description: 4_096, embeds: 6_000, identity: 700, link: 700 };

/**
 * Makes a text harmless in Discord, where a backslash takes the meaning from Markdown, mentions, emoji, links and
 * addresses (Discord, "Message Formatting"; Markdown Text 101).
 */
export function discordEscaped(text: string): string {
  return exceptAwsPages(text, (part) => part.replace(/[\\`*_~|<>[\]#@]|:(?=\/\/)/g, '\\$&'));
}

/** Escaped, and no longer than that: cut before it is escaped, since no escape may be cut. */
function escapedWithin(text: string, room: number): string {
  const escaped = discordEscaped(text);
  return escaped.length <= room ? escaped : discordEscaped(shortened(text, Math.floor(room / 2)));
}

/** What notifications show, and readers who hide embeds: title, next step, link. */
function contentOf(notice: OutgoingNotice): string {
  const { title, nextStep } = wordsOf(notice);
  const head = `**${discordEscaped(title)}**\n**Next:** `;
  const address = linkAddress(notice, longest.link);
  const link = address === undefined ? '' : `\n[Open in the Web UI](<${address}>)`;
  return `${head}${escapedWithin(nextStep, longest.content - head.length - link.length)}${link}`;
}

/** The lines in one embed, or in two where one does not hold them; the identity stands below. */
function embedsOf(notice: OutgoingNotice): readonly object[] {
  const identity = identityLine(notice, longest.identity);
  const lines = [
    ...wordsOf(notice).lines.map((line) => `- ${discordEscaped(line)}`),
    ...fittingLinks(notice, longest.link).map(({ title, address }) => `[${discordEscaped(title)}](<${address}>)`),
  ];
  const first: string[] = [];
  let characters = 0;
  for (const line of lines) {
    characters += line.length + 1;
    if (characters > longest.description) break;
    first.push(line);
  }
  const rest = fitting(lines.slice(first.length), longest.embeds - longest.description - identity.length);
  const texts = [first.length === 0 ? 'No details.' : first.join('\n'), ...(rest === '' ? [] : [rest])];
  return texts.map((description, index) =>
    index === texts.length - 1 ? { description, footer: { text: identity } } : { description },
  );
}

/** A notice as a message. */
export function discordMessage(notice: OutgoingNotice): object {
  return {
    content: contentOf(notice),
    embeds: embedsOf(notice),
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
