import { defined } from '../../../defined.ts';
import { noted, stay, type Transition } from '../../shared/transition.ts';
import type { AccountChecked, AccountUnchecked, DeliveredMissed, FoundRow } from '../contract.ts';
import { missedNotice } from '../notices.ts';
import type { AccountRun, ReconcileContext, ReconcileIdentity, Reconciliation, ReconcileMessage } from '../state.ts';

/** Ids of one account that a run names: Temporal gives its result to the next one, and a payload holds 2 MB at most. */
const keptIds = 100;
/** Late change sets that a note names. */
const namedLate = 5;
/** In characters: a result holds the failures of a thousand accounts. */
const longestFailure = 200;

function withAccounts(
  run: Reconciliation,
  of: ReadonlySet<string>,
  change: (one: AccountRun) => AccountRun,
): Reconciliation {
  return { ...run, accounts: run.accounts.map((one) => (of.has(one.account) ? change(one) : one)) };
}

function failed(
  one: AccountRun,
  { type, sentence }: Pick<AccountUnchecked, 'type' | 'sentence'>,
  at: string,
): AccountRun {
  const { since = at, rounds = 0 } = one.before.failure ?? {};
  const kept = sentence.slice(0, longestFailure);
  return { ...one, outcome: 'failed', failure: { ...defined({ type }), sentence: kept, since, rounds: rounds + 1 } };
}

function onDelivered(before: Reconciliation, missed: readonly FoundRow[], result: DeliveredMissed): Reconciliation {
  const reasons = new Map(result.undelivered.map(({ changeSetId, reason }) => [changeSetId, reason]));
  const left = new Set(result.left);
  const byAccount = Map.groupBy(
    missed.filter(({ row }) => !left.has(row.changeSetId)),
    ({ account }) => account,
  );
  const counted = withAccounts(before, new Set(byAccount.keys()), (one) => {
    const ids = (byAccount.get(one.account) ?? []).map(({ row }) => row.changeSetId);
    const delivered = ids.filter((id) => !reasons.has(id));
    return {
      ...one,
      missed: one.missed + delivered.length,
      undelivered: one.undelivered + ids.length - delivered.length,
      missedIds: [...one.missedIds, ...delivered].slice(0, keptIds),
    };
  });
  const unfinished = new Set(missed.filter(({ row }) => left.has(row.changeSetId)).map(({ account }) => account));
  const sentence = `Temporal did not take ${left.size} of the lost events: the next round delivers them.`;
  const open = withAccounts(counted, unfinished, (one) =>
    failed(one, { type: 'Unreachable', sentence }, before.startedAt),
  );
  return [...reasons].reduce((run, [id, reason]) => noted(run, `${id} was not delivered: ${reason}`), open);
}

/** Their own workflows report that they are late: the run notes it only. */
function onLateOpened(before: Reconciliation, changeSetIds: readonly string[]): Reconciliation {
  const ids = changeSetIds.slice(0, namedLate).join(', ');
  const more = changeSetIds.length > namedLate ? ` and ${changeSetIds.length - namedLate} more` : '';
  const note = `AWS works on these change sets longer than usual; their workflows follow them: ${ids}${more}.`;
  return { ...noted(before, note), late: before.late + changeSetIds.length };
}

function onChecked(before: Reconciliation, results: ReadonlyArray<AccountChecked | AccountUnchecked>): Reconciliation {
  const byAccount = new Map(results.map((result) => [result.account, result]));
  const checked = withAccounts(before, new Set(byAccount.keys()), (one) => {
    const result = byAccount.get(one.account);
    // What was found and could not be delivered is checked again, whatever else was found.
    if (result === undefined || one.outcome === 'failed') return one;
    if (result.outcome === 'failed') {
      const { reported } = result;
      const { entitiesUntil } = one.reporting ?? one.before;
      const reporting = reported === undefined ? one.reporting : defined({ reported, entitiesUntil });
      return failed({ ...one, ...defined({ reporting }) }, result, before.startedAt);
    }
    const { after: _before, ...rest } = one;
    const reporting = result.reporting ?? one.reporting;
    return { ...rest, outcome: 'checked', hasProgressed: true, ...defined({ after: result.after, reporting }) };
  });
  return {
    ...checked,
    listed: before.listed + results.reduce((sum, { listed = 0 }) => sum + listed, 0),
    known: before.known + results.reduce((sum, one) => sum + (one.outcome === 'checked' ? one.known : 0), 0),
  };
}

/** The end of a run, with one notice for each account of which it found lost events. */
function ended(run: Reconciliation, identity: ReconcileIdentity): Transition<Reconciliation> {
  const found = run.accounts.filter(({ missed, undelivered }) => missed + undelivered > 0);
  return { state: run, notices: found.map((one) => missedNotice(one, identity)) };
}

function endState({ accounts }: Reconciliation): 'missedFound' | 'incomplete' | 'allKnown' {
  if (accounts.some(({ missed, undelivered }) => missed + undelivered > 0)) return 'missedFound';
  return accounts.some(({ outcome }) => outcome === 'failed') ? 'incomplete' : 'allKnown';
}

/** The state after a message, and at the end the notices. Pure and total; nothing changes an ended run. */
export function next(
  before: Reconciliation,
  message: ReconcileMessage,
  { policy: identity }: ReconcileContext,
): Transition<Reconciliation> {
  if (before.state !== 'checking') return stay(before);
  switch (message.type) {
    case 'checked':
      return stay(onChecked(before, message.checked.accounts));
    case 'lateOpened':
      return stay(onLateOpened(before, message.changeSetIds));
    case 'delivered':
      return stay(onDelivered(before, message.missed, message.result));
    case 'unchecked': {
      const { accounts, sentence } = message;
      return stay(withAccounts(before, new Set(accounts), (one) => failed(one, { sentence }, before.startedAt)));
    }
    case 'completed':
      return ended({ ...before, state: endState(before) }, identity);
    case 'brokenOff':
      return ended({ ...noted(before, message.sentence), state: message.state }, identity);
  }
}
