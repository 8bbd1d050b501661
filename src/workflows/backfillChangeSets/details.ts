import { defined } from '../../defined.ts';
import { commandLines, commandsFor, duration, recordLines } from '../shared/backfills.ts';
import { details, jsonBlock, plain, readableTime } from '../shared/markdown.ts';
import { realRunOf, type BackfillPlan } from './input.ts';
import type { BackfillChangeSetsInput, BackfillChangeSetsStatus } from './contract.ts';
import { count, endStep, sumSentence } from './notices.ts';
import { numbersOf, stateName, type Backfill } from './state.ts';

const headings = {
  finding: 'Finding',
  delivering: 'Handing over',
  paused: 'Paused',
  stopping: 'Stopping',
  completed: 'Completed',
  stopped: 'Stopped',
} as const;

/** Change sets a second that were dealt with, and the seconds that the rest takes at that. */
function paceOf(
  backfill: Backfill,
  plan: BackfillPlan,
): Pick<BackfillChangeSetsStatus, 'ratePerSecond' | 'secondsLeft'> {
  const { known, started, failed, busyMs, phase } = backfill;
  const done = known + started + failed;
  if (busyMs === 0 || done === 0) return {};
  // A rate of its own is kept by waits between bursts, in which nothing is measured.
  const measured = Math.min((done * 1_000) / busyMs, plan.ratePerSecond ?? Infinity);
  const ratePerSecond = Number(measured.toPrecision(3));
  const { left } = numbersOf(backfill);
  return { ratePerSecond, ...(phase.name === 'delivering' ? { secondsLeft: Math.ceil(left / ratePerSecond) } : {}) };
}

function nextStep(backfill: Backfill, { dryRun }: BackfillPlan): string {
  const { phase, pass, again } = backfill;
  switch (phase.name) {
    case 'finding':
      return dryRun
        ? 'AWS is asked for its change sets, and Temporal which of them have a workflow. Nothing is started.'
        : 'AWS is asked for its change sets; they are counted first.';
    case 'delivering': {
      if (pass > 0) return 'What was not taken is tried again; it counts as failed after the last try.';
      const waiting =
        again.length === 0 ? '' : ` ${count(again.length)} were not taken and are tried again at the end.`;
      return `Each change set that no workflow has is handed to its own.${waiting}`;
    }
    case 'paused':
      return 'You: resume or stop. Nothing is done meanwhile.';
    case 'stopping':
      return 'The answer to what is under way is awaited; then this ends.';
    case 'ended':
      return dryRun && backfill.problem === undefined
        ? 'This was a dry run: nothing was started. The input below hands over what it found.'
        : endStep(backfill);
  }
}

function dryRunLines({ phase, sample }: Backfill, { dryRun }: BackfillPlan, input: BackfillChangeSetsInput): string[] {
  if (!dryRun || phase.name !== 'ended') return [];
  return [
    '',
    ...(sample.length === 0 ? [] : [`- **the first of them:** ${sample.map((id) => plain(id, 60)).join(', ')}`, '']),
    'To hand them over, start this workflow again (More Actions → Start Workflow Like This One) with:',
    jsonBlock(realRunOf(input)),
  ];
}

function paceLine(backfill: Backfill, plan: BackfillPlan): string[] {
  const { ratePerSecond, secondsLeft } = paceOf(backfill, plan);
  if (ratePerSecond === undefined) return [];
  const left = secondsLeft === undefined ? '' : `, about ${duration(secondsLeft)} left`;
  return [`- **rate:** ${ratePerSecond} a second${left}`];
}

/** The workflow's details in markdown. */
export function backfillDetails(backfill: Backfill, plan: BackfillPlan, input: BackfillChangeSetsInput): string {
  const { account, catalog, from, to, statuses, dryRun, act } = plan;
  const what = dryRun ? 'dry run of a backfill' : 'backfill';
  return details([
    `## ${headings[stateName(backfill)]}: ${what} of ${count(backfill.found)} change sets`,
    `**Next:** ${nextStep(backfill, plan)}`,
    '',
    ...(backfill.problem === undefined ? [] : [`**AWS refused the listing:** ${plain(backfill.problem, 400)}`, '']),
    ...commandLines(backfill),
    sumSentence(numbersOf(backfill), dryRun),
    '',
    ...paceLine(backfill, plan),
    `- **account:** ${plain(account)}, catalog ${plain(catalog)}`,
    `- **change sets that started:** from ${readableTime(from)} until ${readableTime(to)}, ${statuses.join(', ')}`,
    `- **decisions:** ${act === 'propose' ? 'every one is an operator’s' : 'the decision table acts'}`,
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
  const { startedAt, failures, sample, phase, notes, audit } = backfill;
  const { limit: _limit, ratePerSecond: _rate, ...range } = plan;
  return {
    state: stateName(backfill),
    ...numbersOf(backfill),
    ...range,
    ...paceOf(backfill, plan),
    startedAt,
    failures,
    ...(plan.dryRun ? { sample } : {}),
    ...(plan.dryRun && phase.name === 'ended' ? { realRun: realRunOf(input) } : {}),
    commands: commandsFor(backfill),
    nextStep: nextStep(backfill, plan),
    ...defined({ problem: backfill.problem }),
    notes,
    audit,
  };
}
