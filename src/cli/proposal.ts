import { z } from 'zod';
import { queryWorkflow, type WorkflowRun } from '../delivery/workflows.ts';
import { amendmentQuery } from '../workflows/changeSetRemediation/contract.ts';
import { clockTime } from './distances.ts';
import { printable } from './format.ts';
import { answerWithinMs } from './status.ts';
import type { TemporalAccess } from './temporal.ts';

const proposalSchema = z.object({
  /** Its name; a worker of a version before gives none, and no time. */
  proposal: z.string().exactOptional(),
  proposedBy: z.string(),
  proposedAt: z.string().exactOptional(),
  indexes: z.array(z.number()),
  difference: z.array(z.string()).exactOptional(),
});

/** Other details that an operator proposes for a change set, and what they would change. */
export type Proposal = z.infer<typeof proposalSchema>;

/** The proposal that waits to be approved; undefined where there is none, or no worker answers. */
export async function openProposal({ client }: TemporalAccess, run: WorkflowRun): Promise<Proposal | undefined> {
  const asked = queryWorkflow(client, run, amendmentQuery.name, answerWithinMs);
  return proposalSchema.safeParse(await asked.catch(() => undefined)).data;
}

/** A proposal that waits, for operators: who proposed it and its name, then what it changes. */
export function proposalLines(
  { proposal, proposedBy, proposedAt, indexes, difference }: Proposal,
  nowMs: number,
): [string, ...string[]] {
  const which = `${indexes.length === 1 ? 'change' : 'changes'} ${indexes.join(', ')}`;
  const when = proposedAt === undefined ? '' : ` at ${clockTime(proposedAt, nowMs)}`;
  const name = proposal === undefined ? [] : [`- proposal ${printable(proposal)}`];
  const lines = difference?.map((line) => `- ${printable(line)}`) ?? ['the worker computes the difference'];
  return [`Proposed by ${printable(proposedBy)}${when} for ${which}, not sent yet`, ...lines, ...name];
}
