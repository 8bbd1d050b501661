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

/** Posts notices to an incoming webhook, whose whole address is a secret. */
export function createIncomingWebhookChannel(
  { name, url, timeoutMs }: HttpChannelOptions,
  { messageOf, onRefusal, addressOf = (address) => address, askedDelayMs }: IncomingWebhook,
): NoticeChannel {
  return {
    name,
    send: (notice) =>
      postNotice({
        url: addressOf(url),
        body: JSON.stringify(messageOf(notice)),
        onRefusal,
        ...defined({ timeoutMs, askedDelayMs }),
      }),
  };
}
