import type { Client } from '@temporalio/client';
import { defined } from '../../src/defined.ts';
import type { RouteContext } from '../../src/delivery/delivery.ts';
import { read } from '../../src/delivery/read.ts';
import {
  accountAttribute,
  attemptAttribute,
  attentionAttribute,
  changeSetsAttribute,
  fitSubject,
  stateAttribute,
  subjectAttribute,
} from '../../src/workflows/shared/searchAttributes.ts';
import { stewardTaskQueue } from '../../src/workflows/shared/taskQueues.ts';
import type { FreshEvent } from './events.ts';

/**
 * Prepares the one call that the ingress makes for an event, with the same workflow type, input, signal, search
 * attributes and summary, so that nothing of it is left to do when it is timed: the floor.
 * @throws Error where the event would not go to one workflow
 */
export function bareCall(client: Client, context: RouteContext, { bytes }: FreshEvent): () => Promise<void> {
  const reading = read('eventbridge', bytes, context);
  if (reading.outcome !== 'deliver') throw new Error(`the sample event is not delivered but ${reading.outcome}`);
  const [delivery] = reading.deliveries;
  const { state, account, attention, changeSets = [], attempt = 0, subject = '' } = delivery.attributes;
  const options = {
    workflowId: delivery.workflowId,
    taskQueue: stewardTaskQueue,
    args: [delivery.input],
    signal: delivery.signal.name,
    signalArgs: [delivery.signal.message],
    typedSearchAttributes: [
      { key: stateAttribute, value: state },
      { key: accountAttribute, value: account },
      { key: attentionAttribute, value: attention },
      { key: changeSetsAttribute, value: [...changeSets] },
      { key: attemptAttribute, value: attempt },
      { key: subjectAttribute, value: fitSubject(subject) },
    ],
    staticSummary: delivery.staticSummary,
    ...defined({ staticDetails: delivery.staticDetails }),
    workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY' as const,
    workflowIdConflictPolicy: 'USE_EXISTING' as const,
  };
  return async () => {
    await client.workflow.signalWithStart(delivery.workflowType, options);
  };
}
