import { setTimeout as wait } from 'node:timers/promises';
import type { Connection } from '@temporalio/client';
import type { Logger } from 'pino';
import { defined } from '../defined.ts';
import { followConfiguration } from '../config/live.ts';
import type { Configuration } from '../config/load.ts';
import { connectLazily } from '../delivery/connect.ts';
import { connectionTrouble } from '../delivery/connectionTrouble.ts';
import { reportMissing, type AttributePlace } from '../delivery/searchAttributeCommands.ts';
import { ensureSearchAttributes, SearchAttributeTypeError } from '../delivery/searchAttributes.ts';
import { tracingOf } from '../tracing/index.ts';
import { startIngress, type FollowingIngress, type RunningIngress } from './server.ts';

const tryAgainMs = 2_000;

/**
 * Registers search attributes as soon as Temporal can be reached. Until they are there, events get 503 and `/readyz` says
 * why, so a failure here is reported and never ends the process.
 */
async function registerSearchAttributes(
  connection: Connection,
  place: AttributePlace,
  logger: Logger,
  signal: AbortSignal,
): Promise<void> {
  const { namespace } = place;
  let reported = false;
  while (!signal.aborted) {
    try {
      const missing = await connection.withAbortSignal(signal, () => ensureSearchAttributes(connection, namespace));
      reportMissing(place, missing, logger);
      return;
    } catch (error) {
      if (signal.aborted) return;
      const message = error instanceof Error ? error.message : String(error);
      if (!reported) logger.warn({ namespace, error: message }, 'failed to register search attributes; retrying');
      reported = true;
      // Only an operator can change that; a restart checks again.
      if (error instanceof SearchAttributeTypeError) return;
    }
    await wait(tryAgainMs, undefined, { signal }).catch(() => undefined);
  }
}

/**
 * Runs the ingress of a configuration, which it follows: what `steward ingress` and `npm start` call. Closing it answers
 * what is under way and closes the connection to Temporal.
 */
export async function runIngressProcess(configuration: Configuration, logger: Logger): Promise<RunningIngress> {
  const { namespace, isCloud, connectionOptions } = configuration.temporal;
  const connection = connectLazily(configuration.temporal);
  const started = Promise.withResolvers<FollowingIngress>();
  const followed = followConfiguration(configuration, {
    logger,
    onChange: async (changed) => (await started.promise).followQueues(changed.ingress.queues),
  });
  const tracing = await tracingOf(configuration, logger);
  const ingress = await startIngress({
    ...configuration.ingress,
    get credentials() {
      return followed.configuration.ingress.credentials;
    },
    get signatures() {
      return followed.configuration.ingress.signatures;
    },
    context: followed.configuration,
    connection,
    namespace,
    isCloud,
    explain: async () => {
      const trouble = await connectionTrouble(connectionOptions);
      return trouble && `Temporal at ${connectionOptions.address ?? 'localhost:7233'} ${trouble.sentence}`;
    },
    logger,
    ...defined({
      encryption: configuration.encryption,
      interceptors: tracing?.client,
      metricsAddress: configuration.metrics.ingressPrometheusAddress,
      tokenServiceEndpoint: configuration.endpoints.securityTokenService,
    }),
  }).catch((error: unknown) => {
    followed.close();
    throw error;
  });
  started.resolve(ingress);
  const stop = new AbortController();
  const registering = registerSearchAttributes(connection, configuration.temporal, logger, stop.signal);
  const queues = configuration.ingress.queues.map(({ name }) => name);
  logger.info(
    { url: ingress.url, namespace, ...defined({ queues: queues.length > 0 ? queues : undefined }) },
    'the ingress takes events',
  );
  return {
    url: ingress.url,
    async close() {
      followed.close();
      stop.abort();
      await ingress.close();
      await connection.close();
      await registering;
      await tracing?.close();
    },
  };
}
