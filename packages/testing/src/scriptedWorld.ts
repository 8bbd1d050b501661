import { randomUUID } from 'node:crypto';
import { isGrpcServiceError, ServiceError, type Client, type WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { Context } from '@temporalio/activity';
import { Worker } from '@temporalio/worker';
import type { FailureType } from '../../../src/failures.ts';
import { bundleWorkflows } from '../../../src/workers/bundle.ts';
import { installRuntime } from '../../../src/workers/temporalLogger.ts';
import { searchAttributeTypes } from '../../../src/workflows/shared/searchAttributes.ts';
import { queueNames, stewardTaskQueue, taskQueues } from '../../../src/workflows/shared/taskQueues.ts';
import { history } from './history.ts';
import { silent } from './silent.ts';
import { testTemporal } from './temporal/testServer.ts';
import { until } from './until.ts';

/** What one activity answers: each call takes the next, and one without an answer goes on until its test is over. */
export type Answers = Readonly<Record<string, ReadonlyArray<(...given: never[]) => unknown>>>;

/** A workflow with scripted activities. */
export interface Scripted {
  readonly handle: WorkflowHandle;
  readonly workflowId: string;
  /** Waits until the activity was called so often. */
  called(name: string, times?: number): Promise<void>;
  /** Its status once it fits. */
  untilStatus(fits: (status: { readonly state: string }) => boolean): Promise<{ readonly state: string }>;
  /** The state that its query names, once it is this one. */
  untilState(state: string): Promise<void>;
  /** An operator's command. It is repeated under one id where a workflow task failed on the way to its answer. */
  command(name: string, input: object): Promise<unknown>;
}

/**
 * The product's workflows with activities that a test answers, on a namespace of the dev server: for answers that come
 * rarely, and for what comes in the same moment as something else.
 */
export interface ScriptedWorld {
  readonly client: Client;
  start(type: string, input: object, answers?: Answers): Promise<Scripted>;
  /**
   * What happens meanwhile reaches the workflows in one task, in this order: no worker of theirs runs.
   * @param events the history events that have to be there before they go on, by their names without `EVENT_TYPE_`.
   */
  inOneTask(scripted: Scripted, act: () => Promise<unknown> | void, ...events: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

/** An answer that waits until it is let go. */
export function held(answer: (...given: never[]) => unknown): {
  readonly answer: (...given: never[]) => Promise<unknown>;
  readonly letGo: () => void;
} {
  let letGo = (): void => undefined;
  const gone = new Promise<void>((resolve) => (letGo = resolve));
  return {
    answer: async (...given) => {
      await gone;
      return answer(...given);
    },
    letGo: () => letGo(),
  };
}

/** An activity's last failure, of the vocabulary. */
export function refuses(type: FailureType, sentence = 'It is refused.'): () => never {
  return () => {
    throw ApplicationFailure.nonRetryable(sentence, type);
  };
}

/** FAILED_PRECONDITION of gRPC. */
const isTaskFailure = (cause: unknown): boolean => isGrpcServiceError(cause) && Number(cause.code) === 9;

/** Notices go to no channel. */
const routed = (): object => ({ channels: [] });

/** Starts a world. */
export async function scriptedWorld(): Promise<ScriptedWorld> {
  installRuntime(silent);
  const temporal = await testTemporal(searchAttributeTypes);
  const { client, namespace, nativeConnection: connection } = temporal;
  const scripts = new Map<string, { readonly answers: Answers; readonly calls: string[] }>();
  const bundle = await bundleWorkflows(silent);

  async function answer(...given: never[]): Promise<unknown> {
    const { activityType: name, workflowExecution } = Context.current().info;
    const script = scripts.get(workflowExecution?.workflowId ?? '');
    const call = script?.calls.filter((one) => one === name).length ?? 0;
    script?.calls.push(name);
    const next = script?.answers[name]?.[call];
    // One that is held when the world closes ends with its worker.
    const { cancelled } = Context.current();
    if (next !== undefined) return Promise.race([next(...given), cancelled]);
    if (script?.answers[name] !== undefined) return cancelled;
    return name === 'sendNotice' ? routed() : name === 'accountMode' ? { mode: 'auto' } : cancelled;
  }

  const run = async (options: object, taskQueue: string): Promise<() => Promise<void>> => {
    const worker = await Worker.create({ connection, namespace, taskQueue, shutdownGraceTime: 1, ...options });
    const ended = worker.run();
    return async () => {
      worker.shutdown();
      await ended;
    };
  };
  const runWorkflows = () => run({ workflowBundle: bundle, stickyQueueScheduleToStartTimeout: 500 }, stewardTaskQueue);
  let stopWorkflows = await runWorkflows();
  const stopActivities = await Promise.all(
    queueNames.map((queue) =>
      run({ activities: { default: answer }, maxConcurrentActivityTaskExecutions: 200 }, taskQueues[queue]),
    ),
  );

  return {
    client,
    async start(type, input, answers = {}) {
      const workflowId = `${type}:${randomUUID()}`;
      const calls: string[] = [];
      scripts.set(workflowId, { answers, calls });
      const handle = await client.workflow.start(type, { workflowId, taskQueue: stewardTaskQueue, args: [input] });
      const untilStatus: Scripted['untilStatus'] = (fits) =>
        until(async () => {
          const status = await handle.query<{ readonly state: string }>('status');
          return fits(status) ? status : undefined;
        });
      return {
        handle,
        workflowId,
        called: async (name, times = 1) => {
          await until(() => calls.filter((one) => one === name).length >= times);
        },
        untilStatus,
        async command(name, input) {
          const updateId = randomUUID();
          for (;;) {
            try {
              return await handle.executeUpdate(name, { args: [input], updateId });
            } catch (error) {
              // The server refuses a task that ends the run while a message comes, and answers the update with that.
              if (!(error instanceof ServiceError && isTaskFailure(error.cause))) throw error;
            }
          }
        },
        untilState: async (state) => void (await untilStatus((status) => status.state === state)),
      };
    },
    async inOneTask({ handle }, act, ...events) {
      await stopWorkflows();
      const before = (await history(handle)).length;
      await act();
      await until(async () => {
        const since = (await history(handle)).slice(before);
        return events.every((event) => since.includes(event));
      });
      stopWorkflows = await runWorkflows();
    },
    async close() {
      await stopWorkflows();
      await Promise.all(stopActivities.map((stop) => stop()));
      await temporal.close();
    },
  };
}
