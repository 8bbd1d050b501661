import { z } from 'zod';
import { amendmentQuery } from '../workflows/changeSetRemediation/contract.ts';
import type { TemporalAccess } from './temporal.ts';

const schema = z.object({
  proposedBy: z.string(),
  indexes: z.array(z.number()),
  difference: z.array(z.string()).exactOptional(),
});

/** Other details that an operator proposes for a change set, and what they would change. */
export type Proposal = z.infer<typeof schema>;

const answerWithinMs = 5_000;

/**
 * Asks the workflow of a change set for the proposal that waits to be approved.
 * @returns undefined where there is none, or nobody answers
 */
export async function openProposal(
  access: TemporalAccess,
  { workflowId, runId }: { readonly workflowId: string; readonly runId: string },
): Promise<Proposal | undefined> {
  const handle = access.client.workflow.getHandle(workflowId, runId);
  const ask = () => handle.query<unknown>(amendmentQuery.name);
  try {
    return schema.safeParse(await access.connection.withDeadline(Date.now() + answerWithinMs, ask)).data;
  } catch {
    return undefined;
  }
}
