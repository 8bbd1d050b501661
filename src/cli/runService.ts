import { setTimeout as delay } from 'node:timers/promises';
import closeWithGrace from 'close-with-grace';
import type { Logger } from 'pino';
import { ConfigurationError } from '../config/errors.ts';
import { loadConfiguration } from '../config/load.ts';
import type { Configuration } from '../config/load.ts';
import type { SecretUse } from '../config/secretUses.ts';
import { createLogger } from '../logging/logger.ts';
import type { QueueName } from '../workflows/shared/taskQueues.ts';
import { exitCodes, unforeseenProblem, type CommandContext, type CommandResult } from './command.ts';
import type { TemporalFlags } from './options.ts';
import { releaseStartMemory } from './startMemory.ts';
import { temporalProblem } from './temporal.ts';

/** A service that runs until it is closed. */
export interface RunningService {
  /** Rejects where it could not go on; absent where only `close` ends it. */
  readonly run?: Promise<void>;
  close(): Promise<void>;
}

/** What `steward worker`, `steward ingress` and `steward run` are given. */
export interface ServiceFlags extends TemporalFlags {
  readonly config?: string;
  readonly json?: true;
  /** Those that a worker serves; all where it names none. */
  readonly queues?: readonly QueueName[];
  /** The Worker Deployment of which a worker is a version. */
  readonly deployment?: string;
}

/** One of the services, as the command needs it. */
export interface Service<Running extends RunningService> {
  readonly name: 'worker' | 'ingress' | 'run' | 'codec-server';
  /** What its own texts call it. */
  readonly title: string;
  /** Whose secrets it needs. */
  readonly secrets: (flags: ServiceFlags) => readonly SecretUse[];
  /** The signal ends a start that waits: then it rejects. */
  readonly start: (
    configuration: Configuration,
    logger: Logger,
    flags: ServiceFlags,
    signal: AbortSignal,
  ) => Promise<Running>;
  /** What standard output says once it is ready. */
  readonly ready: (
    running: Running,
    configuration: Configuration,
    flags: ServiceFlags,
  ) => Pick<CommandResult, 'text' | 'document'>;
}

/** For the activities and requests under way; containers get a little more (docker-compose.yml). */
const closeWithinMs = 35_000;
/** The SDK keeps what it has compiled of the workflow bundle for ten seconds, for debuggers. */
const sdkHoldsBundleMs = 12_000;
/** What only starts has begun nothing yet, and may hang in a call that Temporal does not answer. */
const startEndsWithinMs = 3_000;

/**
 * Runs a service until SIGTERM or SIGINT; on SIGHUP it reads its configuration again. Returns once it is ready. Its log
 * goes to standard error.
 */
export async function runService<Running extends RunningService>(
  service: Service<Running>,
  flags: ServiceFlags,
  context: CommandContext,
): Promise<CommandResult> {
  const file = flags.config ?? context.environment['STEWARD_CONFIG'];
  const configuration = loadConfiguration(context.environment, file, service.secrets(flags), flags);
  // A worker's log can be a channel of notices: those are written before they count as sent.
  const logger = createLogger({ name: service.name, isBesideWork: service.name === 'ingress' });
  const stop = new AbortController();
  const starting = started(service, configuration, logger, { flags, signal: stop.signal });
  closeUpon(starting, logger, stop);
  const running = await starting.catch((error: unknown) => {
    if (!stop.signal.aborted) throw error;
    // The process was asked to end before it was ready, and ends now.
    return new Promise<never>(() => undefined);
  });
  // The process ends with 1: its supervisor starts it again.
  running.run?.catch((error: unknown) => {
    logger.fatal({ error: unforeseenProblem(error).message }, `the ${service.title} could not go on`);
    process.exit(exitCodes.failed);
  });
  releaseStartMemory();
  if (service.name === 'worker' || service.name === 'run') setTimeout(releaseStartMemory, sdkHoldsBundleMs).unref();
  return { ...service.ready(running, configuration, flags), exitCode: exitCodes.ok };
}

async function started<Running extends RunningService>(
  service: Service<Running>,
  configuration: Configuration,
  logger: Logger,
  { flags, signal }: { readonly flags: ServiceFlags; readonly signal: AbortSignal },
): Promise<Running> {
  try {
    return await service.start(configuration, logger, flags, signal);
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    const { connectionOptions, namespace } = configuration.temporal;
    throw temporalProblem(error, {
      address: connectionOptions.address ?? 'localhost:7233',
      namespace,
      source: 'from --address or TEMPORAL_ADDRESS',
    });
  }
}

function closeUpon(starting: Promise<RunningService>, logger: Logger, stop: AbortController): void {
  const { uninstall } = closeWithGrace({ delay: closeWithinMs, logger, skip: ['SIGHUP'] }, async ({ signal, err }) => {
    if (err !== undefined) logger.fatal({ error: err.message, stack: err.stack }, 'uncaught error');
    logger.info({ signal }, 'closing');
    stop.abort();
    const running = await Promise.race([starting.catch(() => undefined), delay(startEndsWithinMs)]);
    await running?.close();
    logger.info('closed');
  });
  // The command itself reports what did not start.
  starting.catch(uninstall);
}
