import pMap from 'p-map';
import type { Client, WorkflowExecutionDescription, WorkflowExecutionInfo } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';
import { stateAttribute } from '../../../src/workflows/shared/searchAttributes.ts';
import type { WorkflowLine } from '../records.ts';

const pageSize = 1_000;
const atOnce = 12;
const answerWithinMs = 10_000;
/** A task or an activity that fails more often stands still. */
const failedOften = 4;
/** Failures that are part of waiting. */
export const benign: readonly string[] = ['NotYet', 'Throttled'];

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
function problemOf({ raw }: WorkflowExecutionDescription): string | undefined {
  const task = raw.pendingWorkflowTask?.attempt ?? 0;
  if (task >= failedOften) return `its workflow task fails: attempt ${task}`;
  for (const { activityType, attempt, lastFailure } of raw.pendingActivities ?? []) {
    const type = lastFailure?.applicationFailureInfo?.type ?? '';
    if ((attempt ?? 0) < failedOften || benign.includes(type)) continue;
    return `${activityType?.name} fails: attempt ${attempt}, ${type}: ${String(lastFailure?.message).slice(0, 200)}`;
  }
  return undefined;
}

/** What a workflow says of itself, as far as it is read here. */
interface Said {
  readonly state?: unknown;
  readonly audit?: ReadonlyArray<{ readonly command: string; readonly reason: string; readonly refused?: string }>;
}

/** Its answer to `status`, or its result. */
async function saidBy(client: Client, { workflowId, runId, status }: WorkflowExecutionInfo): Promise<Said> {
  const handle = client.workflow.getHandle(workflowId, runId);
  const ask = (): Promise<unknown> => (status.name === 'RUNNING' ? handle.query('status') : handle.result());
  const said = await client.withDeadline(Date.now() + answerWithinMs, ask);
  return typeof said === 'object' && said !== null ? said : {};
}

/** Why it does not answer, in place of what it says. */
async function saidOrWhy(
  client: Client,
  run: WorkflowExecutionInfo,
): Promise<{ readonly said: Said; readonly why?: string }> {
  if (run.status.name !== 'RUNNING' && run.status.name !== 'COMPLETED') return { said: {} };
  try {
    return { said: await saidBy(client, run) };
  } catch (error) {
    return { said: {}, why: `it does not answer: ${String(error).slice(0, 200)}` };
  }
}

/** What earlier runs of a workflow have left: signals, and the commands that closed ones have in their results. */
interface Earlier {
  readonly signals: readonly string[];
  readonly noticesTwice: readonly string[];
  readonly commands: ReturnType<typeof takenIn>;
}

/** The commands that a workflow took. */
function takenIn({ audit = [] }: Said): Array<{ readonly command: string; readonly reason: string }> {
  return audit.flatMap(({ command, reason, refused }) => (refused === undefined ? [{ command, reason }] : []));
}

async function lineOf(client: Client, run: WorkflowExecutionInfo, earlier: Earlier): Promise<WorkflowLine> {
  const { workflowId, type, status } = run;
  const isOpen = status.name === 'RUNNING';
  const description = isOpen ? await client.workflow.getHandle(workflowId, run.runId).describe() : undefined;
  const { said, why } = await saidOrWhy(client, run);
  const state = typeof said.state === 'string' ? said.state : stateOf(run);
  const problem = (description && problemOf(description)) ?? why;
  const taken = takenIn(said);
  const reasons = new Set(taken.map(({ reason }) => reason));
  const before = earlier.commands.filter(({ reason }) => !reasons.has(reason));
  return {
    workflowId,
    type,
    status: status.name,
    ...(state !== undefined && { state }),
    ...(problem !== undefined && { problem }),
    signals: [...new Set(earlier.signals)],
    noticesTwice: [...new Set(earlier.noticesTwice)],
    commands: [...before, ...taken],
  };
}

const keptOfSignal = 4_000;

/** The payloads of the signals of a history, as text. */
function signalsIn(events: readonly temporal.api.history.v1.IHistoryEvent[]): readonly string[] {
  return events.flatMap(({ workflowExecutionSignaledEventAttributes: signal }) =>
    (signal?.input?.payloads ?? []).map(({ data }) =>
      Buffer.from(data ?? [])
        .toString('utf8')
        .slice(0, keptOfSignal),
    ),
  );
}

/** Every notice begins with one activity, which its run makes once for each decision; of those that it made twice, the identities. */
function noticesTwiceIn(events: readonly temporal.api.history.v1.IHistoryEvent[]): readonly string[] {
  const ids = events.flatMap(({ activityTaskScheduledEventAttributes: scheduled }) => {
    if (scheduled?.activityType?.name !== 'sendNotice') return [];
    const text = Buffer.from(scheduled.input?.payloads?.[0]?.data ?? []).toString('utf8');
    return [(JSON.parse(text) as { readonly id: string }).id];
  });
  return ids.filter((id, index) => ids.indexOf(id) !== index);
}

/** The result of a history that has one. */
function resultIn(events: readonly temporal.api.history.v1.IHistoryEvent[]): Said {
  const payloads = events.at(-1)?.workflowExecutionCompletedEventAttributes?.result?.payloads;
  const result: unknown = JSON.parse(Buffer.from(payloads?.[0]?.data ?? []).toString('utf8') || 'null');
  return typeof result === 'object' && result !== null ? result : {};
}

/** What hears of every run of every workflow. */
export interface SurveyOptions {
  readonly write: (line: WorkflowLine) => void;
  /** Gets each run with its whole history. */
  readonly onRun: (run: WorkflowExecutionInfo, events: readonly temporal.api.history.v1.IHistoryEvent[]) => void;
  readonly onDone: (done: number, total: number) => void;
}

/** Reads every run of every workflow, and writes a line for each workflow. Gives how many there are. */
export async function surveyWorkflows(client: Client, { write, onRun, onDone }: SurveyOptions): Promise<number> {
  const runs = new Map<string, WorkflowExecutionInfo[]>();
  for await (const run of client.workflow.list({ pageSize })) {
    runs.set(run.workflowId, [...(runs.get(run.workflowId) ?? []), run]);
  }
  let done = 0;
  await pMap(
    [...runs.values()],
    async (all) => {
      const [first] = all;
      if (first === undefined) return;
      const newest = all.reduce((known, run) => (isLater(run, known) ? run : known), first);
      const signals: string[] = [];
      const noticesTwice: string[] = [];
      const commands: Earlier['commands'] = [];
      for (const run of all) {
        const { events } = await client.workflow.getHandle(run.workflowId, run.runId).fetchHistory();
        onRun(run, events ?? []);
        signals.push(...signalsIn(events ?? []));
        noticesTwice.push(...noticesTwiceIn(events ?? []));
        if (run !== newest) commands.push(...takenIn(resultIn(events ?? [])));
      }
      write(await lineOf(client, newest, { signals, commands, noticesTwice }));
      done += 1;
      onDone(done, runs.size);
    },
    { concurrency: atOnce },
  );
  return runs.size;
}
