import type { WorkflowExecutionDescription } from '@temporalio/client';
import { QueryNotRegisteredError } from '@temporalio/client';
import { z } from 'zod';
import { stateAttribute } from '../workflows/shared/searchAttributes.ts';
import type { TemporalAccess } from './temporal.ts';

/** What every workflow's `status` query gives, and beside it what only some give. */
export const statusSchema = z.looseObject({
  state: z.string(),
  nextStep: z.string().optional(),
  attempt: z.number().optional(),
  /** Who has taken a security case on, and until when its reminders wait. */
  acknowledgedBy: z.string().optional(),
  snoozedUntil: z.string().optional(),
  /** The updates that are taken now. */
  commands: z.array(z.string()).optional(),
  members: z
    .array(z.looseObject({ attempt: z.number(), changeSetId: z.string(), outcome: z.string().optional() }))
    .optional(),
  notes: z.array(z.string()).optional(),
  audit: z
    .array(z.looseObject({ at: z.string(), command: z.string(), actor: z.string(), reason: z.string() }))
    .optional(),
});

/** The status of a workflow, by {@link statusSchema}. */
export type WorkflowStatus = z.infer<typeof statusSchema>;

/** What is known of a workflow, and from where: a worker's answer, the result of a closed run, or the list's columns. */
export type KnownStatus =
  | { readonly source: 'query' | 'result'; readonly status: WorkflowStatus }
  | { readonly source: 'searchAttributes'; readonly state: string | undefined; readonly why: string };

const answerWithinMs = 5_000;
const queryName = 'status';

/** Asks the workflow for its status; where no worker answers, takes what a closed run left, else the list's columns. */
export async function knownStatus(
  access: TemporalAccess,
  description: WorkflowExecutionDescription,
): Promise<KnownStatus> {
  const handle = access.client.workflow.getHandle(description.workflowId, description.runId);
  const asked = await answered(access, () => handle.query<unknown>(queryName));
  if (asked.status !== undefined) return { source: 'query', status: asked.status };
  if (description.status.name === 'COMPLETED') {
    const left = await answered(access, () => handle.result());
    if (left.status !== undefined) return { source: 'result', status: left.status };
  }
  const state = description.typedSearchAttributes.get(stateAttribute);
  return { source: 'searchAttributes', state, why: asked.why };
}

interface Answer {
  readonly status: WorkflowStatus | undefined;
  readonly why: string;
}

async function answered(access: TemporalAccess, ask: () => Promise<unknown>): Promise<Answer> {
  try {
    const answer = await access.connection.withDeadline(Date.now() + answerWithinMs, ask);
    const parsed = statusSchema.safeParse(answer);
    return { status: parsed.data, why: 'its answer has another form than this version knows' };
  } catch (error) {
    if (error instanceof QueryNotRegisteredError) return { status: undefined, why: `it has no query ${queryName}` };
    return { status: undefined, why: 'no worker answered; start one with: npx steward worker' };
  }
}
