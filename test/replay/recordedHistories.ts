import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { HistoryAndWorkflowId } from '@temporalio/client';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import type { WorkflowBundle } from '@temporalio/worker';
import { replayed } from '../../src/workers/replay.ts';

const folder = fileURLToPath(new URL('histories/', import.meta.url));

/** The files of recorded histories, as `workflowType/name.json`. */
export const recordedFiles: readonly string[] = globSync('*/*.json', { cwd: folder }).toSorted();

/** The text of one of them. */
export const recordedText = (file: string): string => readFileSync(`${folder}${file}`, 'utf8');

/** All of them, each under its file's name as the id of its workflow. */
export function* recordedHistories(): Generator<HistoryAndWorkflowId> {
  for (const file of recordedFiles)
    yield { workflowId: file, history: historyFromJSON(JSON.parse(recordedText(file))) };
}

/**
 * Why workflows cannot go on from each recorded history; undefined for those from which they can. One worker replays all:
 * one for each would evaluate the whole bundle again.
 */
export async function problemsOfRecorded(bundle: WorkflowBundle): Promise<ReadonlyMap<string, string | undefined>> {
  const problems = new Map<string, string | undefined>();
  for await (const { workflowId, problem } of replayed(bundle, {}, recordedHistories()))
    problems.set(workflowId, problem);
  return problems;
}
