import type { Connection } from '@temporalio/client';
import type { Logger } from 'pino';
import { defined } from '../defined.ts';
import { creatingCommands, type AttributePlace } from '../delivery/searchAttributeCommands.ts';
import { areAttributesUsable, searchAttributeGaps } from '../delivery/searchAttributes.ts';
import { roleProblems } from '../delivery/temporalRoles.ts';
import { grpcCodeOf, reasonOfDeadline, unansweredReason } from '../delivery/unansweredCalls.ts';
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
 * The same with what is under way: where no sender of an envelope would be let in, because as much is under way as the
 * process takes at once, it is not ready.
 */
export function withRoom(readiness: Readiness, hasRoom: boolean): Readiness {
  if (!readiness.ready || hasRoom) return readiness;
  const reason = 'As many events are under way as this process takes at once; senders get 429';
  return { ...readiness, ready: false, reason };
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
  // First, since an unknown namespace fails all others.
  await connection.workflowService.describeNamespace({ namespace });
  const [{ missing, mistyped }, areUsable, roles] = await Promise.all([
    searchAttributeGaps(connection, namespace),
    areAttributesUsable(connection, namespace),
    roleProblems(connection, namespace),
  ]);
  const isUnmapped = missing.length === 0 && mistyped.length === 0 && !areUsable;
  const wrong = [
    ...mistyped,
    ...(missing.length === 0
      ? []
      : [`Search attributes are not registered in namespace ${namespace}: ${missing.join(', ')}`]),
    ...(isUnmapped ? [`Temporal does not take the search attributes of namespace ${namespace} yet`] : []),
    ...roles,
  ];
  if (wrong.length === 0) return { ready: true };
  const commands = missing.length === 0 ? {} : { commands: creatingCommands(place, missing) };
  return { ready: false, reason: wrong.join('; '), ...commands };
}

/** gRPC's codes for what is not there, for more than a server answers at once, and for a connection that does not come about. */
const notFound = 5;
const exhausted = 8;
const unavailable = 14;

function reasonOf(error: unknown, namespace: string): string {
  if (grpcCodeOf(error) === notFound)
    return `Temporal has no namespace ${namespace}. Create it, or name another in TEMPORAL_NAMESPACE`;
  return `Temporal cannot be used: ${error instanceof Error ? error.message : String(error)}`;
}

/**
 * Makes the readiness probe: Temporal answers, the namespace is there, every search attribute is registered with its type
 * and can be used, and history and matching answer. Probes that come while one is under way share its answer, so that they
 * cost Temporal little. Where Temporal answers that too much is asked at once, the last answer stays: it lets starts and
 * signals go before such questions, and every ingress would leave at the moment of the most events.
 * @param explain finds out why no connection comes about; what it found is the reason of the next probe.
 */
export function createReadinessProbe(
  connection: Connection,
  place: AttributePlace,
  explain: () => Promise<string | undefined> = () => Promise.resolve(undefined),
): () => Promise<Readiness> {
  let underWay: Promise<Readiness> | undefined;
  let explaining: Promise<void> | undefined;
  let explained: string | undefined;
  let wasReady = false;
  const notReady = (reason: string): Readiness => {
    explaining ??= explain()
      .then((found) => void (explained = found))
      .finally(() => (explaining = undefined));
    return { ready: false, reason: explained ?? reason };
  };
  const probe = async (): Promise<Readiness> => {
    const { promise: tooLate, resolve } = Promise.withResolvers<Readiness>();
    const timer = setTimeout(() => resolve(notReady(unansweredReason(answerWithinMs))), answerWithinMs);
    try {
      const answer = connection.withDeadline(Date.now() + answerWithinMs, () => check(connection, place));
      const found = await Promise.race([answer, tooLate]);
      if (found.ready) explained = undefined;
      wasReady = found.ready;
      return found;
    } catch (error) {
      if (grpcCodeOf(error) === exhausted && wasReady) return { ready: true };
      wasReady = false;
      const late = reasonOfDeadline(error, answerWithinMs);
      if (late !== undefined || grpcCodeOf(error) === unavailable)
        return notReady(late ?? reasonOf(error, place.namespace));
      return { ready: false, reason: reasonOf(error, place.namespace) };
    } finally {
      clearTimeout(timer);
      underWay = undefined;
    }
  };
  return () => (underWay ??= probe());
}
