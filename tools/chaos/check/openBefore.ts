import type { SentLine } from '../records.ts';
import { groupedBy, type RunRecords } from './runRecords.ts';

/**
 * Events that matter to an open workflow only, and that came while theirs was open: they set out after another event, which
 * opens it, was acknowledged, and it is open to the end.
 * @returns their keys
 */
export function cameToOpenOnes({ plan, sent, workflows }: RunRecords): ReadonlySet<string> {
  const open = new Set(workflows.filter(({ status }) => status === 'RUNNING').map(({ workflowId }) => workflowId));
  const lines = groupedBy(sent, ({ event }) => event);
  const earliest = (key: string, fits: (line: SentLine) => boolean): number =>
    Math.min(...(lines.get(key) ?? []).filter(fits).map(({ at }) => Date.parse(at)));
  const openedMs = new Map<string, number>();
  for (const { key, workflowId, mayBeIgnored } of plan.events) {
    if (mayBeIgnored === true || !open.has(workflowId)) continue;
    const atMs = earliest(key, (line) => line.kind === 'end' && line.end === 'acknowledged');
    openedMs.set(workflowId, Math.min(openedMs.get(workflowId) ?? Number.POSITIVE_INFINITY, atMs));
  }
  const came = plan.events.filter(({ key, workflowId, mayBeIgnored }) => {
    const setOutMs = earliest(key, ({ kind }) => kind === 'attempt');
    return mayBeIgnored === true && setOutMs > (openedMs.get(workflowId) ?? Number.POSITIVE_INFINITY);
  });
  return new Set(came.filter(({ key }) => lines.has(key)).map(({ key }) => key));
}
