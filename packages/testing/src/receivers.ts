import { Webhook } from 'standardwebhooks';
import { startLocalTopic } from './localTopic.ts';
import { startReceiver, type Received } from './receiver.ts';

/** What came in. */
type Request = Pick<Received, 'path' | 'headers' | 'body'>;

/** What senders of notices prove themselves with here. */
export interface ReceiverSecrets {
  /** Of Standard Webhooks: `whsec_` and base64. */
  readonly signingKey: string;
  /** The last part of the incoming webhook's address. */
  readonly slackToken: string;
  readonly routingKey: string;
}

/** Where notices are received. */
export interface ReceiverAddresses {
  /** Of the server for webhook, Slack and PagerDuty, each below a path of its own. */
  readonly url: string;
  readonly topicEndpoint: string;
  readonly topicArn: string;
}

/** The other ends of the notice channels, on loopback; they take only what is well formed and proves its sender. */
export interface Receivers extends ReceiverAddresses {
  /** How many notices of these workflows each channel has got, repeats of an identity not counted. */
  countsOf(...workflowIds: readonly string[]): Promise<Readonly<Record<string, number>>>;
  close(): Promise<void>;
}

/** The paths below the server's address. */
export const receiverPaths = { webhook: '/webhook', slack: '/slack', pagerDuty: '/pagerDuty' } as const;

type HttpChannel = keyof typeof receiverPaths;

/** What a receiver makes of a request: the identity of a notice, or the status that refuses it. */
type Verdict = { readonly identity: string } | { readonly refused: number };

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
  return shown === undefined ? { refused: 400 } : identityOf(/ notice (\S+)$/.exec(context)?.[1]);
}

interface PagerDutyEvent {
  readonly routing_key?: string;
  readonly dedup_key?: string;
  readonly payload?: { readonly custom_details?: { readonly noticeId?: string } };
}

function readPagerDuty({ body }: Request, { routingKey }: ReceiverSecrets): Verdict {
  const event = JSON.parse(body) as PagerDutyEvent;
  if (event.routing_key !== routingKey || event.dedup_key === undefined) return { refused: 400 };
  return identityOf(event.payload?.custom_details?.noticeId);
}

const readers: Record<HttpChannel, (request: Request, secrets: ReceiverSecrets) => Verdict> = {
  webhook: readWebhook,
  slack: readSlack,
  pagerDuty: readPagerDuty,
};

const httpChannels = Object.keys(readers) as HttpChannel[];

/** Starts the receivers of webhook, Slack and PagerDuty, and a topic with a subscriber. */
export async function startReceivers(secrets: ReceiverSecrets): Promise<Receivers> {
  const got: Record<HttpChannel, Set<string>> = { webhook: new Set(), slack: new Set(), pagerDuty: new Set() };

  const receiver = await startReceiver((request) => {
    const channel = httpChannels.find((one) => request.path.startsWith(receiverPaths[one]));
    if (channel === undefined) return 404;
    const verdict = readers[channel](request, secrets);
    if ('refused' in verdict) return verdict.refused;
    got[channel].add(verdict.identity);
    return 202;
  });
  const topic = await startLocalTopic();
  return {
    url: new URL(receiver.url).origin,
    topicEndpoint: topic.endpoint,
    topicArn: topic.topicArn,
    async countsOf(...workflowIds) {
      const published = (await topic.received()).map(({ attributes }) => attributes['identity'] ?? '');
      const byChannel = [...httpChannels.map((one) => [one, got[one]] as const), ['sns', new Set(published)] as const];
      const isOfThem = (id: string) => workflowIds.some((workflowId) => id.startsWith(`${workflowId}:`));
      return Object.fromEntries(byChannel.map(([channel, ids]) => [channel, [...ids].filter(isOfThem).length]));
    },
    async close() {
      await receiver.close();
      await topic.close();
    },
  };
}
