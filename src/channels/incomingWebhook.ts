import { defined } from '../defined.ts';
import type { HttpAnswer } from '../http.ts';
import type { NoticeChannel, OutgoingNotice } from './port.ts';
import { postNotice, type HttpChannelOptions } from './post.ts';

/** A service that takes messages at an address which is itself the secret. */
interface IncomingWebhook {
  /** The message as the service takes it. */
  readonly messageOf: (notice: OutgoingNotice) => object;
  /** What the operator checks where a notice is refused. */
  readonly onRefusal: string;
  /** The address that is posted to, where it is not the configured one. */
  readonly addressOf?: (url: string) => string;
  /** The delay that an answer asks for in a form of its own, in milliseconds. */
  readonly askedDelayMs?: (answer: HttpAnswer) => number | undefined;
}

/** In characters: shorter parts of an address are words like `services` and `webhooks`. */
const shortestSecret = 9;

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/**
 * What no error may repeat of an address: a page that answers for the service may show any part of it, as it was
 * configured, as it was sent, or decoded. The longest come first, so that none is left in pieces.
 */
export function secretsOf(url: string): readonly string[] {
  const texts = [url, URL.canParse(url) ? new URL(url).href : url];
  const parts = texts.flatMap((text) => [text, ...text.replace(/^[a-z]+:\/\//i, '').split(/[/?&=#@:;]/)]);
  const all = new Set([...parts, ...parts.map(decoded)]);
  return [...all].filter(({ length }) => length >= shortestSecret).toSorted((one, other) => other.length - one.length);
}

/** Posts notices to an incoming webhook, whose whole address is a secret. */
export function createIncomingWebhookChannel(
  { name, url, timeoutMs }: HttpChannelOptions,
  { messageOf, onRefusal, addressOf = (address) => address, askedDelayMs }: IncomingWebhook,
): NoticeChannel {
  const secrets = secretsOf(url);
  return {
    name,
    send: (notice) =>
      postNotice({
        url: addressOf(url),
        body: JSON.stringify(messageOf(notice)),
        onRefusal,
        secrets,
        ...defined({ timeoutMs, askedDelayMs }),
      }),
  };
}
