import type { WorkflowExecutionDescription } from '@temporalio/client';
import { z } from 'zod';
import { defined } from '../defined.ts';
import { failureOfRun, pendingActivities, queryWorkflow } from '../delivery/workflows.ts';
import { changeSetRemediationType } from '../workflows/changeSetRemediation/contract.ts';
import { taskProblemOf } from '../delivery/taskProblems.ts';
import { attentionAttribute, dueAtAttribute, subjectAttribute } from '../workflows/shared/searchAttributes.ts';
import { readyCommands } from './operatorCommands.ts';
import { openProposal } from './proposal.ts';
import { answerWithinMs, knownStatus, type KnownStatus } from './status.ts';
import { workflowLink, type TemporalAccess } from './temporal.ts';
import { wayOut } from './unanswered.ts';

/** The query of every workflow by which the Web UI, too, asks for the details. */
const metadataQuery = '__temporal_workflow_metadata';

/** One workflow as `show` gives it. */
export type ShownWorkflow = Awaited<ReturnType<typeof shownWorkflow>>;

/** Gathers all that is known of one workflow, with or without a worker. Times are ISO 8601. */
export async function shownWorkflow(access: TemporalAccess, description: WorkflowExecutionDescription) {
  const { workflowId, runId, type, typedSearchAttributes, startTime, closeTime } = description;
  const known = await knownStatus(access, description);
  const details = known.source === 'searchAttributes' ? undefined : known.status;
  const asked = type === changeSetRemediationType && known.source === 'query';
  const status = description.status.name;
  const state = known.source === 'searchAttributes' ? known.state : known.status.state;
  const proposal = asked ? await openProposal(access, description) : undefined;
  const values = defined({ proposal: proposal?.proposal });
  const ready = { type, known: values, ...defined({ state, taken: details?.commands }) };
  return defined({
    workflowId,
    runId,
    type,
    /** Temporal's own status. */
    status,
    subject: typedSearchAttributes.get(subjectAttribute),
    state,
    attention: typedSearchAttributes.get(attentionAttribute),
    dueAt: typedSearchAttributes.get(dueAtAttribute)?.toISOString(),
    startedAt: startTime.toISOString(),
    endedAt: closeTime?.toISOString(),
    link: workflowLink(access, workflowId, runId),
    /** Where the state is from; without an answer there is nothing but the list's columns. */
    source: known.source,
    problem: await openProblem(access, description),
    sourceNote: known.source === 'searchAttributes' ? `from the search attributes only: ${known.why}` : undefined,
    details,
    /** In markdown, as the Web UI shows them; of a workflow that does not answer, those of its start. */
    currentDetails: await detailsOf(access, description, known.source),
    pendingActivities: await pendingActivities(access.client, description),
    failure: await failureOfRun(access.client, description),
    proposal,
    /** What operators can send now, ready to paste once they have replaced the placeholders. */
    commands: status === 'RUNNING' ? readyCommands(ready, [workflowId], access.flagsAgain) : [],
  });
}

/** Why its workflow task fails, and the way out; undefined where it does not fail. */
async function openProblem({ client }: TemporalAccess, description: WorkflowExecutionDescription) {
  const problem = await taskProblemOf(client, description);
  return problem && { ...problem, wayOut: wayOut(description, problem) };
}

const textSchema = z.string().min(1);
const metadataSchema = z.object({ currentDetails: textSchema });

/** The details as the Web UI shows them: the present ones, by the SDK's own query, else those of the start. */
async function detailsOf(
  { client }: TemporalAccess,
  description: WorkflowExecutionDescription,
  source: KnownStatus['source'],
): Promise<string | undefined> {
  if (source === 'query') {
    const asked = queryWorkflow(client, description, metadataQuery, answerWithinMs);
    const metadata = metadataSchema.safeParse(await asked.catch(() => undefined)).data;
    if (metadata !== undefined) return metadata.currentDetails;
  }
  // Encrypted with a key that this command lacks, they are no text.
  return textSchema.safeParse(await description.staticDetails().catch(() => undefined)).data;
}
