import { defined } from '../defined.ts';
import type { NoticeChannel } from './port.ts';
import { postNotice, type HttpChannelOptions } from './post.ts';
import { slackMessage } from './text.ts';

/** In characters: shorter parts of an address are words like `services`. */
const shortestSecret = 9;

/**
 * Posts notices to an incoming webhook, whose whole address is a secret. Slack drops no repeats: the identity stands below each message. It takes one
 * message a second and says with 429 and Retry-After when that is too many (Slack, "Rate limits").
 */
export function createSlackChannel({ name, url, timeoutMs }: HttpChannelOptions): NoticeChannel {
  // A page that answers for Slack may repeat the path.
  const secrets = new URL(url).pathname.split('/').filter((part) => part.length >= shortestSecret);
  return {
    name,
    send: (notice) =>
      postNotice({
        url,
        body: JSON.stringify(slackMessage(notice)),
        onRefusal: 'Check that the incoming webhook and its channel in Slack still exist.',
        secrets,
        ...defined({ timeoutMs }),
      }),
  };
}
