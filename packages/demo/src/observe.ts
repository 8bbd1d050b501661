import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import { defined } from '../../../src/defined.ts';
import { backfillMemo } from '../../../src/delivery/deliver.ts';
import { reconcileChangeSetsType } from '../../../src/workflows/reconcileChangeSets/contract.ts';
import { submitPermitsType } from '../../../src/workflows/submitPermits/contract.ts';
import {
  accountAttribute,
  attemptAttribute,
  attentionAttribute,
  stateAttribute,
  subjectAttribute,
} from '../../../src/workflows/shared/searchAttributes.ts';
import { stewardTaskQueue } from '../../../src/workflows/shared/taskQueues.ts';

/** What Temporal shows of one workflow. */
export interface Observation {
  readonly workflowId: string;
  readonly runId: string;
  readonly type: string;
  readonly running: boolean;
  /** The search attribute of a running workflow, the result of one that has ended. */
  readonly state: string;
  readonly attempt?: number;
  readonly attention: boolean;
  /** What the matter is, in a few words. */
  readonly subject?: string;
  readonly nextStep?: string;
  /** What the workflow says of itself: by its query `status`, or as its result. Empty while no worker answers. */
  readonly status: Readonly<Record<string, unknown>>;
}

/** Many workflows of an account, and the state that each is to come to. */
export interface ManyWorkflows {
  readonly workflowIds: readonly string[];
  readonly account: string;
  readonly state: string;
}

const statusQuery = 'status';
const answerWithinMs = 3_000;
/** How often a player asks before it takes a silent server for a failure. */
const mostAsked = 20;
const othersShown = 20;
/** A page of the list: more of what backfills have opened is not counted. */
const mostListed = 1_000;

/** What came in since a start. */
export interface Arrivals {
  /** Of the newest. */
  readonly ids: readonly string[];
  /** How many more were opened by backfills: hundreds would crowd out everything else. */
  readonly openedByBackfills: number;
}

/** Reads what has become of workflows from Temporal, and asks a workflow only where something has happened in it. */
export class Observer {
  readonly #client: Client;
  readonly #known = new Map<string, { readonly fingerprint: string; readonly observation: Observation }>();

  constructor(client: Client) {
    this.#client = client;
  }

  /** The newest run of a workflow, or undefined where there is none yet. Rejects where Temporal does not answer. */
  async check(workflowId: string): Promise<Observation | undefined> {
    const description = await this.#described(workflowId);
    if (description === undefined) return undefined;
    const fingerprint = [description.runId, description.status.name, description.historyLength].join(' ');
    const known = this.#known.get(workflowId);
    if (known?.fingerprint === fingerprint) return known.observation;
    const status = await this.#status(description);
    const observation = observationOf(description, status ?? {});
    if (status !== undefined) this.#known.set(workflowId, { fingerprint, observation });
    return observation;
  }

  /** The workflows that were started since, other than those that are known. */
  async startedSince(since: Date, except: ReadonlySet<string>): Promise<Arrivals> {
    // A schedule's runs that found nothing would crowd out everything else.
    const worthSeeing = `WorkflowType!="${submitPermitsType}" AND (WorkflowType!="${reconcileChangeSetsType}" OR ${stateAttribute.name}="missedFound")`;
    const query = `TaskQueue="${stewardTaskQueue}" AND StartTime>="${since.toISOString()}" AND ${worthSeeing}`;
    const [ids, backfilled] = [new Set<string>(), new Set<string>()];
    let listed = 0;
    await this.#soon(async () => {
      for await (const { workflowId, memo } of this.#client.workflow.list({ query, pageSize: mostListed })) {
        if (memo !== undefined && Object.hasOwn(memo, backfillMemo)) backfilled.add(workflowId);
        else if (!except.has(workflowId) && ids.size < othersShown) ids.add(workflowId);
        listed += 1;
        if (listed === mostListed) break;
      }
    });
    return { ids: [...ids], openedByBackfills: backfilled.size };
  }

  /** How many running change sets of an account are in a state, of those that are meant. */
  async countOf({ account, state, workflowIds }: ManyWorkflows): Promise<number> {
    const meant = new Set(workflowIds);
    const query = `${accountAttribute.name}="${account}" AND ${stateAttribute.name}="${state}" AND ExecutionStatus="Running"`;
    const found = new Set<string>();
    await this.#soon(async () => {
      for await (const { workflowId } of this.#client.workflow.list({ query, pageSize: mostListed }))
        found.add(workflowId);
    });
    return [...found].filter((id) => meant.has(id)).length;
  }

  /** How many workflows wait for an operator, whenever they were started. */
  async needingDecision(): Promise<number> {
    const query = `TaskQueue="${stewardTaskQueue}" AND ExecutionStatus="Running" AND ${attentionAttribute.name}=true`;
    return (await this.#soon(() => this.#client.workflow.count(query))).count;
  }

  #soon<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    return this.#client.withDeadline(Date.now() + answerWithinMs, ask);
  }

  async #described(workflowId: string): Promise<WorkflowExecutionDescription | undefined> {
    try {
      return await this.#soon(() => this.#client.workflow.getHandle(workflowId).describe());
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return undefined;
      throw error;
    }
  }

  async #status(description: WorkflowExecutionDescription): Promise<Readonly<Record<string, unknown>> | undefined> {
    const handle = this.#client.workflow.getHandle(description.workflowId, description.runId);
    try {
      const status: unknown = await this.#soon(() =>
        description.status.name === 'RUNNING' ? handle.query(statusQuery) : handle.result(),
      );
      return typeof status === 'object' && status !== null ? { ...status } : {};
    } catch {
      // No worker yet, or a workflow that failed: the next check asks again.
      return undefined;
    }
  }
}

/**
 * What the observer finds, asked again where a busy machine's server did not answer in time.
 * @param again waits before it is asked again; rejects once everything is to stop
 * @throws the error of the last question where none was answered
 */
export async function checkPatiently(
  observer: Pick<Observer, 'check'>,
  workflowId: string,
  again: () => Promise<unknown>,
): Promise<Observation | undefined> {
  for (let asked = 1; ; asked += 1) {
    try {
      return await observer.check(workflowId);
    } catch (error) {
      if (asked === mostAsked) throw error;
    }
    await again();
  }
}

function observationOf(
  description: WorkflowExecutionDescription,
  status: Readonly<Record<string, unknown>>,
): Observation {
  const { workflowId, runId, type, typedSearchAttributes: attributes } = description;
  const running = description.status.name === 'RUNNING';
  const attribute = attributes.get(stateAttribute);
  const result = running ? undefined : text(status['state']);
  const ended = running || description.status.name === 'COMPLETED' ? undefined : description.status.name.toLowerCase();
  return {
    workflowId,
    runId,
    type,
    running,
    state: ended ?? result ?? attribute ?? 'unknown',
    ...defined({
      attempt: attributes.get(attemptAttribute),
      subject: attributes.get(subjectAttribute),
      nextStep: text(status['nextStep']),
    }),
    attention: running && attributes.get(attentionAttribute) === true,
    status,
  };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
