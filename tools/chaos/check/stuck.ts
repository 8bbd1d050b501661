import type { RunRecords } from './runRecords.ts';
import type { Breach } from './verdict.ts';

/** States in which the service itself acts or waits (docs/architecture.md): once all is quiet, no workflow is in one. */
const underWay: ReadonlySet<string> = new Set([
  'starting',
  'diagnosing',
  'retrying',
  'awaitingOutcome',
  'awaitingBlocker',
  'abandoning',
  'querying',
  'replaying',
  'delivering',
]);
const orderly: ReadonlySet<string> = new Set(['RUNNING', 'COMPLETED', 'CONTINUED_AS_NEW']);

/** Workflows that failed or were ended by nobody’s wish, that cannot go on, or that still work when all is quiet. */
export function stuckOrFailed({ workflows }: RunRecords): readonly Breach[] {
  return workflows.flatMap((line): readonly Breach[] => {
    const { workflowId, status, state, problem } = line;
    const why = !orderly.has(status)
      ? `ended as ${status}`
      : problem !== undefined
        ? `cannot go on: ${problem}`
        : status === 'RUNNING' && state !== undefined && underWay.has(state)
          ? `is ${state} still`
          : undefined;
    return why === undefined
      ? []
      : [{ what: `${workflowId} ${why}`, workflowId, lines: [{ ...line, signals: undefined }] }];
  });
}
