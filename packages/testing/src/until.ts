import { setTimeout as pause } from 'node:timers/promises';
import { isGrpcServiceError } from '@temporalio/client';

/**
 * Between two checks, in milliseconds: the longer it has taken, the longer, since most checks are queries, which the server
 * and the worker have to answer beside what is waited for.
 */
const [recheckFirstMs, recheckLongestMs] = [20, 100];

/** Longer than any test may take: nobody listens any more, and checking on would keep the process from ending. */
const longestMs = 300_000;

/** gRPC's status codes DEADLINE_EXCEEDED and UNAVAILABLE (grpc.io, Status codes), and FAILED_PRECONDITION. */
const [unanswered, failedPrecondition] = [new Set([4, 14]), 9];

/**
 * Whether nobody has answered yet: Temporal is too busy, or the worker was too slow for a task, which is repeated; until then
 * Temporal refuses queries.
 */
function isUnanswered(error: unknown): boolean {
  const cause = error instanceof Error && !isGrpcServiceError(error) ? error.cause : error;
  if (!isGrpcServiceError(cause)) return false;
  const code = Number(cause.code);
  return (
    unanswered.has(code) || (code === failedPrecondition && cause.details.includes('Workflow Task in failed state'))
  );
}

/**
 * Checks again until there is something, in real time; the deadline of the test ends it.
 * @param check gives undefined or false while there is nothing yet. Where nobody answers it, there is nothing yet either.
 * @param withinMs how long it may take, in milliseconds.
 */
export async function until<Found>(
  check: () => Promise<Found | undefined | false> | Found | undefined | false,
  withinMs = longestMs,
): Promise<Found> {
  const startedMs = performance.now();
  for (;;) {
    const found = await checked(check);
    if (found !== undefined && found !== false) return found;
    const waitedMs = performance.now() - startedMs;
    if (waitedMs > withinMs) throw new Error(`There was nothing for ${withinMs} ms: ${check.toString()}`);
    await pause(Math.min(recheckLongestMs, Math.max(recheckFirstMs, waitedMs / 20)));
  }
}

async function checked<Found>(check: () => Promise<Found> | Found): Promise<Found | undefined> {
  try {
    return await check();
  } catch (error) {
    if (isUnanswered(error)) return undefined;
    throw error;
  }
}
