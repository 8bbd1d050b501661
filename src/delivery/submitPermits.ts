import { randomUUID } from 'node:crypto';
import { WithStartWorkflowOperation, WorkflowUpdateFailedError, type Client } from '@temporalio/client';
import type { QuotaOf } from '../quotas/catalogQuotas.ts';
import { failure, failureTypeOf } from '../failures.ts';
import { submitPermitsDefaults } from '../policies/defaults.ts';
import {
  permitReturnUpdate,
  permitUpdate,
  submitPermitsId,
  submitPermitsType,
  type PermitAnswer,
  type PermitRequest,
  type PermitReturn,
  type SubmitPermitsInput,
  type UsedPermit,
} from '../workflows/submitPermits/contract.ts';
import { mostUsed } from '../workflows/submitPermits/checks.ts';
import { permitsPriority } from '../workflows/shared/priorities.ts';
import { stewardTaskQueue } from '../workflows/shared/taskQueues.ts';
import { quoted } from './workflows.ts';

/** What a caller says of the permit that it wants. */
type PermitAsked = Pick<PermitRequest, 'token' | 'authority' | 'dailyCap' | 'usedWithinMs'>;

/** The permits of all accounts, as the activities use them. */
export interface SubmitPermits {
  /**
   * Asks for the permit of one activity attempt: one update, which starts the account's workflow where there is none.
   * @throws Unreachable where Temporal does not answer: the permit may have been granted, and counts then. Any other Error
   * where the workflow refuses the request: that is a bug.
   */
  request(scope: { readonly account: string; readonly catalog: string }, asked: PermitAsked): Promise<PermitAnswer>;
  /** Notes that the submit of a permit was accepted: the next request of the account says so. */
  accepted(account: string, used: UsedPermit): void;
  /** Says what became of a permit. @throws Unreachable where Temporal does not answer: then it counts. */
  giveBack(account: string, returned: Omit<PermitReturn, 'settleMs'>): Promise<void>;
  /** When the newest run that was ended from outside has ended, in milliseconds; undefined where there is none. */
  lastEndedMs(account: string): Promise<number | undefined>;
}

/** How long AWS takes to list what it accepted, in milliseconds (docs/reliability.md). */
const settleMs = 10_000;

/**
 * How long Temporal may take over one call, in milliseconds. An activity attempt has 60 s, and sends nothing in the last 30: a
 * permit that comes after two such calls is still of use.
 */
const answersWithinMs = 10_000;

/** Updates of one account under way at once, from one process: Temporal takes ten of a workflow. */
const updatesAtOnce = 4;

/** How long a request waits behind others, in milliseconds: an activity attempt that waited for longer would end before it sent. */
const behindOthersMs = 10_000;

/**
 * Makes what lets so many calls of one key be under way at once; the others wait in order.
 * @returns what gives undefined, and does not call, where it has waited behind others for so long. What waits without a limit goes first.
 */
function createOrder(
  atOnce: number,
): <Answer>(key: string, call: () => Promise<Answer>, withinMs?: number) => Promise<Answer | undefined> {
  const waiting = new Map<string, Array<() => void>>();
  const underWay = new Map<string, number>();
  function place(key: string, others: Array<() => void>, withinMs: number | undefined): Promise<boolean> {
    const calls = underWay.get(key) ?? 0;
    if (calls < atOnce) {
      underWay.set(key, calls + 1);
      return Promise.resolve(true);
    }
    const { promise, resolve } = Promise.withResolvers<boolean>();
    if (withinMs === undefined) {
      others.unshift(() => resolve(true));
      return promise;
    }
    const go = (): void => {
      clearTimeout(timer);
      resolve(true);
    };
    const timer = setTimeout(() => {
      others.splice(others.indexOf(go), 1);
      resolve(false);
    }, withinMs);
    others.push(go);
    return promise;
  }
  return async (key, call, withinMs) => {
    const others = waiting.get(key) ?? [];
    waiting.set(key, others);
    if (!(await place(key, others, withinMs))) return undefined;
    try {
      return await call();
    } finally {
      const next = others.shift();
      // The next one takes this place.
      if (next === undefined) underWay.set(key, (underWay.get(key) ?? 1) - 1);
      else next();
    }
  };
}

/** A run that continued as new has given its state to the next one. */
const endedFromOutside = 'ExecutionStatus IN ("Terminated", "Failed", "TimedOut", "Canceled", "Completed")';

/**
 * The permits over the workflows that hold them.
 * @param quotaOf the pace of StartChangeSet, read at each request.
 * @param settlesMs how long AWS takes to list what it accepted, in milliseconds.
 * @param waitsMs how long a request waits behind others, in milliseconds.
 */
export function createSubmitPermits(
  client: Client,
  quotaOf: QuotaOf,
  settlesMs = settleMs,
  waitsMs = behindOthersMs,
): SubmitPermits {
  const within = async <Answer>(what: string, call: () => Promise<Answer>): Promise<Answer> => {
    try {
      return await client.withDeadline(Date.now() + answersWithinMs, call);
    } catch (error) {
      // Temporal did answer: the workflow refuses what this code asks, which no time mends.
      if (error instanceof WorkflowUpdateFailedError) {
        throw new Error(`Refused: ${what}: ${error.cause?.message ?? error.message}`, { cause: error });
      }
      throw failure('Unreachable', `Temporal did not answer: ${what}`, { cause: error });
    }
  };
  const inOrder = createOrder(updatesAtOnce);
  const accepted = new Map<string, readonly UsedPermit[]>();
  /** A permit that no request names is counted all the same, until its time is over. */
  const note = (account: string, used: readonly UsedPermit[]): void => {
    if (used.length > 0) accepted.set(account, [...(accepted.get(account) ?? []), ...used].slice(-mostUsed));
  };
  const giveBack: SubmitPermits['giveBack'] = async (account, returned) => {
    const handle = client.workflow.getHandle(submitPermitsId(account));
    const giving = (): Promise<void> =>
      handle.executeUpdate(permitReturnUpdate, { args: [{ ...returned, settleMs: settlesMs }] });
    await inOrder(account, () => within(`the return of a permit for account ${account}`, giving));
  };
  /** The activity attempt has ended without the answer: a permit that it gives would keep the next attempt for a minute. */
  const giveLateBack = async (account: string, token: string, again: () => Promise<PermitAnswer>): Promise<void> => {
    const late = await again().catch(() => undefined);
    if (late?.outcome !== 'granted') return;
    await giveBack(account, { token, grant: late.grant, fate: 'unsent' }).catch(() => undefined);
  };
  return {
    async request({ account, catalog }, asked) {
      const policy = submitPermitsDefaults;
      const input: SubmitPermitsInput = { version: 1, account, catalog, policy };
      const permit = async (): Promise<PermitAnswer> => {
        const used = accepted.get(account) ?? [];
        accepted.delete(account);
        const request: PermitRequest = {
          ...asked,
          startsPerSecond: quotaOf(account, 'StartChangeSet'),
          settleMs: settlesMs,
          policy,
          ...(used.length > 0 ? { used } : {}),
        };
        // The same update, so that a permit whose answer was lost is not held against its own request.
        const updateId = randomUUID();
        const once = (): Promise<PermitAnswer> =>
          within(`the permit of a submit for account ${account}`, () => update(request, updateId));
        try {
          return await once().catch(once);
        } catch (error) {
          note(account, used);
          if (failureTypeOf(error) === 'Unreachable') void giveLateBack(account, asked.token, once);
          throw error;
        }
      };
      const update = (request: PermitRequest, updateId: string): Promise<PermitAnswer> =>
        client.workflow.executeUpdateWithStart(permitUpdate, {
          args: [request],
          updateId,
          startWorkflowOperation: new WithStartWorkflowOperation(submitPermitsType, {
            workflowId: submitPermitsId(account),
            taskQueue: stewardTaskQueue,
            args: [input],
            workflowIdConflictPolicy: 'USE_EXISTING',
            priority: permitsPriority,
            staticSummary: `permits of submits for account ${account}`,
          }),
        });
      // Those that come back are spread, and each that waits meanwhile has a whole activity attempt before it.
      const retryAfterMs = Math.round(waitsMs * (1 + Math.random()));
      return (await inOrder(account, permit, waitsMs)) ?? { outcome: 'later', retryAfterMs, because: 'others' };
    },
    accepted: (account, used) => note(account, [used]),
    giveBack,
    lastEndedMs: (account) =>
      within(`the earlier runs of the permits for account ${account}`, async () => {
        const query = `WorkflowId=${quoted(submitPermitsId(account))} AND ${endedFromOutside}`;
        let lastMs: number | undefined;
        for await (const { closeTime } of client.workflow.list({ query, pageSize: 10 })) {
          lastMs = Math.max(lastMs ?? 0, closeTime?.getTime() ?? Date.now());
        }
        return lastMs;
      }),
  };
}
