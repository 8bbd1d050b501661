import {
  isGrpcServiceError,
  QueryNotRegisteredError,
  type Client,
  type WorkflowExecutionDescription,
} from '@temporalio/client';
import { lastPollMsAgo, taskProblemOf, type TaskProblem } from '../delivery/taskProblems.ts';
import { vendorText } from '../workflows/shared/markdown.ts';
import { shellQuoted } from './format.ts';

/** In characters. */
const longestWords = 300;

/** gRPC's status codes by which the server says that no worker answered in time (grpc.io, Status codes). */
const inTime: ReadonlySet<number> = new Set([1, 4, 9]); // CANCELLED, DEADLINE_EXCEEDED, FAILED_PRECONDITION

/** What fails, as the end of a sentence. */
export function problemText({ attempt, cause, message }: TaskProblem): string {
  return `its workflow task fails (attempt ${attempt}, ${cause})${message === undefined ? '' : `: ${message}`}`;
}

/** How a workflow whose task fails goes on, one step a line. */
export function wayOut(
  { workflowId }: Pick<WorkflowExecutionDescription, 'workflowId'>,
  { cause }: TaskProblem,
): string[] {
  const id = shellQuoted(workflowId);
  const deploy = /nondeterminis|nondeterministic/i.test(cause)
    ? 'Deploy a worker whose code fits the history, such as the version before. The server repeats the task, and the workflow goes on automatically.'
    : 'Deploy a worker that does not fail here. The server repeats the task, and the workflow goes on automatically.';
  return [
    deploy,
    'Where the history itself is at fault, begin again before the failure:',
    `temporal workflow reset --workflow-id ${id} --type LastWorkflowTask --reason '<why>'`,
  ];
}

/** Words of an error in the chain that a worker's answer to a query is. */
function wordsOf(error: unknown): string {
  const said = isGrpcServiceError(error) ? error.details : error instanceof Error ? error.message : String(error);
  return vendorText(said, longestWords);
}

/** Whether nobody answered within the time of a call, unlike an answer that is an error. */
function isLate(error: unknown): boolean {
  if (isGrpcServiceError(error)) return inTime.has(error.code);
  return error instanceof Error && error.cause !== undefined && isLate(error.cause);
}

/** Why nobody answered in time: a worker may run, and be busy. */
export async function whyNoAnswer(client: Client): Promise<string> {
  const agoMs = await lastPollMsAgo(client).catch(() => undefined);
  if (agoMs === undefined) return 'no worker answered; start one with: steward worker';
  const seconds = Math.round(agoMs / 1000);
  return `no answer came in time, though a worker asked for work ${seconds} s ago: it is busy, or has ended. Where none runs, start one with: steward worker`;
}

/** Why a workflow gave no answer to a query, as the end of a sentence. @param error what the query threw. */
export async function whyUnanswered(
  client: Client,
  run: WorkflowExecutionDescription,
  name: string,
  error: unknown,
): Promise<string> {
  const problem = await taskProblemOf(client, run);
  if (problem !== undefined) return problemText(problem);
  if (error instanceof QueryNotRegisteredError && /did not register/i.test(error.message))
    return `it has no query ${name}`;
  return isLate(error) ? whyNoAnswer(client) : `its worker could not answer: ${wordsOf(error)}`;
}
