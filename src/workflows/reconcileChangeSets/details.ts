import { defined } from '../../defined.ts';
import { details, plain, readableTime } from '../shared/markdown.ts';
import type { AccountResult, ReconcileStatus } from './contract.ts';
import { eventCount, routeStep } from './notices.ts';
import { resultOf, totalsOf, type AccountRun, type Reconciliation } from './state.ts';

const shownIds = 20;
/** The accounts that something is to be said about; the result has all. */
const shownAccounts = 20;
/** Ids of all accounts that a result names. */
const keptIds = 100;

function whose({ account, accounts }: Reconciliation): string {
  if (account !== undefined) return `account ${account}`;
  return accounts.length === 1 ? '1 account' : `${accounts.length.toLocaleString('en-US')} accounts`;
}

function heading(run: Reconciliation): string {
  const { missed, undelivered } = totalsOf(run);
  switch (run.state) {
    case 'checking':
      return `Checking for events that never came: ${whose(run)}`;
    case 'allKnown':
      return `No event is missing: ${whose(run)}`;
    case 'missedFound':
      return `${eventCount(missed + undelivered)} never came: ${whose(run)}`;
    case 'incomplete':
      return `Not every account could be checked: ${whose(run)}`;
    case 'abandoned':
      return `Cancelled: ${whose(run)}`;
    case 'failed':
      return `Failed: ${whose(run)}`;
  }
}

function nextStep(run: Reconciliation): string {
  switch (run.state) {
    case 'checking':
      return 'Comparing the failed change sets that AWS lists with the workflows.';
    case 'allKnown':
      return 'Nothing is to be done. The next round begins where this one ended.';
    case 'missedFound':
      return totalsOf(run).undelivered > 0
        ? 'Read the notes on what could not be delivered. The other lost events have been recovered.'
        : routeStep;
    case 'incomplete':
      return 'The next round checks the time of these accounts again. The alarm of an account says what to do where AWS refuses.';
    case 'abandoned':
    case 'failed':
      return 'The next round of the schedule checks the same time again.';
  }
}

/** What there is to say about an account; nothing where it was checked and no event is missing. */
function accountLine({
  account,
  outcome,
  failure,
  missed,
  undelivered,
  after,
  paused,
}: AccountRun): string | undefined {
  const found = missed + undelivered > 0 ? [`${eventCount(missed + undelivered)} never came`] : [];
  const said = [
    ...found,
    ...(outcome === 'failed' && failure !== undefined
      ? [`not checked since ${readableTime(failure.since)}: ${plain(failure.sentence)}`]
      : []),
    ...(outcome === 'checked' && after !== undefined ? ['not checked to the end: the next round goes on'] : []),
    ...(paused === undefined ? [] : [`paused by ${plain(paused.actor, 60)}: ${plain(paused.reason, 100)}`]),
  ];
  return said.length === 0 ? undefined : `- ${account}: ${said.join('; ')}`;
}

function countOf({ accounts }: Reconciliation, outcome: AccountRun['outcome']): number {
  return accounts.filter((one) => one.outcome === outcome).length;
}

/** The run's details in markdown. */
export function reconcileDetails(run: Reconciliation): string {
  const { until, listed, known, late, notes, accounts } = run;
  const { missed, undelivered } = totalsOf(run);
  const lines = accounts.flatMap((one) => accountLine(one) ?? []);
  const ids = accounts.flatMap(({ missedIds }) => missedIds);
  const [failed, paused] = [countOf(run, 'failed'), countOf(run, 'paused')];
  return details([
    `## ${plain(heading(run))}`,
    `**Next:** ${nextStep(run)}`,
    '',
    `- **accounts checked:** ${countOf(run, 'checked')} of ${accounts.length}`,
    ...(failed > 0 ? [`- **accounts that could not be checked:** ${failed}`] : []),
    ...(paused > 0 ? [`- **accounts that are paused:** ${paused}`] : []),
    `- **failed change sets that AWS lists:** ${listed}`,
    `- **known:** ${known}`,
    `- **lost, delivered now:** ${missed}`,
    ...(undelivered > 0 ? [`- **lost, not delivered:** ${undelivered}`] : []),
    ...(late > 0 ? [`- **running longer than usual, followed now:** ${late}`] : []),
    `- **ended before:** ${readableTime(until)}`,
    '',
    ...lines.slice(0, shownAccounts),
    ...(lines.length > shownAccounts
      ? [`- and ${lines.length - shownAccounts} accounts more: the result has them`]
      : []),
    ...ids.slice(0, shownIds).map((id) => `- missed: change-set:${plain(id)}`),
    ...(ids.length > shownIds ? ['- missed: more; the result names the first hundred'] : []),
    ...notes.slice(-5).map((note) => `- note: ${plain(note, 300)}`),
  ]);
}

/** Change sets of all accounts that a result names as reported: some 300 kB. */
const mostRemembered = 10_000;

/** The results of all accounts; of very many that were reported each keeps the newest, and reports to the others again. */
function bounded(results: ReadonlyArray<[string, AccountResult]>): Readonly<Record<string, AccountResult>> {
  const all = results.reduce((sum, [, { reported = [] }]) => sum + reported.length, 0);
  const kept = all <= mostRemembered ? mostRemembered : Math.floor(mostRemembered / results.length);
  return Object.fromEntries(
    results.map(([account, one]) => [
      account,
      one.reported === undefined || one.reported.length <= kept
        ? one
        : { ...one, reported: one.reported.slice(0, kept) },
    ]),
  );
}

/** The same for programs. */
export function reconcileStatus(run: Reconciliation): ReconcileStatus {
  const { state, account, until, listed, known, late, notes, accounts } = run;
  return {
    state,
    ...defined({ account }),
    until,
    listed,
    known,
    ...totalsOf(run),
    late,
    missedIds: accounts.flatMap(({ missedIds }) => missedIds).slice(0, keptIds),
    accounts: bounded(accounts.map((one) => [one.account, resultOf(one)])),
    notes,
    nextStep: nextStep(run),
  };
}
