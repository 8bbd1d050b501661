import { ScheduleNotFoundError, type Client } from '@temporalio/client';
import { defined } from '../defined.ts';
import {
  reconciliationView,
  setPaused,
  startAccountCheck,
  triggerRound,
  type ReconciliationView,
} from '../delivery/reconciliation.ts';
import { refuseSecretTexts } from './actor.ts';
import { CommandProblem, exitCodes, usageProblem, type CommandContext, type CommandResult } from './command.ts';
import { instant, printable, strong, table } from './format.ts';
import type { TemporalFlags } from './options.ts';
import { withTemporal } from './temporal.ts';

/** What every command on the reconciliation is given. */
export interface ReconcileFlags extends TemporalFlags {
  readonly json?: true;
}

/** What `steward reconcile pause` and `resume` are given. */
export interface PauseFlags extends ReconcileFlags {
  readonly actor: string;
  readonly reason: string;
}

/** What `steward reconcile run` is given. */
export interface ReconcileRunFlags extends ReconcileFlags {
  readonly catalog?: string;
  /** ISO 8601. */
  readonly from?: string;
  readonly to?: string;
}

type AccountView = ReconciliationView['accounts'][number];

/** Up to when each account is checked, or one. */
export async function showReconciliation(
  account: string | undefined,
  flags: ReconcileFlags,
  context: CommandContext,
): Promise<CommandResult> {
  return withSchedule(flags, context, async (client) => {
    const view = await reconciliationView(client);
    if (account === undefined) return { text: viewText(view), document: view, exitCode: exitCodes.ok };
    const one = accountOf(view, account);
    const { accounts: _accounts, ...schedule } = view;
    return { text: accountText(one, view), document: { ...one, schedule }, exitCode: exitCodes.ok };
  });
}

/** Pauses accounts, or resumes them. */
export async function pauseAccounts(
  act: 'pause' | 'resume',
  accounts: readonly string[],
  { actor, reason, ...flags }: PauseFlags,
  context: CommandContext,
): Promise<CommandResult> {
  refuseSecretTexts({ actor, reason });
  return withSchedule(flags, context, async (client) => {
    const pause = act === 'pause' ? { actor, reason, at: new Date().toISOString() } : undefined;
    const [unknown] = await setPaused(client, accounts, pause);
    if (unknown !== undefined) throw notScheduled(unknown);
    const text =
      act === 'pause'
        ? `Paused: ${accounts.join(', ')}. No round checks them until they are resumed.`
        : `Resumed: ${accounts.join(', ')}. The next round checks all of the time since they were paused.`;
    return { text, document: { accounts, paused: act === 'pause' }, exitCode: exitCodes.ok };
  });
}

/** Begins a round now, or the check of one account. */
export async function runReconciliation(
  account: string | undefined,
  { catalog, from, to, ...flags }: ReconcileRunFlags,
  context: CommandContext,
): Promise<CommandResult> {
  if (to !== undefined && from === undefined) throw usageProblem('--to needs --from: it alone gives no beginning.');
  if (account === undefined && (from ?? catalog) !== undefined) {
    throw usageProblem('--from, --to and --catalog are for one account: name it.');
  }
  return withSchedule(flags, context, async (client) => {
    if (account === undefined) {
      await triggerRound(client);
      const text = 'The schedule begins a round now, unless one is under way. See it: steward reconcile show';
      return { text, document: { triggered: true }, exitCode: exitCodes.ok };
    }
    const workflowId = await startAccountCheck(client, {
      account,
      ...defined({ from, to, catalogs: catalog === undefined ? undefined : [catalog] }),
    });
    if (workflowId === undefined) throw notScheduled(account);
    const text = `The check of account ${account} is under way. See it: steward show ${workflowId}`;
    return { text, document: { workflowId }, exitCode: exitCodes.ok };
  });
}

function withSchedule(
  flags: TemporalFlags,
  context: CommandContext,
  use: (client: Client) => Promise<CommandResult>,
): Promise<CommandResult> {
  return withTemporal(flags, context, async ({ client, peer }) => {
    try {
      return await use(client);
    } catch (error) {
      if (!(error instanceof ScheduleNotFoundError)) throw error;
      throw new CommandProblem(
        exitCodes.notFound,
        `Namespace ${peer.namespace} has no schedule of checks. Start a worker: it makes the schedule`,
      );
    }
  });
}

function accountOf(view: ReconciliationView, account: string): AccountView {
  const found = view.accounts.find((one) => one.account === account);
  if (found === undefined) throw notScheduled(account);
  return found;
}

function notScheduled(account: string): CommandProblem {
  return new CommandProblem(
    exitCodes.notFound,
    `Account ${account} is not among those that are checked. See which are: steward reconcile show`,
  );
}

function stateOf({ paused, result }: AccountView): string {
  if (paused !== undefined) return 'paused';
  if (result?.failure !== undefined) return result.failure.type ?? 'not checked';
  if (result === undefined) return 'not checked yet';
  return result.unfinished === true ? 'unfinished' : 'checked';
}

function seconds(iso: string | undefined): string {
  return iso === undefined ? '' : instant(new Date(iso));
}

function scheduleLines({ paused, note, nextRoundAt, round }: ReconciliationView): string[] {
  return [
    paused
      ? `All accounts are paused${note === undefined ? '' : `: ${printable(note)}`}`
      : `next round: ${seconds(nextRoundAt)}`,
    ...(round === undefined ? [] : [`newest round: ${round.workflowId}`]),
  ];
}

function viewText(view: ReconciliationView): string {
  const rows = table(
    [
      { heading: 'ACCOUNT', value: ({ account }) => account },
      { heading: 'STATE', value: stateOf },
      { heading: 'CHECKED UNTIL', value: ({ result }) => seconds(result?.checkedUntil) },
      { heading: 'LOST, NEWEST ROUND', value: ({ result }) => String(result?.missed ?? '') },
    ],
    view.accounts,
  );
  return [
    ...scheduleLines(view),
    rows,
    '',
    'What earlier checks found: steward list --closed --state missedFound',
  ].join('\n');
}

function accountText(one: AccountView, view: ReconciliationView): string {
  const { account, since, paused, catalogs = ['AWSMarketplace'], result } = one;
  return [
    strong(`${account}  ${stateOf(one)}`),
    `catalogs: ${catalogs.join(', ')}`,
    `checked since: ${seconds(since)}`,
    `checked until: ${seconds(result?.checkedUntil)}`,
    ...(result?.missed === undefined ? [] : [`lost events, newest round: ${result.missed}`]),
    ...(result?.failure === undefined
      ? []
      : [
          `not checked since: ${seconds(result.failure.since)}, ${result.failure.rounds} rounds`,
          `why: ${printable(result.failure.sentence)}`,
        ]),
    ...(paused === undefined
      ? []
      : [`paused: ${seconds(paused.at)} by ${printable(paused.actor)}: ${printable(paused.reason)}`]),
    ...scheduleLines(view),
  ].join('\n');
}
