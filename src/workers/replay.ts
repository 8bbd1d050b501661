import type { HistoryAndWorkflowId } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import type { History } from '@temporalio/common/lib/proto-utils.js';
import { Worker, type WorkflowBundle } from '@temporalio/worker';
import { defined } from '../defined.ts';

/** A run of a workflow, and what became of its replay. */
export interface Replayed {
  readonly type: string;
  readonly workflowId: string;
  readonly runId: string;
  /** Why these workflows cannot go on from its history, in the SDK's words; absent where they can. */
  readonly problem?: string;
}

const longestProblem = 300;

/** Of the SDK's report, which wraps the message in the fields of its structures, the message. */
function problemOf({ message }: Error): string {
  const [, inner] = /message: "((?:[^"\\]|\\.)*)"/.exec(message) ?? [];
  return (inner ?? message).slice(0, longestProblem);
}

/** Whether no workflow has begun there, as where its start is put off: the SDK would wait for its first task indefinitely. */
export function hasNothingToReplay({ events }: History): boolean {
  return !(events ?? []).some((event) => event.workflowTaskScheduledEventAttributes);
}

/**
 * Runs workflows over histories, one after another: each has to make the commands that its history holds. Nothing is
 * called and nothing is sent. The runtime must be installed.
 * @param dataConverter of what wrote them.
 */
export async function* replayed(
  workflowBundle: WorkflowBundle,
  dataConverter: DataConverter,
  histories: AsyncIterable<HistoryAndWorkflowId> | Iterable<HistoryAndWorkflowId>,
): AsyncGenerator<Replayed> {
  let current = { type: 'unknown', runId: 'unknown' };
  const untouched: Replayed[] = [];
  async function* noted(): AsyncGenerator<HistoryAndWorkflowId> {
    for await (const one of histories) {
      const history = one.history as History;
      const { workflowType, originalExecutionRunId } =
        history.events?.[0]?.workflowExecutionStartedEventAttributes ?? {};
      const about = { type: workflowType?.name ?? 'unknown', runId: originalExecutionRunId ?? 'unknown' };
      if (hasNothingToReplay(history)) {
        untouched.push({ ...about, workflowId: one.workflowId });
      } else {
        current = about;
        yield one;
      }
    }
  }
  const options = { workflowBundle, dataConverter, replayName: 'replay' };
  for await (const { workflowId, error } of Worker.runReplayHistories(options, noted())) {
    yield { ...current, workflowId, ...defined({ problem: error && problemOf(error) }) };
    yield* untouched.splice(0);
  }
  yield* untouched;
}
