import type { Client } from '@temporalio/client';
import { defined } from '../defined.ts';
import {
  failingTasksType,
  failingTasksWorkflowId,
  tasksFailingSignal,
  type FailingGroup,
  type FailingTasksFound,
  type FailingTasksStateName,
} from '../workflows/failingTasks/contract.ts';
import { failingTasksSubject } from '../workflows/failingTasks/subject.ts';
import { noAccount } from '../workflows/failingTasks/notices.ts';
import { groupKey } from '../workflows/failingTasks/state.ts';
import { stewardTaskQueue } from '../workflows/shared/taskQueues.ts';
import { createLimiter } from './accountAlarms.ts';
import { deliverOrThrow } from './deliver.ts';
import { configuredPolicy } from '../policies/configured.ts';
import type { RouteContext } from './delivery.ts';
import { hasTaskProblem, reportedCause, taskProblemOf } from './taskProblems.ts';
import { describeWorkflow, quoted } from './workflows.ts';

/** Finds workflows whose task fails, and reports them. */
export interface FailingTasks {
  /** Asks the server, by its lists: that costs no action. Throws what the connection throws. */
  readonly find: () => Promise<FailingTasksFound>;
  /**
   * Reports what fails to the one alarm, unless the same was reported a while ago; nothing where nothing fails.
   * @returns the number of workflows whose task fails. Throws Unreachable, and what `find` throws.
   */
  readonly report: () => Promise<number>;
}

/** Rows that a check reads. */
const mostRows = 500;
const mostGroups = 50;
const namedIds = 5;
/** The alarm checks again automatically: a signal costs an action. */
const reportOnceInMs = 60 * 60_000;

const query = [`TaskQueue=${quoted(stewardTaskQueue)}`, 'ExecutionStatus="Running"', hasTaskProblem].join(' AND ');

/** Makes it from the connection to Temporal. */
export function createFailingTasks(client: Client, context: Pick<RouteContext, 'policies'>): FailingTasks {
  const limiter = createLimiter(reportOnceInMs);

  /** What the server reports may change from one attempt to the next; the failure in the history does not. */
  async function withCause(group: FailingGroup): Promise<FailingGroup> {
    const [example] = group.workflowIds;
    const description = example === undefined ? undefined : await describeWorkflow(client, example);
    const problem = description && (await taskProblemOf(client, description));
    return problem === undefined ? group : { ...group, ...defined({ cause: problem.cause, message: problem.message }) };
  }

  async function find(): Promise<FailingTasksFound> {
    const byReport = new Map<string, FailingGroup>();
    let rows = 0;
    for await (const row of client.workflow.list({ query, pageSize: 100 })) {
      rows += 1;
      if (rows > mostRows) break;
      join(byReport, {
        workflowType: row.type,
        cause: reportedCause(row) ?? 'unknown',
        count: 1,
        workflowIds: [row.workflowId],
      });
    }
    const groups = new Map<string, FailingGroup>();
    for (const group of [...byReport.values()].slice(0, mostGroups)) join(groups, await withCause(group));
    return { groups: [...groups.values()], isComplete: rows <= mostRows && byReport.size <= mostGroups };
  }

  return {
    find,
    async report() {
      const found = await find();
      const count = found.groups.reduce((sum, group) => sum + group.count, 0);
      const key = found.groups.map(groupKey).toSorted().join(' ');
      if (count === 0 || !limiter.admits(key, performance.now())) return count;
      const policy = configuredPolicy('failingTasks', context);
      try {
        await deliverOrThrow(client, {
          kind: 'tasksFailing',
          eventId: key.slice(0, 200),
          workflowType: failingTasksType,
          workflowId: failingTasksWorkflowId,
          input: { version: 1, policy },
          signal: { name: tasksFailingSignal.name, message: found },
          attributes: {
            state: 'failing' satisfies FailingTasksStateName,
            account: noAccount,
            attention: true,
            subject: failingTasksSubject(
              found.groups.map(({ workflowType }) => workflowType),
              'failing',
            ),
          },
          staticSummary: 'Workflows stand still: their task fails',
          staticDetails: '- **See them:** `steward list --attention`',
          afterCompletion: 'startAgain',
        });
      } catch (error) {
        limiter.forget(key);
        throw error;
      }
      return count;
    },
  };
}

function join(groups: Map<string, FailingGroup>, group: FailingGroup): void {
  const known = groups.get(groupKey(group));
  groups.set(
    groupKey(group),
    known === undefined
      ? group
      : {
          ...known,
          count: known.count + group.count,
          workflowIds: [...known.workflowIds, ...group.workflowIds].slice(0, namedIds),
        },
  );
}
