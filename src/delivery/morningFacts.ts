import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { defined } from '../defined.ts';
import { failure } from '../failures.ts';
import type { MorningFacts, MorningRequest, MorningRow } from '../workflows/morningDigest/contract.ts';
import { shownRows } from '../workflows/morningDigest/notices.ts';
import { dueAtAttribute, subjectAttribute } from '../workflows/shared/searchAttributes.ts';
import { matterOf } from './firstRows.ts';
import { shiftQuestions } from './shift.ts';
import { dueDays, morningAnswers, ofAccounts } from './shiftFacts.ts';
import { reportedCause } from './taskProblems.ts';
import { urgencyOf, urgent } from './urgency.ts';

/** How long all the questions of a digest may take, in milliseconds. */
const askWithinMs = 40_000;
/** What ended in the last moment may not be in the server's lists yet: the next digest counts it, and none counts it twice. */
const settlingMs = 60_000;

/** The questions of a shift that a digest answers (`shift.ts`), and whether its list can be one of single accounts. */
const answered: Readonly<Record<string, 'ofAccounts' | 'ofAll'>> = {
  'What needs me?': 'ofAccounts',
  'What is due this week?': 'ofAccounts',
  // A round of the reconciliation is of all accounts.
  'Which events were lost?': 'ofAll',
  'What did it do last night?': 'ofAccounts',
};
/** In characters: a longer address is none that a chat takes. */
const longestQuery = 1_000;

/** The lists of the Web UI that have the whole answers. */
function listsOf(nowMs: number, accounts: readonly string[] | undefined): MorningFacts['lists'] {
  const narrowed = accounts === undefined ? '' : ` AND ${ofAccounts(accounts)}`;
  return shiftQuestions(nowMs).flatMap(({ title, query }) => {
    const of = Object.hasOwn(answered, title) ? answered[title] : undefined;
    if (of === undefined) return [];
    const whole = of === 'ofAll' ? query : `${query}${narrowed}`;
    return whole.length > longestQuery ? [] : [{ title, query: whole }];
  });
}

function rowOf(workflow: WorkflowExecutionInfo, nowMs: number): MorningRow {
  const { workflowId, typedSearchAttributes: attributes, startTime } = workflow;
  const subject = attributes.get(subjectAttribute) ?? workflow.type;
  const cause = reportedCause(workflow);
  return {
    workflowId,
    subject: cause === undefined ? subject : `${subject} (its task fails: ${cause})`,
    urgency: urgencyOf(matterOf(workflow), nowMs),
    startedAt: startTime.toISOString(),
    ...defined({ dueAt: attributes.get(dueAtAttribute)?.toISOString() }),
  };
}

/**
 * Asks Temporal's lists what a morning digest says. It costs no action; of each list the first rows come along.
 * @param nowMs milliseconds since the epoch.
 * @throws a failure of type Unreachable where Temporal does not answer in time.
 */
export async function morningFacts(
  client: Client,
  { accounts, since }: Pick<MorningRequest, 'accounts' | 'since'>,
  nowMs = Date.now(),
): Promise<MorningFacts> {
  const wanted = shownRows.needsYou;
  const untilMs = nowMs - settlingMs;
  const asking = { sinceMs: Date.parse(since), untilMs, wanted, nowMs, ...defined({ accounts }) };
  try {
    return await client.withDeadline(Date.now() + askWithinMs, async () => {
      const { running, due, lost, done } = await morningAnswers(client, asking);
      const { overdue, dueToday, needsDecision } = running.totals;
      const rows = running.rows.map((row) => rowOf(row, nowMs)).filter(({ urgency }) => urgent.has(urgency));
      const { sinceMs: _since, ...ended } = done;
      return {
        at: new Date(nowMs).toISOString(),
        needsYou: { total: overdue + dueToday + needsDecision, rows: rows.slice(0, wanted) },
        due: {
          withinDays: dueDays,
          total: due.total,
          rows: due.rows.slice(0, shownRows.due).map((row) => rowOf(row, nowMs)),
        },
        done: { since, until: new Date(untilMs).toISOString(), ...ended },
        lost,
        lists: listsOf(nowMs, accounts),
      };
    });
  } catch (error) {
    throw failure('Unreachable', 'Temporal did not answer what a morning digest asks', { cause: error });
  }
}
