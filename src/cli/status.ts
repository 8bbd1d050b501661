import type { WorkflowExecutionDescription } from '@temporalio/client';
import { z } from 'zod';
import { defined } from '../defined.ts';
import { describeLineageOf, describeWorkflow, queryWorkflow, resultOfRun } from '../delivery/workflows.ts';
import { changeSetWorkflowId } from '../workflows/changeSetRemediation/contract.ts';
import { isUndecodable } from '../workflows/shared/payloadConverter.ts';
import { stateAttribute } from '../workflows/shared/searchAttributes.ts';
import { fittingWorkflowId } from '../workflows/shared/workflowIds.ts';
import { CommandProblem, exitCodes } from './command.ts';
import { printable } from './format.ts';
import type { TemporalAccess } from './temporal.ts';
import { whyUnanswered } from './unanswered.ts';

/** What every workflow's status gives, and beside it what only some give. */
export const statusSchema = z.looseObject({
  state: z.string(),
  nextStep: z.string().optional(),
  /** The updates that are taken now. */
  commands: z.array(z.string()).optional(),
  members: z
    .array(z.looseObject({ attempt: z.number(), changeSetId: z.string(), outcome: z.string().optional() }))
    .optional(),
  notes: z.array(z.string()).optional(),
  audit: z
    .array(
      z.looseObject({
        at: z.string(),
        command: z.string(),
        actor: z.string(),
        reason: z.string(),
        proposal: z.string().optional(),
        refused: z.string().optional(),
      }),
    )
    .optional(),
});

/** The status of a workflow, by {@link statusSchema}. */
export type WorkflowStatus = z.infer<typeof statusSchema>;

/** What is known of a workflow, and from where: a worker's answer, the result of a closed run, or the list's columns. */
export type KnownStatus =
  | { readonly source: 'query' | 'result'; readonly status: WorkflowStatus }
  | { readonly source: 'searchAttributes'; readonly state?: string; readonly why: string };

/** How long a query may take, in milliseconds. */
export const answerWithinMs = 5_000;
const queryName = 'status';

/** Asks the workflow for its status; where it gives none, takes what a closed run left, else the list's columns. */
export async function knownStatus(
  { client }: Pick<TemporalAccess, 'client'>,
  run: WorkflowExecutionDescription,
): Promise<KnownStatus> {
  const asked = await answered(() => queryWorkflow(client, run, queryName, answerWithinMs));
  if ('status' in asked) return { source: 'query', status: asked.status };
  if (run.status.name === 'COMPLETED') {
    const left = await answered(() => resultOfRun(client, run, answerWithinMs));
    if ('status' in left) return { source: 'result', status: left.status };
  }
  const state = run.typedSearchAttributes.get(stateAttribute);
  const why = 'error' in asked ? await whyUnanswered(client, run, queryName, asked.error) : asked.why;
  return { source: 'searchAttributes', ...defined({ state }), why };
}

/** The status, or in its place the error, or why the answer is none. */
async function answered(
  ask: () => Promise<unknown>,
): Promise<{ readonly status: WorkflowStatus } | { readonly error: unknown } | { readonly why: string }> {
  try {
    const answer = await ask();
    const status = statusSchema.safeParse(answer).data;
    return status === undefined ? { why: noStatus(answer) } : { status };
  } catch (error) {
    return { error };
  }
}

function noStatus(answer: unknown): string {
  const keyId = isUndecodable(answer) ? answer.keyId : undefined;
  return keyId === undefined
    ? 'its answer has another form than this version knows'
    : `its answer is encrypted with key ${keyId}, which this command does not have. Name a configuration that has it, with --config or STEWARD_CONFIG`;
}

/**
 * Finds the workflow that an operator means: by its id, or by the id of a change set, the origin's or a successor's.
 * @throws CommandProblem `notFound` where there is none
 */
export async function findWorkflow(
  { client, peer, flagsAgain }: TemporalAccess,
  named: string,
): Promise<WorkflowExecutionDescription> {
  const byId = (): Promise<WorkflowExecutionDescription | undefined> =>
    describeWorkflow(client, fittingWorkflowId(named));
  // One that was started by hand may have any id.
  const found = named.includes(':')
    ? await byId()
    : ((await describeWorkflow(client, changeSetWorkflowId(named))) ??
      (await describeLineageOf(client, named)) ??
      (await byId()));
  if (found !== undefined) return found;
  throw new CommandProblem(
    exitCodes.notFound,
    `There is no workflow for ${printable(named)} in namespace ${peer.namespace}. See what there is: steward list${flagsAgain}`,
  );
}
