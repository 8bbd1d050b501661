import { defined } from '../../defined.ts';
import { commandLines, duration, headingOf, recordLines, reportOf } from '../shared/backfills.ts';
import { count, sumSentence } from '../shared/digests.ts';
import { details, jsonBlock, plain, readableTime } from '../shared/markdown.ts';
import type { BackfillChangeSetsInput, BackfillChangeSetsStatus, BackfillPlan } from './contract.ts';
import { endStep, sumOf } from './notices.ts';
import { numbersOf, type Backfill } from './state.ts';

/** Change sets a second so far, and the seconds that the rest takes at that rate. */
function rateOf(
  backfill: Backfill,
  plan: BackfillPlan,
): Pick<BackfillChangeSetsStatus, 'ratePerSecond' | 'secondsLeft'> {
  const { known, started, failed, busyMs, phase } = backfill;
  const done = known + started + failed;
  if (busyMs === 0 || done === 0) return {};
  // The waits between bursts keep a rate of its own, and nothing is measured in them.
  const measured = Math.min((done * 1_000) / busyMs, plan.ratePerSecond ?? Infinity);
  const ratePerSecond = Number(measured.toPrecision(3));
  const { left } = numbersOf(backfill);
  return { ratePerSecond, ...(phase.name === 'delivering' ? { secondsLeft: Math.ceil(left / ratePerSecond) } : {}) };
}

function nextStep(backfill: Backfill, { dryRun }: BackfillPlan): string {
  const { phase, pass, undelivered, problem } = backfill;
  switch (phase.name) {
    case 'finding':
      return dryRun
        ? 'Counting the change sets that AWS lists, and those that have a workflow. Nothing is started.'
        : 'Counting the change sets that AWS lists, before the first delivery.';
    case 'delivering': {
      if (pass > 0) return 'Delivering again what failed before; a change set counts as failed after the last attempt.';
      const again = undelivered.length === 0 ? '' : ` ${count(undelivered.length)} failed and follow at the end.`;
      return `Delivering each change set that has no workflow to a workflow of its own.${again}`;
    }
    case 'paused':
      return 'Choose one: **resume** or **stop**. Until then nothing is delivered.';
    case 'stopping':
      return 'This ends as soon as the running activity answers.';
    case 'ended':
      return dryRun && problem === undefined ? dryRunStep(numbersOf(backfill).left) : endStep(backfill);
  }
}

function dryRunStep(startable: number): string {
  return startable === 0
    ? 'Dry run, nothing started. A real run would start nothing either.'
    : `Dry run, nothing started. To start these ${count(startable)} workflows, run it again with the input below.`;
}

/** The input of the real run after a dry one; it gets a policy of its own. */
export function realRunOf({ policy: _policy, ...input }: BackfillChangeSetsInput): BackfillChangeSetsInput {
  return { ...input, dryRun: false };
}

function dryRunLines(backfill: Backfill, { dryRun }: BackfillPlan, input: BackfillChangeSetsInput): string[] {
  const { phase, sample } = backfill;
  if (!dryRun || phase.name !== 'ended' || numbersOf(backfill).left === 0) return [];
  return [
    '',
    ...(sample.length === 0 ? [] : [`- **the first of them:** ${sample.map((id) => plain(id, 60)).join(', ')}`, '']),
    'To start them, start this workflow again (More Actions → Start Workflow Like This One) with:',
    jsonBlock(realRunOf(input)),
  ];
}

function rateLine(backfill: Backfill, plan: BackfillPlan): string[] {
  const { ratePerSecond, secondsLeft } = rateOf(backfill, plan);
  if (ratePerSecond === undefined) return [];
  const left = secondsLeft === undefined ? '' : `, about ${duration(secondsLeft)} left`;
  return [`- **rate:** ${ratePerSecond} a second${left}`];
}

/** The workflow's details in markdown. */
export function backfillDetails(
  backfill: Backfill,
  plan: BackfillPlan,
  { input, workflowId }: { readonly input: BackfillChangeSetsInput; readonly workflowId: string },
): string {
  const { account, catalog, from, to, statuses, dryRun, act } = plan;
  const what = dryRun ? 'dry run of a backfill' : 'backfill';
  return details([
    `## ${headingOf(backfill)}: ${what} of ${count(backfill.found)} change sets`,
    `**Next:** ${nextStep(backfill, plan)}`,
    '',
    ...(backfill.problem === undefined ? [] : [`**AWS refused the listing:** ${plain(backfill.problem, 400)}`, '']),
    ...commandLines(backfill, workflowId),
    sumSentence(sumOf(backfill, dryRun)),
    '',
    ...rateLine(backfill, plan),
    `- **account:** ${plain(account)}, catalog ${plain(catalog)}`,
    `- **change sets that started:** from ${readableTime(from)} until ${readableTime(to)}, ${statuses.join(', ')}`,
    `- **decisions:** ${act === 'propose' ? 'an operator makes every one' : 'the decision table acts'}`,
    `- **started:** ${readableTime(backfill.startedAt)}`,
    ...dryRunLines(backfill, plan, input),
    '',
    ...recordLines(
      backfill,
      backfill.failures.map(({ changeSetId: id, reason }) => ({ id, reason })),
    ),
  ]);
}

/** The same for programs. */
export function backfillStatus(
  backfill: Backfill,
  plan: BackfillPlan,
  input: BackfillChangeSetsInput,
): BackfillChangeSetsStatus {
  const { sample, phase, problem, undigested } = backfill;
  const { limit: _limit, ratePerSecond: _rate, policy: _policy, ...range } = plan;
  const realRun = plan.dryRun && phase.name === 'ended' ? realRunOf(input) : undefined;
  return {
    ...reportOf(backfill, nextStep(backfill, plan)),
    ...numbersOf(backfill),
    ...range,
    ...rateOf(backfill, plan),
    ...(plan.dryRun ? { sample } : { lastDecisions: undigested }),
    ...defined({ realRun, problem }),
  };
}
