import { Webhook } from 'standardwebhooks';
import { startLocalTopic } from './localTopic.ts';
import { startReceiver, type Received } from './receiver.ts';

/** What came in. */
type Request = Pick<Received, 'path' | 'headers' | 'body'>;

/** What senders of notices prove themselves with here. */
export interface ReceiverSecrets {
  /** Of Standard Webhooks: `whsec_` and base64. */
  readonly signingKey: string;
  /** The last part of an incoming webhook's address. */
  readonly slackToken: string;
  readonly mattermostToken: string;
  readonly discordToken: string;
  readonly routingKey: string;
}

/** Where notices are received. */
export interface ReceiverAddresses {
  /** Of the server for all but SNS, each below a path of its own. */
  readonly url: string;
  readonly topicEndpoint: string;
  readonly topicArn: string;
}

/** The other ends of the notice channels, on loopback; they take only what is well formed and proves its sender. */
export interface Receivers extends ReceiverAddresses {
  /**
   * How many notices of these workflows each channel has got, repeats of an identity not counted.
   * @param saying counts only those whose text holds this.
   */
  countsOf(workflowIds: readonly string[], saying?: string): Promise<Readonly<Record<string, number>>>;
  close(): Promise<void>;
}

/** The paths below the server's address. */
export const receiverPaths = {
  webhook: '/webhook',
  slack: '/slack',
  mattermost: '/mattermost',
  discord: '/discord',
  pagerDuty: '/pagerDuty',
} as const;

type HttpChannel = keyof typeof receiverPaths;

/** What a receiver makes of a request: the identity of a notice, or the status that refuses it. */
type Verdict = { readonly identity: string } | { readonly refused: number };

/** Below a message stands the identity of its notice, and the event that its workflow was given last. */
const noticeId = / notice (\S+?)(?:, event .+)?$/;

function identityOf(value: unknown): Verdict {
  return typeof value === 'string' && value !== '' ? { identity: value } : { refused: 400 };
}

function readWebhook({ headers, body }: Request, { signingKey }: ReceiverSecrets): Verdict {
  const shown = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
  try {
    const { data } = new Webhook(signingKey).verify(body, shown) as { readonly data?: { readonly id?: unknown } };
    return identityOf(data?.id);
  } catch {
    return { refused: 401 };
  }
}

interface SlackBlock {
  readonly elements?: ReadonlyArray<{ readonly text?: string }>;
}

/** Slack keeps no identities: operators read it below the message. */
function readSlack({ path, body }: Request, { slackToken }: ReceiverSecrets): Verdict {
  if (!path.endsWith(`/${slackToken}`)) return { refused: 403 };
  const { text: shown, blocks = [] } = JSON.parse(body) as { readonly text?: string; readonly blocks?: SlackBlock[] };
  const [context = ''] = blocks.flatMap(({ elements = [] }) => elements.map((element) => element.text ?? ''));
  return shown === undefined ? { refused: 400 } : identityOf(noticeId.exec(context)?.[1]);
}

/** As Mattermost, which takes no Block Kit. */
function readMattermost({ path, body }: Request, { mattermostToken }: ReceiverSecrets): Verdict {
  if (!path.endsWith(`/${mattermostToken}`)) return { refused: 403 };
  const { text: shown = '', ...others } = JSON.parse(body) as { readonly text?: string };
  if (shown === '' || Object.keys(others).length > 0) return { refused: 400 };
  return identityOf(noticeId.exec(shown)?.[1]);
}

interface DiscordMessage {
  readonly content?: string;
  readonly embeds?: ReadonlyArray<{ readonly description?: string; readonly footer?: { readonly text?: string } }>;
  readonly allowed_mentions?: { readonly parse?: readonly unknown[] };
}

/** Takes what is within Discord's bounds, mentions nobody, and waits for the answer. */
function readDiscord({ path, body }: Request, { discordToken }: ReceiverSecrets): Verdict {
  const { pathname, searchParams } = new URL(path, 'http://receiver');
  if (!pathname.endsWith(`/${discordToken}`)) return { refused: 404 };
  const { content = '', embeds = [], allowed_mentions: mentions } = JSON.parse(body) as DiscordMessage;
  const texts = embeds.map(({ description = '' }) => description);
  const footer = embeds.at(-1)?.footer?.text ?? '';
  const isBounded =
    texts.every((text) => text !== '' && text.length <= 4_096) && (texts.join('') + footer).length <= 6_000;
  const fits = content !== '' && content.length <= 2_000 && isBounded;
  const isQuiet = mentions?.parse?.length === 0 && searchParams.get('wait') === 'true';
  return fits && isQuiet ? identityOf(noticeId.exec(footer)?.[1]) : { refused: 400 };
}

interface PagerDutyEvent {
  readonly routing_key?: string;
  readonly dedup_key?: string;
  readonly payload?: { readonly custom_details?: { readonly noticeId?: string } };
}

/** An alert event has a key, a change event has none. */
function readPagerDuty({ path, body }: Request, { routingKey }: ReceiverSecrets): Verdict {
  const event = JSON.parse(body) as PagerDutyEvent;
  const isChange = path.endsWith('/change/enqueue');
  if (event.routing_key !== routingKey || isChange === (event.dedup_key !== undefined)) return { refused: 400 };
  return identityOf(event.payload?.custom_details?.noticeId);
}

const readers: Record<HttpChannel, (request: Request, secrets: ReceiverSecrets) => Verdict> = {
  webhook: readWebhook,
  slack: readSlack,
  mattermost: readMattermost,
  discord: readDiscord,
  pagerDuty: readPagerDuty,
};

const httpChannels = Object.keys(readers) as HttpChannel[];

/** Starts the receivers over HTTP, and a topic with a subscriber. */
export async function startReceivers(secrets: ReceiverSecrets): Promise<Receivers> {
  /** What was posted, by the identity of its notice. */
  const got: Record<HttpChannel, Map<string, string>> = {
    webhook: new Map(),
    slack: new Map(),
    mattermost: new Map(),
    discord: new Map(),
    pagerDuty: new Map(),
  };

  const receiver = await startReceiver((request) => {
    const channel = httpChannels.find((one) => request.path.startsWith(receiverPaths[one]));
    if (channel === undefined) return 404;
    const verdict = readers[channel](request, secrets);
    if ('refused' in verdict) return verdict.refused;
    got[channel].set(verdict.identity, request.body);
    return 202;
  });
  const topic = await startLocalTopic();
  return {
    url: new URL(receiver.url).origin,
    topicEndpoint: topic.endpoint,
    topicArn: topic.topicArn,
    async countsOf(workflowIds, saying = '') {
      const published = (await topic.received()).map(
        ({ attributes, text: said }) => [attributes['identity'] ?? '', said] as const,
      );
      const byChannel = [...httpChannels.map((one) => [one, got[one]] as const), ['sns', new Map(published)] as const];
      const isMeant = ([id, text]: readonly [string, string]): boolean =>
        workflowIds.some((workflowId) => id.startsWith(`${workflowId}:`)) && text.includes(saying);
      return Object.fromEntries(byChannel.map(([channel, notices]) => [channel, [...notices].filter(isMeant).length]));
    },
    async close() {
      await receiver.close();
      await topic.close();
    },
  };
}
