import type { Client } from '@temporalio/client';

/** Makes a call of the server's; gives undefined where it failed, which has become a problem, or is not made any more. */
export type Attempt = <Result>(what: string, act: () => Promise<Result>) => Promise<Result | undefined>;

/** One call of the server's, at most; in milliseconds. */
const callWithinMs = 10_000;

/**
 * Attempts at what a keeper of schedules does, one after another: what the server refuses holds up none of the others.
 * @param signal once it is aborted, the call that is under way is given up, and none follows.
 * @returns one sentence for each call that the server did not take, as they come about, and what makes the calls.
 */
export function scheduleAttempts(
  client: Client,
  signal: AbortSignal,
): { readonly problems: readonly string[]; readonly attempt: Attempt } {
  const problems: string[] = [];
  return {
    problems,
    attempt: async (what, act) => {
      if (signal.aborted) return undefined;
      try {
        return await client.withAbortSignal(signal, () => client.withDeadline(Date.now() + callWithinMs, act));
      } catch (error) {
        if (!signal.aborted) problems.push(`${what}: ${reasonOf(error)}`);
        return undefined;
      }
    },
  };
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}
