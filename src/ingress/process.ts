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
/** After this the log says what the start waits for. */
const slowAfterMs = 3_000;
/** For one attempt: servers take some seconds, up to half a minute, until they know new attributes. */
const attemptWithinMs = 45_000;

/**
 * Registers search attributes as soon as Temporal can be reached. Until they are there, events get 503 and `/readyz` says
 * why, so a failure here is reported and never ends the process; so is a server that takes the call and does not answer.
 */
async function registerSearchAttributes(
  connection: Connection,
  place: AttributePlace,
  { logger, explain, signal }: { logger: Logger; explain: () => Promise<string | undefined>; signal: AbortSignal },
): Promise<void> {
  const { namespace } = place;
  let reported = false;
  const reportSilence = async (): Promise<void> => {
    const reason = (await explain()) ?? 'Temporal has not answered yet, or does not know new search attributes yet';
    if (reported || signal.aborted) return;
    logger.warn({ namespace, reason }, 'search attributes are not registered yet: events get 503 until they are');
    reported = true;
  };
  while (!signal.aborted) {
    const slow = setTimeout(() => void reportSilence(), slowAfterMs);
    try {
      const ensure = (): Promise<readonly string[]> => ensureSearchAttributes(connection, namespace);
      const missing = await connection.withAbortSignal(signal, () =>
        connection.withDeadline(Date.now() + attemptWithinMs, ensure),
      );
      reportMissing(place, missing, logger);
      return;
    } catch (error) {
      if (signal.aborted) return;
      const message = error instanceof Error ? error.message : String(error);
      if (!reported) logger.warn({ namespace, error: message }, 'failed to register search attributes; retrying');
      reported = true;
      // Only an operator can change that; a restart checks again.
      if (error instanceof SearchAttributeTypeError) return;
    } finally {
      clearTimeout(slow);
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
  const explain = async (): Promise<string | undefined> => {
    const trouble = await connectionTrouble(connectionOptions);
    return trouble && `Temporal at ${connectionOptions.address ?? 'localhost:7233'} ${trouble.sentence}`;
  };
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
    explain,
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
  const registering = registerSearchAttributes(connection, configuration.temporal, {
    logger,
    explain,
    signal: stop.signal,
  });
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
