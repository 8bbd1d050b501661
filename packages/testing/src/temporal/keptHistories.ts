import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client, WorkflowClientInterceptor } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { bundleWorkflows } from '../../../../src/workers/bundle.ts';
import { hasNothingToReplay } from '../../../../src/workers/replay.ts';
import { buildIdOf } from '../../../../src/workers/version.ts';
import { buildIdsIn, shapeOf, typeOf } from '../histories.ts';
import { silent } from '../silent.ts';
import { historiesVariable } from './variables.ts';

/** Of one type, in one namespace: what comes by the hundred is alike. */
const mostOfType = 100;
const atOnce = 8;
/** A hook that ends tests has its deadline: what was not kept by then is not kept, in milliseconds. */
const keepWithinMs = 20_000;

/** A run of a workflow; the newest where no run is named. */
interface Run {
  readonly workflowId: string;
  readonly runId?: string;
}

/** Notes which workflows a client starts: the time-skipping server lists none. */
export function noteStarts(): { readonly interceptor: WorkflowClientInterceptor; readonly runs: readonly Run[] } {
  const runs: Run[] = [];
  const noted = (workflowId: string, runId: string): string => {
    runs.push({ workflowId, runId });
    return runId;
  };
  return {
    runs,
    interceptor: {
      start: async (input, next) => noted(input.options.workflowId, await next(input)),
      signalWithStart: async (input, next) => noted(input.options.workflowId, await next(input)),
    },
  };
}

/**
 * Keeps the histories of a namespace for the replay after the tests, one of each shape, but none that another version of
 * the workflows carried on. Where the server is gone, or the tests run without such a folder, it keeps none.
 * @param started the first runs to keep, with those that continue them; the server's own list where it is left out.
 */
export async function keepHistories(client: Client, started?: readonly Run[]): Promise<void> {
  const folder = process.env[historiesVariable];
  if (folder === undefined) return;
  const left = started === undefined ? await listed(client).catch((): Run[] => []) : distinct(started);
  const untilMs = performance.now() + keepWithinMs;
  const keepSome = async (): Promise<void> => {
    for (let run = left.shift(); run !== undefined && performance.now() < untilMs; run = left.shift()) {
      await keep(client, run, folder, started !== undefined);
    }
  };
  // Every call has ended before the caller closes the connection. Where the server is gone, there is nothing to keep.
  await Promise.allSettled(Array.from({ length: atOnce }, keepSome));
}

async function listed(client: Client): Promise<Run[]> {
  const counts = new Map<string, number>();
  const runs: Run[] = [];
  for await (const { type, workflowId, runId } of client.workflow.list({ pageSize: 1000 })) {
    const count = (counts.get(type) ?? 0) + 1;
    counts.set(type, count);
    if (count <= mostOfType) runs.push({ workflowId, runId });
  }
  return runs;
}

function distinct(runs: readonly Run[]): Run[] {
  return [...new Map(runs.map((run) => [`${run.workflowId} ${run.runId}`, run])).values()];
}

/** Keeps a run; and those that continue it, where no list names them. */
async function keep(client: Client, { workflowId, runId }: Run, folder: string, follow: boolean): Promise<void> {
  for (let next: string | undefined = runId; ;) {
    const history = await client.workflow.getHandle(workflowId, next).fetchHistory();
    const place = join(folder, typeOf(history));
    const file = join(place, `${shapeOf(history)}.json`);
    if (!existsSync(file) && !hasNothingToReplay(history) && (await isOfToday(history))) {
      mkdirSync(place, { recursive: true });
      writeFileSync(file, historyToJSON(history));
    }
    const continued = history.events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId;
    if (!continued || !follow) return;
    next = continued;
  }
}

/** False for a history that code other than today's workflows has carried on: a test may run two versions. */
async function isOfToday(history: Parameters<typeof buildIdsIn>[0]): Promise<boolean> {
  const buildIds = buildIdsIn(history);
  if (buildIds.size === 0) return true;
  const bundle = await bundleWorkflows(silent);
  return 'code' in bundle && [...buildIds].every((buildId) => buildId === buildIdOf(bundle));
}
