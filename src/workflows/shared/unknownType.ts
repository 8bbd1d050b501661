import { ApplicationFailure } from '@temporalio/common';
import { setCurrentDetails, workflowInfo } from '@temporalio/workflow';
import { contracts } from '../contracts.ts';
import { plain } from './markdown.ts';
import { stateAttribute } from './searchAttributes.ts';
import { Unreadable } from './unreadable.ts';

const longestName = 100;

/**
 * Stands for every type that the worker does not have. What delivery or a workflow started waits for a worker that has the
 * type: it holds an event. What somebody started by hand with a misspelt type ends at once, with the names of all types; it
 * would otherwise run until somebody terminates it.
 */
export async function unknownType(): Promise<never> {
  const { workflowType, typedSearchAttributes } = workflowInfo();
  const isDelivered = typedSearchAttributes.get(stateAttribute) !== undefined;
  const name = workflowType.slice(0, longestName);
  if (isDelivered) {
    throw new Unreadable(`This worker has no type ${name}. Let a worker of a version that has it serve the workflow.`);
  }
  const types = contracts.map(({ type }) => type).toSorted();
  setCurrentDetails(
    `There is no workflow type ${plain(name)}. Start one of:\n\n${types.map((type) => `- ${type}`).join('\n')}`,
  );
  throw ApplicationFailure.nonRetryable(
    `There is no workflow type "${name}". Start one of: ${types.join(', ')}`,
    'InvalidInput',
  );
}
