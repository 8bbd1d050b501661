import { defined } from '../defined.ts';
import type { NoticeRoute } from '../channels/port.ts';
import type { AskingRoute } from '../workflows/morningDigest/contract.ts';
import type { NoticeTopic } from '../workflows/shared/notices.ts';
import { unknownAccount } from '../workflows/quarantinedEvent/notices.ts';
import type { ConfigurationProblem } from './errors.ts';
import { shownText } from './problems.ts';
import { isPrivateOnItsWay } from './fields.ts';
import type { FileNotices } from './noticeSchema.ts';
import type { FileConfiguration } from './schema.ts';
import { chosen, leastKeyCharacters, type ReadSecret, type Secret, type SecretForm } from './secret.ts';

/** A channel with its secrets. */
export type ChannelConfiguration =
  | { readonly type: 'log' }
  | { readonly type: 'webhook'; readonly url: string; readonly secrets: readonly Secret[] }
  | { readonly type: 'slack' | 'mattermost' | 'discord'; readonly url: Secret }
  | {
      readonly type: 'sns';
      readonly topicArn: string;
      readonly endpoint?: string;
      /** Without one the AWS SDK's own chain is used. */
      readonly credentials?: { readonly accessKeyId: Secret; readonly secretAccessKey: Secret };
    }
  | { readonly type: 'pagerDuty'; readonly url: string; readonly routingKey: Secret };

/** Where notices go. */
export interface NoticeConfiguration {
  /** By name. */
  readonly channels: Readonly<Record<string, ChannelConfiguration>>;
  readonly routes: readonly NoticeRoute[];
}

/** Standard Webhooks, signature scheme: 24 to 64 random bytes in base64. */
const signingKeyBytes = { least: 24, most: 64 };

function isSigningKey(text: string): boolean {
  const encoded = text.replace(/^whsec_/, '');
  const bytes = Buffer.from(encoded, 'base64');
  const canonical = bytes.toString('base64').replace(/=+$/, '') === encoded.replace(/=+$/, '');
  return canonical && bytes.length >= signingKeyBytes.least && bytes.length <= signingKeyBytes.most;
}

const signingKey: SecretForm = { isRight: isSigningKey, expected: 'whsec_ and 24 to 64 bytes in base64' };

/** PagerDuty gives 32 characters; a receiver of somebody's own may have others. */
const routingKey = chosen(leastKeyCharacters);

/** Whole, since what parses may begin or end with blanks. */
const isAddress = (text: string): boolean => /^[!-~]+$/.test(text) && isPrivateOnItsWay(text);

const webhookAddress: SecretForm = {
  isRight: isAddress,
  expected: 'the whole address of an incoming webhook, https://…',
};

/** Discord's own form of a webhook; at …/slack and …/github it takes those of others (Discord, Webhook Resource). */
const discordAddress: SecretForm = {
  isRight: (text) => isAddress(text) && !/\/(slack|github)\/?$/.test(new URL(text).pathname),
  expected: `${webhookAddress.expected}/api/webhooks/<id>/<token>, without /slack or /github at its end`,
};

/** The routes for an account that nobody has configured: a misspelt one would never be used. */
export function routeProblems({ accounts, merchants, notices }: FileConfiguration): readonly ConfigurationProblem[] {
  const isKnown = (id: string): boolean =>
    id === unknownAccount || Object.hasOwn(accounts, id) || Object.hasOwn(merchants, id);
  const message = `expected one of accounts or merchants, or ${unknownAccount} (events that could not be read, or are not of the configuration)`;
  return notices.routes.flatMap(({ accounts: routed = [] }, index) =>
    routed.flatMap((id, place) => {
      const field = `notices.routes[${index}].accounts[${place}]`;
      return isKnown(id) ? [] : [{ field, message: `found ${shownText(id, field)}, ${message}` }];
    }),
  );
}

/** The topics of which a route takes notices about an account. */
export function topicsOf(account: string, routes: readonly NoticeRoute[]): readonly NoticeTopic[] {
  const covering = routes.filter(({ accounts }) => accounts === undefined || accounts.includes(account));
  return [...new Set(covering.flatMap(({ topics = [] }) => topics))];
}

/** The routes that ask for a morning digest, without what only senders need. */
export function askingRoutes(routes: readonly NoticeRoute[]): readonly AskingRoute[] {
  return routes.flatMap(({ channels, accounts, morningDigest }) =>
    morningDigest === undefined ? [] : [{ channels, morningDigest, ...defined({ accounts }) }],
  );
}

type FileChannel = FileNotices['channels'][string];

function topicOf(
  { type, topicArn, endpoint, credentials }: Extract<FileChannel, { type: 'sns' }>,
  field: string,
  read: ReadSecret,
): ChannelConfiguration {
  const found = { type, topicArn, ...defined({ endpoint }) };
  if (credentials === undefined) return found;
  const { accessKeyIdVariable, secretAccessKeyVariable } = credentials;
  const accessKeyId = read(accessKeyIdVariable, `${field}.credentials.accessKeyIdVariable`);
  const secretAccessKey = read(secretAccessKeyVariable, `${field}.credentials.secretAccessKeyVariable`);
  return { ...found, credentials: { accessKeyId, secretAccessKey } };
}

function channelOf(channel: FileChannel, field: string, read: ReadSecret): ChannelConfiguration {
  switch (channel.type) {
    case 'log':
      return channel;
    case 'webhook': {
      const { type, url, secretVariables } = channel;
      const secrets = secretVariables.map((variable, index) =>
        read(variable, `${field}.secretVariables[${index}]`, signingKey),
      );
      return { type, url, secrets };
    }
    case 'slack':
    case 'mattermost':
    case 'discord': {
      const { type, urlVariable } = channel;
      const form = type === 'discord' ? discordAddress : webhookAddress;
      return { type, url: read(urlVariable, `${field}.urlVariable`, form) };
    }
    case 'sns':
      return topicOf(channel, field, read);
    case 'pagerDuty': {
      const { type, url, routingKeyVariable } = channel;
      return { type, url, routingKey: read(routingKeyVariable, `${field}.routingKeyVariable`, routingKey) };
    }
  }
}

/** Reads the section's secrets. */
export function noticesOf({ channels, routes }: FileNotices, read: ReadSecret): NoticeConfiguration {
  const entries = Object.entries(channels).map(
    ([name, channel]) => [name, channelOf(channel, `notices.channels.${name}`, read)] as const,
  );
  return { channels: Object.fromEntries(entries), routes };
}
