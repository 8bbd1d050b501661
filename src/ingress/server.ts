import type { AddressInfo } from 'node:net';
import type { Connection, WorkflowClientInterceptor } from '@temporalio/client';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { defined } from '../defined.ts';
import type { QueueConfiguration } from '../config/queues.ts';
import type { Encryption } from '../config/encryption.ts';
import type { IngressAuthentication } from '../config/ingressCredentials.ts';
import { readIdentity, type TlsFiles } from '../config/tlsIdentity.ts';
import { clientOf } from '../delivery/connect.ts';
import { deadLettersDelivery } from '../delivery/deadLetters.ts';
import { deliver } from '../delivery/deliver.ts';
import type { RouteContext } from '../delivery/delivery.ts';
import { createApp } from './app.ts';
import { createAuthentications, isKnown } from './authentication.ts';
import { registerEventRoutes } from './eventRoutes.ts';
import { createFailureLimit, type FailureLimits } from './failureLimit.ts';
import { serveMetrics } from './metricsServer.ts';
import { noMetrics, type ScrapedMetrics } from './metrics.ts';
import { createReadinessLog, createReadinessProbe, forStrangers, withQueues, withRoom } from './readiness.ts';
import type { QueuesOptions, RunningQueues } from '../queues/index.ts';
import type { QueueState } from '../queues/receiver.ts';
import { createTakeEvent, type TakeEvent } from './takeEvent.ts';
import { followIdentity } from './tls.ts';

/**
 * What the ingress works with. The connection stays its owner's to close. Credentials and signatures are read at each
 * request, and may change.
 */
export interface IngressOptions extends IngressAuthentication {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly context: RouteContext;
  readonly connection: Connection;
  readonly namespace: string;
  /** Whether Temporal Cloud has the namespace. */
  readonly isCloud?: boolean;
  /** Finds out why no connection to Temporal comes about; a sentence, or undefined where nothing is found. */
  readonly explain?: () => Promise<string | undefined>;
  /** Absent where nothing is encrypted. */
  readonly encryption?: Encryption;
  /** Queues that it takes events from, beside HTTP; none where they are left out. */
  readonly queues?: readonly QueueConfiguration[];
  /** Where the roles of the queues are assumed; AWS's own where it is left out. */
  readonly tokenServiceEndpoint?: string;
  /** Between two counts of a dead-letter queue, in milliseconds; a minute where it is left out. */
  readonly countDeadLettersEveryMs?: number;
  /** Of its client, where traces are configured. */
  readonly interceptors?: readonly WorkflowClientInterceptor[];
  /** `host:port` where metrics can be scraped; none where it is left out. */
  readonly metricsAddress?: string;
  /** Proxies whose X-Forwarded-For says who sends: addresses and networks. None where they are left out. */
  readonly trustedProxies?: readonly string[];
  /** Certificate and key, which are followed; plain HTTP where they are left out. */
  readonly tls?: TlsFiles;
  /** Between two checks of those files, in milliseconds; 2 seconds where it is left out. */
  readonly checkTlsEveryMs?: number;
  /** How often an address may fail to prove itself; the usual where it is left out. */
  readonly failureLimits?: FailureLimits;
  readonly logger: Logger;
}

/** An ingress that takes events. */
export interface RunningIngress {
  /** For instance http://127.0.0.1:8080, without a slash at the end. */
  readonly url: string;
  /** Takes no more connections and messages, ends what is under way, and returns. */
  close(): Promise<void>;
}

/** One whose queues may change. */
export interface FollowingIngress extends RunningIngress {
  /** Receives from these queues from now on; one change after another. */
  followQueues(queues: readonly QueueConfiguration[]): Promise<void>;
}

function urlOf({ address, family, port }: AddressInfo, scheme: 'http' | 'https'): string {
  return family === 'IPv6' ? `${scheme}://[${address}]:${port}` : `${scheme}://${address}:${port}`;
}

/** The library is loaded where somebody scrapes: an ingress without metrics does without its memory. */
async function createMetrics(queues: () => readonly QueueState[]): Promise<ScrapedMetrics> {
  const { createIngressMetrics } = await import('./prometheus.ts');
  return createIngressMetrics(queues);
}

/** The description is made when somebody first asks for it: most processes are never asked. */
function registerDescription(app: FastifyInstance): void {
  let text: string | undefined;
  app.get('/openapi.json', async (_request, reply) => {
    text ??= JSON.stringify((await import('./openApi.ts')).openApiDocument());
    return reply.type('application/json; charset=utf-8').send(text);
  });
}

/** What a queue brings is EventBridge's: a webhook proves its sender by its headers, which a message does not have. */
function takingMessages(take: TakeEvent, logger: Logger): QueuesOptions['take'] {
  return (event, { isRepeated, ...marks }) => {
    const unreadable = event.kind === 'unreadable' ? event.reason : undefined;
    const own = logger.child({ envelope: 'eventbridge', ...marks });
    const { queue } = marks;
    const arrived = { transport: 'sqs', queue, envelope: 'eventbridge', bytes: event.bytes } as const;
    return take({ ...arrived, ...defined({ unreadable, isRepeated }) }, own);
  };
}

/**
 * Starts the ingress: `POST /v1/events/eventbridge`, `POST /v1/events/webhook`, `GET /healthz` (the process
 * runs) and `GET /readyz` (events would be taken now), and the queues. It keeps no state: what it answered 202 for is with Temporal.
 * It starts whether or not Temporal can be reached; until then events get 503.
 * @throws ConfigurationError where certificate and key cannot be used.
 */
export async function startIngress(options: IngressOptions): Promise<FollowingIngress> {
  const {
    host,
    port,
    connection,
    namespace,
    encryption,
    isCloud = false,
    explain,
    logger,
    context,
    queues = [],
    tokenServiceEndpoint,
    countDeadLettersEveryMs,
    metricsAddress,
    interceptors,
    trustedProxies,
    failureLimits,
    tls,
    checkTlsEveryMs,
  } = options;
  let running: RunningQueues | undefined;
  const scraped = metricsAddress === undefined ? undefined : await createMetrics(() => running?.states() ?? []);
  const metrics = scraped ?? noMetrics;
  const identity = tls && readIdentity(tls);
  const { app, report, underWay, renew } = createApp({
    logger,
    metrics,
    ...defined({ trustedProxies, tls: identity?.context }),
  });
  const client = clientOf(connection, namespace, defined({ encryption, interceptors }));
  const take = createTakeEvent(client, context, metrics);
  const authentications = createAuthentications(options, logger);
  const failures = createFailureLimit(failureLimits);
  registerEventRoutes(app, { take, authentications, failures, report, underWay, logger });
  app.get('/healthz', () => ({ healthy: true }));
  registerDescription(app);
  const probe = createReadinessProbe(connection, { namespace, isCloud }, explain);
  const logReadiness = createReadinessLog(logger);
  app.get('/readyz', async (request, reply) => {
    const takesHttp = Object.values(options.credentials).some((list) => list.length > 0);
    const hasRoom = !takesHttp || Object.values(authentications).some((one) => one.hasRoom());
    const readiness = withRoom(withQueues(await probe(), running?.states() ?? [], takesHttp), hasRoom);
    logReadiness(readiness);
    const shown = (await isKnown(request, authentications, failures)) ? readiness : forStrangers(readiness);
    return reply
      .code(readiness.ready ? 200 : 503)
      .header('connection', 'close')
      .send(shown);
  });
  const serving =
    metricsAddress === undefined || scraped === undefined ? undefined : await serveMetrics(metricsAddress, scraped);
  await app.listen({ host, port });
  const address = app.server.address();
  if (address === null || typeof address === 'string') throw new Error(`The ingress does not listen on ${host}`);
  const followQueues = async (next: readonly QueueConfiguration[]): Promise<void> => {
    if (running !== undefined) return running.follow(next);
    if (next.length === 0) return;
    // The SDK of Amazon SQS takes memory and time, and most processes have no queue.
    const { startQueues } = await import('../queues/index.ts');
    running = startQueues({
      queues: next,
      check: probe,
      logger,
      take: takingMessages(take, logger),
      reportDeadLetters: async (queue, counted) =>
        (await deliver(client, deadLettersDelivery(queue, counted))).outcome !== 'unavailable',
      ...defined({ tokenServiceEndpoint, countEveryMs: countDeadLettersEveryMs }),
    });
  };
  await followQueues(queues);
  const stopFollowing =
    tls &&
    identity &&
    followIdentity(tls, identity, { logger, apply: renew, ...defined({ checkEveryMs: checkTlsEveryMs }) });
  return {
    url: urlOf(address, tls === undefined ? 'http' : 'https'),
    followQueues,
    async close() {
      stopFollowing?.();
      await Promise.all([app.close(), running?.close()]);
      await serving?.close();
    },
  };
}
