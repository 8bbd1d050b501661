import type { WorkflowLine } from '../records.ts';
import { carriedOut, markerIn } from './lineage.ts';
import { groupedBy, workflowsById, type RunRecords } from './runRecords.ts';
import type { Breach } from './verdict.ts';

/** Those that own what the stream is about: of others, such as alarms, what was done to the system decides. */
const compared = /^(?:change-set|security|item|offer|quarantine|unconfigured|unknown-kind):/;

function shown({ signals: _signals, ...line }: WorkflowLine): object {
  return line;
}

function otherThanPlanned(records: RunRecords, workflows: ReadonlyMap<string, WorkflowLine>): readonly Breach[] {
  const attempts = groupedBy(carriedOut(records), ({ changeSetName }) => markerIn(changeSetName)?.origin ?? '');
  return Object.entries(records.plan.expected ?? {}).flatMap(([workflowId, { states, submits }]): readonly Breach[] => {
    const line = workflows.get(workflowId);
    const wanted = states.join(' or ');
    if (line === undefined)
      return [{ what: `${workflowId} is not there: it should be ${wanted}`, workflowId, lines: [] }];
    const lines = [shown(line)];
    if (!states.includes(line.state ?? '')) {
      return [{ what: `${workflowId} is ${line.state ?? 'in no state'}: it should be ${wanted}`, workflowId, lines }];
    }
    const calls = attempts.get(workflowId.replace(/^change-set:/, '')) ?? [];
    const sent = new Set(calls.map(({ changeSetName }) => markerIn(changeSetName)?.attempt)).size;
    if (submits === undefined || sent === submits) return [];
    const what = `${workflowId} has submitted ${sent} successors: it should have submitted ${submits}`;
    return [{ what, workflowId, lines: [...lines, ...calls] }];
  });
}

function otherThanUndisturbed(
  undisturbed: readonly WorkflowLine[],
  workflows: ReadonlyMap<string, WorkflowLine>,
  expected: Readonly<Record<string, unknown>>,
): readonly Breach[] {
  return undisturbed.flatMap((before): readonly Breach[] => {
    const { workflowId } = before;
    const line = workflows.get(workflowId);
    if (workflowId in expected || !compared.test(workflowId) || line?.state === before.state) return [];
    const what = `${workflowId} is ${line === undefined ? 'not there' : (line.state ?? 'in no state')}: undisturbed it is ${before.state ?? 'in no state'}`;
    return [{ what, workflowId, lines: [shown(before), ...(line === undefined ? [] : [shown(line)])] }];
  });
}

/**
 * Ends that differ from what the plan is certain of; of workflows that it does not name, from those of the undisturbed run
 * with the same seed.
 */
export function differ(records: RunRecords, undisturbed: readonly WorkflowLine[] = []): readonly Breach[] {
  const workflows = workflowsById(records.workflows);
  return [
    ...otherThanPlanned(records, workflows),
    ...otherThanUndisturbed(undisturbed, workflows, records.plan.expected ?? {}),
  ];
}
