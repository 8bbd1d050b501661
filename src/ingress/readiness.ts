import type { Connection } from '@temporalio/client';
import type { Logger } from 'pino';
import { defined } from '../defined.ts';
import { creatingCommands, type AttributePlace } from '../delivery/searchAttributeCommands.ts';
import { searchAttributeGaps } from '../delivery/searchAttributes.ts';
import { reasonOfDeadline, unansweredReason } from '../delivery/unansweredCalls.ts';
import type { QueueState } from '../queues/receiver.ts';

/** Whether events would be taken now; where not, why, and the commands that create the attributes that are missing. */
export type Readiness = (
  { readonly ready: true } | { readonly ready: false; readonly reason: string; readonly commands?: readonly string[] }
) & {
  /** Absent where there are none. */
  readonly queues?: readonly QueueState[];
};

/**
 * The same with the queues. A process that takes events of queues only is ready while it can receive from one of them; one
 * that also takes them by HTTP is ready whatever the queues say, or its senders would be refused for another's sake.
 */
export function withQueues(readiness: Readiness, queues: readonly QueueState[], takesHttp: boolean): Readiness {
  if (queues.length === 0) return readiness;
  if (!readiness.ready || takesHttp || queues.some(({ state }) => state !== 'failing')) return { ...readiness, queues };
  const named = queues.map(({ name, error }) => `${name} (${error ?? 'unknown'})`).join(', ');
  return { ready: false, reason: `Amazon SQS refuses every queue: ${named}`, queues };
}

/**
 * What anybody may see: no words of Temporal or AWS, and no names but those of the queues.
 */
export function forStrangers({ ready, queues }: Readiness): object {
  const reason =
    'Events cannot be taken now. The log says why, and so does this answer to a request with a credential.';
  const shown = queues?.map(({ name, state }) => ({ name, state }));
  return { ready, ...(ready ? {} : { reason }), ...defined({ queues: shown }) };
}

/** Writes why events cannot be taken, each reason once until it changes. */
export function createReadinessLog(logger: Logger): (readiness: Readiness) => void {
  let last: string | undefined;
  return (readiness) => {
    const reason = readiness.ready ? undefined : readiness.reason;
    if (reason !== last && reason !== undefined) logger.warn({ reason }, 'not ready to take events');
    if (reason !== last && reason === undefined) logger.info('ready to take events');
    last = reason;
  };
}

/** Probes give up after a few seconds; this answer comes before. */
const answerWithinMs = 2_000;

async function check(connection: Connection, place: AttributePlace): Promise<Readiness> {
  const { namespace } = place;
  await connection.workflowService.describeNamespace({ namespace });
  const { missing, mistyped } = await searchAttributeGaps(connection, namespace);
  if (missing.length === 0 && mistyped.length === 0) return { ready: true };
  const unregistered = `Search attributes are not registered in namespace ${namespace}: ${missing.join(', ')}`;
  const wrong = missing.length === 0 ? mistyped : [...mistyped, unregistered];
  const reason = wrong.join('; ');
  return { ready: false, reason, ...(missing.length === 0 ? {} : { commands: creatingCommands(place, missing) }) };
}

/**
 * Makes the readiness probe: Temporal answers, the namespace is there, and every search attribute is registered with its
 * type. Probes that come while one is under way share its answer, so that they cost Temporal little.
 */
export function createReadinessProbe(connection: Connection, place: AttributePlace): () => Promise<Readiness> {
  let underWay: Promise<Readiness> | undefined;
  const unanswered: Readiness = { ready: false, reason: unansweredReason(answerWithinMs) };
  const probe = async (): Promise<Readiness> => {
    const { promise: tooLate, resolve } = Promise.withResolvers<Readiness>();
    const timer = setTimeout(() => resolve(unanswered), answerWithinMs);
    try {
      const answer = connection.withDeadline(Date.now() + answerWithinMs, () => check(connection, place));
      return await Promise.race([answer, tooLate]);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return {
        ready: false,
        reason: reasonOfDeadline(error, answerWithinMs) ?? `Temporal cannot be used: ${message}`,
      };
    } finally {
      clearTimeout(timer);
      underWay = undefined;
    }
  };
  return () => (underWay ??= probe());
}
