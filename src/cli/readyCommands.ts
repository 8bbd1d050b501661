import { backfillItemsType } from '../workflows/backfillItems/messages.ts';
import { changeSetRemediationType } from '../workflows/changeSetRemediation/messages.ts';
import { discardUpdate, quarantinedEventType, replayUpdate } from '../workflows/quarantinedEvent/messages.ts';
import { acknowledgeUpdate, resolveUpdate, securityCaseType } from '../workflows/securityCase/messages.ts';
import type { ChangeSetCommand } from './changeSetWords.ts';
import { shellQuoted } from './format.ts';
import type { ShownWorkflow } from './shown.ts';
import type { TemporalAccess } from './temporal.ts';

/** States of a lineage in which a person's `retry` is taken (workflows/changeSetRemediation/state.ts). */
export const retryStates: readonly string[] = ['awaitingPerson', 'observed'];

/** What stands between the id and the actor in the commands that need more than these. */
const moreOf: Readonly<Record<ChangeSetCommand, string>> = {
  retry: '',
  approve: '',
  amend: ' --change INDEX=FILE',
  resolve: '',
  abandon: '',
};

const updatesOf: Readonly<Record<string, readonly string[]>> = {
  [securityCaseType]: [acknowledgeUpdate.name, resolveUpdate.name],
  [quarantinedEventType]: [replayUpdate.name, discardUpdate.name],
};

/**
 * The commands that make sense now, ready to be pasted once what stands in capitals is filled in: none for a workflow that
 * nobody has to answer.
 */
export function readyCommands(
  access: Pick<TemporalAccess, 'peer' | 'flagsAgain'>,
  workflow: Pick<ShownWorkflow, 'type' | 'workflowId' | 'status' | 'state' | 'attention' | 'details'>,
): readonly string[] {
  if (workflow.status !== 'RUNNING') return [];
  const id = shellQuoted(workflow.workflowId);
  if (workflow.type === changeSetRemediationType) {
    if (!retryStates.includes(workflow.state ?? '')) return [];
    // Without a worker nobody says what is taken; these two always are.
    const taken = workflow.details?.commands ?? ['retry', 'abandon'];
    return Object.entries(moreOf).flatMap(([command, more]) =>
      taken.includes(command)
        ? [`npx steward ${command} ${id}${more} --actor NAME --reason REASON${access.flagsAgain}`]
        : [],
    );
  }
  if (workflow.type === backfillItemsType) {
    return (workflow.details?.commands ?? []).map(
      (command) => `npx steward backfill ${command} ${id} --actor NAME --reason REASON${access.flagsAgain}`,
    );
  }
  if (workflow.attention !== true) return [];
  const { address, namespace } = access.peer;
  const there = `--address ${shellQuoted(address)} --namespace ${shellQuoted(namespace)}`;
  const input = shellQuoted('{"actor":"NAME","reason":"REASON"}');
  return (updatesOf[workflow.type] ?? []).map(
    (name) => `temporal workflow update execute --workflow-id ${id} --name ${name} --input ${input} ${there}`,
  );
}
