import { ScheduleOverlapPolicy, type Client, type ScheduleDescription } from '@temporalio/client';
import { defined } from '../defined.ts';
import {
  accountCheckId,
  reconcileChangeSetsType,
  reconcileScheduleId,
  type AccountPause,
  type AccountResult,
  type ReconcileAccountInput,
  type ReconciledAccount,
} from '../workflows/reconcileChangeSets/contract.ts';
import type { ReconcilePolicy } from '../workflows/reconcileChangeSets/policyValues.ts';
import { reconcileDefaults } from '../policies/defaults.ts';
import { resultsIn } from '../workflows/reconcileChangeSets/window.ts';
import { isUndecodable } from '../workflows/shared/payloadConverter.ts';
import { instant } from '../workflows/shared/reminders.ts';
import { stewardTaskQueue } from '../workflows/shared/taskQueues.ts';
import { updateSchedule } from './scheduleUpdate.ts';
import { resultOfRun } from './workflows.ts';

/** How the accounts are checked for lost events, as the schedule and its newest rounds say. */
export interface ReconciliationView {
  /** Whether the schedule of all accounts is paused, and the note on that. */
  readonly paused: boolean;
  readonly note?: string;
  /** ISO 8601. */
  readonly nextRoundAt?: string;
  /** The newest round that has completed; absent where none has. */
  readonly round?: { readonly workflowId: string; readonly runId: string };
  /** What a round starts with in place of the defaults. */
  readonly policy?: Partial<ReconcilePolicy>;
  readonly accounts: ReadonlyArray<ReconciledAccount & { readonly result?: AccountResult }>;
}

const answerWithinMs = 5_000;

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function pauseIn(value: unknown): AccountPause | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { actor, reason, at } = value as Partial<Record<string, unknown>>;
  return { actor: textOf(actor), reason: textOf(reason), at: textOf(at) };
}

/** The policy of a schedule as it is: what of it is a number, and known here. */
function policyIn({ action }: ScheduleDescription): Partial<ReconcilePolicy> | undefined {
  const [input] = action.args ?? [];
  const policy = typeof input === 'object' && input !== null && 'policy' in input ? input.policy : undefined;
  if (typeof policy !== 'object' || policy === null) return undefined;
  const given: Partial<Record<string, unknown>> = { ...policy };
  const values = Object.keys(reconcileDefaults).map((name) => [name, given[name]] as const);
  return Object.fromEntries(values.filter(([, value]) => typeof value === 'number'));
}

/**
 * The accounts of a schedule as it is: somebody may have edited its input by hand.
 * @throws Error where the input cannot be decoded here: nothing may be made of it then.
 */
export function scheduledAccounts({ action, info }: ScheduleDescription): readonly ReconciledAccount[] {
  const [input] = action.args ?? [];
  if (isUndecodable(input)) {
    throw new Error(
      'The input of the schedule cannot be read: it is encrypted with a key that is missing here, or broken',
    );
  }
  if (typeof input !== 'object' || input === null || !('accounts' in input) || !Array.isArray(input.accounts))
    return [];
  const listed: readonly unknown[] = input.accounts;
  return listed.flatMap((one) => {
    if (typeof one !== 'object' || one === null) return [];
    const { account, since, paused, catalogs } = one as Partial<Record<string, unknown>>;
    if (typeof account !== 'string') return [];
    const names = Array.isArray(catalogs) ? catalogs.filter((name) => typeof name === 'string') : undefined;
    return [
      {
        account,
        since: instant(since) ?? info.createdAt.toISOString(),
        ...defined({ catalogs: names, paused: pauseIn(paused) }),
      },
    ];
  });
}

/**
 * What the schedule and its newest completed round say of the accounts.
 * @throws ScheduleNotFoundError where no worker has made the schedule yet.
 */
export async function reconciliationView(client: Client): Promise<ReconciliationView> {
  const found = await client.schedule.getHandle(reconcileScheduleId).describe();
  const { state, info } = found;
  let round: ReconciliationView['round'];
  let results: Readonly<Record<string, AccountResult>> = {};
  for (const { action } of info.recentActions.toReversed()) {
    const { workflowId, firstExecutionRunId: runId } = action.workflow;
    const { status } = await client.workflow.getHandle(workflowId, runId).describe();
    if (status.name !== 'COMPLETED') continue;
    round = { workflowId, runId };
    results = resultsIn(await resultOfRun(client, round, answerWithinMs));
    break;
  }
  return {
    paused: state.paused,
    ...defined({
      note: state.note,
      nextRoundAt: info.nextActionTimes[0]?.toISOString(),
      round,
      policy: policyIn(found),
    }),
    accounts: scheduledAccounts(found).map((one) => ({ ...one, ...defined({ result: results[one.account] }) })),
  };
}

/**
 * Pauses the checks of accounts, or resumes them: with the next round.
 * @param pause undefined resumes.
 * @returns the accounts that the schedule does not have: of these nothing was changed.
 * @throws ScheduleNotFoundError where no worker has made the schedule yet.
 */
export async function setPaused(
  client: Client,
  accounts: readonly string[],
  pause: AccountPause | undefined,
): Promise<readonly string[]> {
  const wanted = new Set(accounts);
  let unknown: readonly string[] = [];
  await updateSchedule(client, reconcileScheduleId, (found) => {
    const scheduled = scheduledAccounts(found);
    unknown = accounts.filter((id) => !scheduled.some(({ account }) => account === id));
    const isRight = ({ account, paused }: ReconciledAccount): boolean =>
      !wanted.has(account) || (pause === undefined ? paused === undefined : paused?.at === pause.at);
    if (unknown.length > 0 || scheduled.every(isRight)) return undefined;
    const changed = scheduled.map((one): ReconciledAccount => {
      if (!wanted.has(one.account)) return one;
      const { paused: _before, ...rest } = one;
      return { ...rest, ...defined({ paused: pause }) };
    });
    const { spec, policies, state, action } = found;
    const [input] = action.args ?? [];
    return { spec, policies, state, action: { ...action, args: [{ ...(input as object), accounts: changed }] } };
  });
  return unknown;
}

/** Has the schedule begin a round now; where one is under way, nothing happens. */
export async function triggerRound(client: Client): Promise<void> {
  await client.schedule.getHandle(reconcileScheduleId).trigger(ScheduleOverlapPolicy.SKIP);
}

/**
 * Starts a check of one account by hand, with the schedule's own policy: from where the last round ended where it is not said
 * otherwise. It changes nothing of what the rounds check.
 * @returns the id of its workflow, where one that is under way goes on; undefined where the schedule has no such account.
 * @throws ScheduleNotFoundError where no worker has made the schedule yet.
 */
export async function startAccountCheck(
  client: Client,
  { account, catalogs, from, to }: Omit<ReconcileAccountInput, 'version' | 'policy'>,
): Promise<string | undefined> {
  const { accounts, policy } = await reconciliationView(client);
  const scheduled = accounts.find((one) => one.account === account);
  if (scheduled === undefined) return undefined;
  // A schedule that somebody edited by hand may lack some of it.
  const { overlapMs } = { ...reconcileDefaults, ...policy };
  const checkedMs = Date.parse(scheduled.result?.checkedUntil ?? '') - overlapMs;
  const fromMs = Math.max(Date.parse(scheduled.since), Number.isNaN(checkedMs) ? 0 : checkedMs);
  const input: ReconcileAccountInput = {
    version: 1,
    account,
    from: from ?? new Date(Math.min(fromMs, Date.now() - 1)).toISOString(),
    ...defined({ to, catalogs: catalogs ?? scheduled.catalogs, policy }),
  };
  const workflowId = accountCheckId(account);
  await client.workflow.start(reconcileChangeSetsType, {
    workflowId,
    taskQueue: stewardTaskQueue,
    args: [input],
    workflowIdConflictPolicy: 'USE_EXISTING',
    staticSummary: `Events of account ${account} that never arrived`,
  });
  return workflowId;
}
