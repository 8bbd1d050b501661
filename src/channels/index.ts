import { isDeepStrictEqual } from 'node:util';
import type { Logger } from 'pino';
import { defined } from '../defined.ts';
import type { ChannelConfiguration, NoticeConfiguration } from '../config/notices.ts';
import type { NoticeChannel } from './port.ts';
import { createDiscordChannel } from './discord.ts';
import { createLogChannel } from './log.ts';
import { createMattermostChannel } from './mattermost.ts';
import { createPagerDutyChannel } from './pagerDuty.ts';
import { createSlackChannel } from './slack.ts';
import { createSnsChannel } from './sns.ts';
import { createWebhookChannel } from './webhook.ts';

function channelOf(name: string, channel: ChannelConfiguration, logger: Logger): NoticeChannel {
  switch (channel.type) {
    case 'log':
      return createLogChannel(name, logger);
    case 'webhook':
      return createWebhookChannel({ name, url: channel.url, secrets: channel.secrets.map((one) => one.reveal()) });
    case 'slack':
      return createSlackChannel({ name, url: channel.url.reveal() });
    case 'mattermost':
      return createMattermostChannel({ name, url: channel.url.reveal() });
    case 'discord':
      return createDiscordChannel({ name, url: channel.url.reveal() });
    case 'sns': {
      const { topicArn, endpoint, credentials } = channel;
      const key = credentials && {
        accessKeyId: credentials.accessKeyId.reveal(),
        secretAccessKey: credentials.secretAccessKey.reveal(),
      };
      return createSnsChannel({
        name,
        topicArn,
        ...defined({ endpoint, credentials: key }),
      });
    }
    case 'pagerDuty':
      return createPagerDutyChannel({ name, url: channel.url, routingKey: channel.routingKey.reveal() });
  }
}

/** Programs read logs, webhooks and topics, and want every notice; operators read the rest. */
function useOf({ type }: ChannelConfiguration): Pick<NoticeChannel, 'isForOperators' | 'closesMatters'> {
  switch (type) {
    case 'log':
    case 'webhook':
    case 'sns':
      return {};
    case 'slack':
    case 'mattermost':
    case 'discord':
      return { isForOperators: true };
    case 'pagerDuty':
      return { isForOperators: true, closesMatters: true };
  }
}

/**
 * Makes the channels that a configuration names, and follows it: those that are as they were stay the same, since they may
 * hold connections.
 * @returns the channels of a configuration, made once for each.
 */
export function followChannels(logger: Logger): (notices: NoticeConfiguration) => readonly NoticeChannel[] {
  let made: ReadonlyMap<string, { readonly by: ChannelConfiguration; readonly channel: NoticeChannel }> = new Map();
  let madeFor: NoticeConfiguration | undefined;
  return (notices) => {
    if (notices !== madeFor) {
      const before = made;
      made = new Map(
        Object.entries(notices.channels).map(([name, by]) => {
          const known = before.get(name);
          if (known !== undefined && isDeepStrictEqual(known.by, by)) return [name, known];
          return [name, { by, channel: { ...channelOf(name, by, logger), ...useOf(by) } }];
        }),
      );
      madeFor = notices;
    }
    return [...made.values()].map(({ channel }) => channel);
  };
}
