import { changeSetRemediationType } from '../workflows/changeSetRemediation/contract.ts';
import { quarantineCommands, quarantinedEventType } from '../workflows/quarantinedEvent/contract.ts';
import { securityCaseType } from '../workflows/securityCase/contract.ts';
import { backfillTypes } from './backfillTypes.ts';
import { shellQuoted } from './format.ts';
import type { GivenCommand } from './operatorCommandInput.ts';
import type { ShownWorkflow } from './shown.ts';
import type { TemporalAccess } from './temporal.ts';

/** States of a lineage in which an operator's `retry` is taken (workflows/changeSetRemediation/state.ts). */
export const retryStates: readonly string[] = ['awaitingDecision', 'observed'];

/** What stands between the id and the actor in the commands that need more than these. */
const moreOf: Readonly<Record<GivenCommand, string>> = {
  retry: '',
  approve: '',
  amend: ' --change INDEX=FILE',
  acknowledge: '',
  snooze: ' --days N',
  resolve: '',
  reopen: '',
  recheck: '',
  abandon: '',
};

const updatesOf: Readonly<Record<string, readonly string[]>> = {
  [quarantinedEventType]: Object.keys(quarantineCommands),
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
  const taken = takenNow(workflow);
  if (taken !== undefined) {
    return Object.entries(moreOf).flatMap(([command, more]) =>
      taken.includes(command)
        ? [`npx steward ${command} ${id}${more} --actor NAME --reason REASON${access.flagsAgain}`]
        : [],
    );
  }
  if (backfillTypes.includes(workflow.type)) {
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

/** The commands that a workflow takes now, of a type that has commands; without a worker, those that it surely takes. */
function takenNow({
  type,
  state,
  attention,
  details,
}: Pick<ShownWorkflow, 'type' | 'state' | 'attention' | 'details'>): readonly string[] | undefined {
  switch (type) {
    case changeSetRemediationType:
      return retryStates.includes(state ?? '') ? (details?.commands ?? ['retry', 'abandon']) : [];
    case securityCaseType:
      return details?.commands ?? (attention === true ? ['acknowledge', 'resolve', 'recheck'] : []);
    default:
      return undefined;
  }
}
