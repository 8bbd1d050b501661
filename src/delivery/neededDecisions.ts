import type { Client } from '@temporalio/client';
import { attentionAttribute } from '../workflows/shared/searchAttributes.ts';
import { stewardTaskQueue } from '../workflows/shared/taskQueues.ts';
import { quoted } from './workflows.ts';

const query = [
  `TaskQueue=${quoted(stewardTaskQueue)}`,
  'ExecutionStatus="Running"',
  `${attentionAttribute.name}=true`,
].join(' AND ');

/** Counts the workflows that need a decision. Throws what the connection throws. */
export async function countNeededDecisions(client: Client): Promise<number> {
  return (await client.workflow.count(query)).count;
}
