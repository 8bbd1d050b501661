import type { Connection } from '@temporalio/client';
import { searchAttributeGaps } from '../delivery/searchAttributes.ts';

/** Whether events would be taken now; where not, why. */
export type Readiness = { readonly ready: true } | { readonly ready: false; readonly reason: string };

/** Probes give up after a few seconds; this answer comes before. */
const answerWithinMs = 2_000;

async function check(connection: Connection, namespace: string): Promise<Readiness> {
  await connection.workflowService.describeNamespace({ namespace });
  const gaps = await searchAttributeGaps(connection, namespace);
  const wrong = [
    ...(gaps?.mistyped ?? []),
    ...(gaps === undefined || gaps.missing.length === 0
      ? []
      : [`Search attributes are not registered in namespace ${namespace}: ${gaps.missing.join(', ')}`]),
  ];
  return wrong.length === 0 ? { ready: true } : { ready: false, reason: wrong.join('; ') };
}

/**
 * Makes the readiness probe: Temporal answers, the namespace is there, and every search attribute is registered with its
 * type. Probes that come while one is under way share its answer, so that they cost Temporal little.
 */
export function createReadinessProbe(connection: Connection, namespace: string): () => Promise<Readiness> {
  let underWay: Promise<Readiness> | undefined;
  const probe = async (): Promise<Readiness> => {
    const { promise: tooLate, resolve } = Promise.withResolvers<Readiness>();
    const timer = setTimeout(() => {
      resolve({ ready: false, reason: `Temporal did not answer within ${answerWithinMs} ms` });
    }, answerWithinMs);
    try {
      const answer = connection.withDeadline(Date.now() + answerWithinMs, () => check(connection, namespace));
      return await Promise.race([answer, tooLate]);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return { ready: false, reason: `Temporal cannot be used: ${message}` };
    } finally {
      clearTimeout(timer);
      underWay = undefined;
    }
  };
  return () => (underWay ??= probe());
}
