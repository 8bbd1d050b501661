import pMap from 'p-map';
import type { Client, WorkflowExecutionDescription, WorkflowExecutionInfo } from '@temporalio/client';
import { stateAttribute } from '../../../src/workflows/shared/searchAttributes.ts';
import type { WorkflowLine } from '../records.ts';

const pageSize = 1_000;
const atOnce = 12;
const answerWithinMs = 10_000;
/** A task or an activity that fails more often stands still; polls repeat by design and say NotYet. */
const failedOften = 4;
const benign: readonly string[] = ['NotYet', 'Throttled'];

/** What begins and ends with the clock, whatever comes: nobody waits for it to be quiet. */
export const byTheClock: readonly string[] = ['reconcileChangeSets', 'morningDigest'];

/** The newest run of every workflow, or of those that a query is about, by id. */
export async function newestRuns(client: Client, query?: string): Promise<ReadonlyMap<string, WorkflowExecutionInfo>> {
  const newest = new Map<string, WorkflowExecutionInfo>();
  for await (const run of client.workflow.list({ pageSize, ...(query !== undefined && { query }) })) {
    const known = newest.get(run.workflowId);
    if (known === undefined || isLater(run, known)) newest.set(run.workflowId, run);
  }
  return newest;
}

/** A reset run begins when its predecessor did: the one that is open is the later one. */
function isLater(run: WorkflowExecutionInfo, known: WorkflowExecutionInfo): boolean {
  if (run.status.name === 'RUNNING') return true;
  if (known.status.name === 'RUNNING') return false;
  return (run.closeTime?.getTime() ?? 0) > (known.closeTime?.getTime() ?? 0);
}

/** The state that a list shows of a workflow. */
export function stateOf(run: WorkflowExecutionInfo): string | undefined {
  return run.typedSearchAttributes.get(stateAttribute);
}

/** What holds an open workflow up; undefined where nothing does. */
export function problemOf({ raw }: WorkflowExecutionDescription): string | undefined {
  const task = raw.pendingWorkflowTask?.attempt ?? 0;
  if (task >= failedOften) return `its workflow task fails: attempt ${task}`;
  for (const { activityType, attempt, lastFailure } of raw.pendingActivities ?? []) {
    const type = lastFailure?.applicationFailureInfo?.type ?? '';
    if ((attempt ?? 0) < failedOften || benign.includes(type)) continue;
    return `${activityType?.name} fails: attempt ${attempt}, ${type}: ${String(lastFailure?.message).slice(0, 200)}`;
  }
  return undefined;
}

/** What a workflow says that it knows: its answer to `status`, or its result. */
async function knownBy(client: Client, { workflowId, runId, status }: WorkflowExecutionInfo): Promise<unknown> {
  const handle = client.workflow.getHandle(workflowId, runId);
  const ask = (): Promise<unknown> => (status.name === 'RUNNING' ? handle.query('status') : handle.result());
  return client.withDeadline(Date.now() + answerWithinMs, ask);
}

async function lineOf(client: Client, run: WorkflowExecutionInfo): Promise<WorkflowLine> {
  const { workflowId, type, status } = run;
  const isOpen = status.name === 'RUNNING';
  const description = isOpen ? await client.workflow.getHandle(workflowId, run.runId).describe() : undefined;
  const problem = description && problemOf(description);
  let knows: unknown;
  let unanswered: string | undefined;
  if (isOpen || status.name === 'COMPLETED') {
    try {
      knows = await knownBy(client, run);
    } catch (error) {
      unanswered = `it does not answer: ${String(error).slice(0, 200)}`;
    }
  }
  const said = typeof knows === 'object' && knows !== null && 'state' in knows ? String(knows.state) : undefined;
  const state = said ?? stateOf(run);
  const why = problem ?? unanswered;
  return {
    workflowId,
    type,
    status: status.name,
    ...(state !== undefined && { state }),
    ...(why !== undefined && { problem: why }),
    ...(knows !== undefined && { knows }),
  };
}

/** Writes a line for every workflow. */
export async function surveyWorkflows(
  client: Client,
  write: (line: WorkflowLine) => void,
  onDone: (done: number, total: number) => void,
): Promise<number> {
  const runs = [...(await newestRuns(client)).values()];
  let done = 0;
  await pMap(
    runs,
    async (run) => {
      write(await lineOf(client, run));
      done += 1;
      onDone(done, runs.length);
    },
    { concurrency: atOnce },
  );
  return runs.length;
}
