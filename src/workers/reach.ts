import { setTimeout as delay } from 'node:timers/promises';
import { NativeConnection } from '@temporalio/worker';
import type { Logger } from 'pino';
import type { TemporalConfiguration } from '../config/temporal.ts';
import { connectionTrouble, TemporalConnectionError, type ConnectionTrouble } from '../delivery/connectionTrouble.ts';
import { ensureSearchAttributes } from '../delivery/searchAttributes.ts';
import { grpcCodeOf } from '../delivery/unansweredCalls.ts';

/** A connection over which Temporal has answered. */
export interface Reached {
  readonly connection: NativeConnection;
  /** Search attributes that an administrator has to create. */
  readonly missing: readonly string[];
}

/** What waiting for Temporal needs; the defaults are production's. */
export interface ReachOptions {
  readonly logger: Pick<Logger, 'warn' | 'info'>;
  /** Ends the waiting. */
  readonly signal?: AbortSignal | undefined;
  /** Waits so many milliseconds, or until the signal aborts: then it rejects. */
  readonly wait?: (ms: number, signal: AbortSignal | undefined) => Promise<unknown>;
  readonly attempt?: (configuration: TemporalConfiguration) => Promise<Reached>;
  readonly trouble?: (options: TemporalConfiguration['connectionOptions']) => Promise<ConnectionTrouble | undefined>;
  /** After so many milliseconds without an answer to the first attempt, the log says what the worker waits for. */
  readonly slowAfterMs?: number;
}

/** Between two attempts, in milliseconds: twice as long each time. */
const rechecks = { firstMs: 500, longestMs: 15_000 };
/** The SDK would wait without end where a connection opens and nobody answers on it. */
const connectWithinMs = 10_000;
/** The same of its first calls: a server takes up to half a minute until it knows new search attributes. */
const callsWithinMs = 45_000;
const slowAfterSeconds = 3;
/** gRPC codes of a server that is there and cannot answer yet: its other roles are starting, or it is busy. */
const passing: ReadonlySet<number> = new Set([4, 8, 14]); // DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, UNAVAILABLE
/**
 * The same in the words of the worker's own connection, which gives no code; and a connection that could not be made or
 * broke, though the server answers by now.
 */
const passingWords =
  /currently unavailable|resource has been exhausted|(?:deadline|timeout) expired|tcp connect error|connection (?:refused|reset|closed)|broken pipe/i;

async function connected({ connectionOptions }: TemporalConfiguration): Promise<NativeConnection> {
  const connecting = NativeConnection.connect(connectionOptions);
  const late = AbortSignal.timeout(connectWithinMs);
  const { promise: tooLate, reject } = Promise.withResolvers<never>();
  late.addEventListener('abort', () => reject(new Error(`no answer within ${connectWithinMs} ms`)));
  try {
    return await Promise.race([connecting, tooLate]);
  } catch (error) {
    connecting.then((connection) => connection.close()).catch(() => undefined);
    throw error;
  }
}

async function attemptOnce(configuration: TemporalConfiguration): Promise<Reached> {
  const connection = await connected(configuration);
  try {
    const ensure = (): Promise<readonly string[]> => ensureSearchAttributes(connection, configuration.namespace);
    return { connection, missing: await connection.withDeadline(Date.now() + callsWithinMs, ensure) };
  } catch (error) {
    await connection.close();
    throw error;
  }
}

/** Why an attempt failed that a later one may pass; undefined where it would fail again. @throws TemporalConnectionError */
async function passingReason(
  error: unknown,
  { connectionOptions }: TemporalConfiguration,
  trouble: NonNullable<ReachOptions['trouble']>,
): Promise<string | undefined> {
  if (!(error instanceof Error)) return undefined;
  const code = grpcCodeOf(error);
  if (code !== undefined) return passing.has(code) ? `cannot be used yet: ${firstLine(error.message)}.` : undefined;
  const isOfConnection = error.name === 'TransportError' || error.message.startsWith('no answer within');
  if (!isOfConnection) return undefined;
  const found = await trouble(connectionOptions);
  if (found !== undefined && !found.isAway) throw new TemporalConnectionError(found.sentence);
  if (found !== undefined) return found.sentence;
  const passes = passingWords.test(error.message) || error.message.startsWith('no answer within');
  return passes ? `cannot be used yet: ${firstLine(error.message)}.` : undefined;
}

const firstLine = (text: string): string => (text.split('\n', 1)[0] ?? '').replace(/[.\s]+$/, '');

/**
 * Connects to Temporal and registers the search attributes. While nobody answers there, it waits and says why, each reason
 * once; so a worker may start before its server.
 * @throws TemporalConnectionError where the settings are wrong, and what the server refuses; where the signal aborts, its reason.
 */
export async function reachTemporal(configuration: TemporalConfiguration, options: ReachOptions): Promise<Reached> {
  const { logger, signal, wait = waited, attempt = attemptOnce, trouble = connectionTrouble } = options;
  const address = configuration.connectionOptions.address ?? 'localhost:7233';
  let delayMs = rechecks.firstMs;
  let reported: string | undefined;
  const slow = setTimeout(
    () => {
      reported ??= '';
      const sentence = `Temporal at ${address} has not answered the first calls yet. The worker waits, and says more once it knows why.`;
      logger.warn({ address }, sentence);
    },
    options.slowAfterMs ?? slowAfterSeconds * 1_000,
  );
  for (;;) {
    try {
      const reached = await untilAborted(attempt(configuration), signal);
      clearTimeout(slow);
      if (reported !== undefined) logger.info({ address }, 'Temporal answers');
      return reached;
    } catch (error) {
      clearTimeout(slow);
      signal?.throwIfAborted();
      const reason = await passingReason(error, configuration, trouble);
      if (reason === undefined) throw error;
      if (reason !== reported) {
        logger.warn(
          { address, reason },
          `Temporal at ${address} ${reason} The worker waits, and goes on once it answers.`,
        );
      }
      reported = reason;
    }
    await wait(delayMs, signal);
    delayMs = Math.min(rechecks.longestMs, delayMs * 2);
  }
}

/** An attempt may hang as long as its calls may: a server that takes a connection need not answer on it. */
async function untilAborted(attempted: Promise<Reached>, signal: AbortSignal | undefined): Promise<Reached> {
  if (signal === undefined) return attempted;
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([attempted, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
    if (signal.aborted) attempted.then(({ connection }) => connection.close()).catch(() => undefined);
  }
}

const waited: NonNullable<ReachOptions['wait']> = (ms, signal) =>
  // Several workers come back at different moments.
  delay(ms * (0.75 + Math.random() / 2), undefined, signal === undefined ? {} : { signal });
