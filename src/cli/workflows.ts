import { WorkflowNotFoundError } from '@temporalio/common';
import type { WorkflowExecutionDescription } from '@temporalio/client';
import { changeSetWorkflowId } from '../workflows/changeSetRemediation/contract.ts';
import { changeSetsAttribute } from '../workflows/shared/searchAttributes.ts';
import { printable } from './format.ts';
import { CommandProblem, exitCodes } from './problems.ts';
import { quoted } from './query.ts';
import type { TemporalAccess } from './temporal.ts';

/**
 * Finds the workflow that an operator means: by its id, or by the id of a change set, the origin's or a successor's.
 * @throws CommandProblem `notFound` where there is none
 */
export async function findWorkflow(access: TemporalAccess, named: string): Promise<WorkflowExecutionDescription> {
  const byId = await described(access, named.includes(':') ? named : changeSetWorkflowId(named));
  const found = byId ?? (await bySuccessor(access, named));
  if (found !== undefined) return found;
  throw new CommandProblem(
    exitCodes.notFound,
    `There is no workflow for ${printable(named)} in namespace ${access.peer.namespace}. See what there is: npx steward list${access.flagsAgain}`,
  );
}

async function described(
  access: TemporalAccess,
  workflowId: string,
): Promise<WorkflowExecutionDescription | undefined> {
  try {
    return await access.client.workflow.getHandle(workflowId).describe();
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

/** A running lineage comes before one that has ended. */
async function bySuccessor(
  access: TemporalAccess,
  changeSetId: string,
): Promise<WorkflowExecutionDescription | undefined> {
  if (changeSetId.includes(':')) return undefined;
  const member = `${changeSetsAttribute.name}=${quoted(changeSetId)}`;
  for (const query of [`${member} AND ExecutionStatus="Running"`, member]) {
    for await (const workflow of access.client.workflow.list({ query, pageSize: 1 })) {
      return described(access, workflow.workflowId);
    }
  }
  return undefined;
}
