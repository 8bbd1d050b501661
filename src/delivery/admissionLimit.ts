import type { Client } from '@temporalio/client';
import type { QuotaOf } from '../quotas/catalogQuotas.ts';
import { failure } from '../failures.ts';
import { changeSetRemediationType, firstCheckState } from '../workflows/changeSetRemediation/contract.ts';
import { accountAttribute, stateAttribute } from '../workflows/shared/searchAttributes.ts';
import { deliverWithinMs } from './deliver.ts';

/** What the first check of a failed change set asks, once each. */
const firstCheckOperations = ['DescribeChangeSet', 'DescribeEntity', 'ListChangeSets'] as const;
/**
 * So many seconds of the tightest of these quotas may be waiting: enough that every worker always has calls to make where
 * tasks reach the workers unevenly, and few enough that a pause has effect soon.
 */
const waitingSeconds = 10;
/** A lineage that has waited for longer is held up by something else, and must not hold up the others indefinitely. */
const countedForMs = 300_000;

/** How many lineages a backfill may open for an account: each that is opened asks the vendor at once. */
export interface AdmissionLimit {
  /**
   * How many more may be opened now; 0 where those that wait for their first check, on any worker, are enough.
   * @throws a failure of type Unreachable where Temporal does not answer.
   */
  remainingFor(account: string): Promise<number>;
}

/**
 * The limit by the number of lineages whose state is that of the first check: a count of the work that all workers have
 * before them, which costs no action.
 * @param quotaOf calls a second that the account may make.
 */
export function createAdmissionLimit(client: Client, quotaOf: QuotaOf): AdmissionLimit {
  return {
    async remainingFor(account) {
      const tightest = Math.min(...firstCheckOperations.map((operation) => quotaOf(account, operation)));
      const most = Math.max(1, Math.floor(tightest * waitingSeconds));
      const since = new Date(Date.now() - countedForMs).toISOString();
      const query = [
        `WorkflowType="${changeSetRemediationType}"`,
        'ExecutionStatus="Running"',
        `${accountAttribute.name}="${account}"`,
        `${stateAttribute.name}="${firstCheckState}"`,
        `StartTime>"${since}"`,
      ].join(' AND ');
      try {
        const { count } = await client.withDeadline(Date.now() + deliverWithinMs, () => client.workflow.count(query));
        return Math.max(0, most - count);
      } catch (error) {
        const message = `Temporal did not say how many lineages of ${account} wait for their first check`;
        throw failure('Unreachable', message, { cause: error });
      }
    },
  };
}
