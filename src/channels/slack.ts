import { createIncomingWebhookChannel } from './incomingWebhook.ts';
import type { NoticeChannel } from './port.ts';
import type { HttpChannelOptions } from './post.ts';
import { slackMessage } from './text.ts';

/**
 * Posts notices to an incoming webhook of Slack, which drops no repeats: the identity stands below each message. It takes
 * one message a second and says with 429 and Retry-After when that is too many (Slack, "Rate limits").
 */
export function createSlackChannel(options: HttpChannelOptions): NoticeChannel {
  return createIncomingWebhookChannel(options, {
    messageOf: slackMessage,
    onRefusal: 'Check that the incoming webhook and its channel in Slack still exist.',
  });
}
