import { defined } from '../../defined.ts';
import { commandLines, duration, headingOf, recordLines, reportOf } from '../shared/backfills.ts';
import { count, sumSentence } from '../shared/digests.ts';
import { details, plain, readableTime } from '../shared/markdown.ts';
import type { BackfillStatus } from './contract.ts';
import { endStep, sumOf } from './notices.ts';
import { numbersOf, type Backfill, type BackfillPlan } from './state.ts';

const shownMerchants = 5;

function secondsLeft(backfill: Backfill, { policy: { ratePerSecond } }: BackfillPlan): number | undefined {
  if (backfill.phase.name !== 'delivering') return undefined;
  return Math.ceil(numbersOf(backfill).left / ratePerSecond);
}

function nextStep(backfill: Backfill): string {
  const { phase, pass, undelivered } = backfill;
  switch (phase.name) {
    case 'finding':
    case 'delivering': {
      if (pass > 0) return 'Delivering again what failed before; an item counts as failed after the last attempt.';
      const again = undelivered.length === 0 ? '' : ` ${count(undelivered.length)} failed and follow at the end.`;
      return `Delivering each item to its own workflow, which queries Buy with Prime.${again}`;
    }
    case 'paused':
      return 'Choose one: **resume** or **stop**. Until then nothing is delivered.';
    case 'stopping':
      return 'This ends as soon as the running activity answers.';
    case 'ended':
      return endStep(backfill);
  }
}

/** The workflow's details in markdown. */
export function backfillDetails(backfill: Backfill, plan: BackfillPlan): string {
  const merchants = [...new Set(plan.items.map(({ businessProductId }) => businessProductId))];
  const { delivered, alreadyOpen, failed, duplicates, left } = numbersOf(backfill);
  const seconds = secondsLeft(backfill, plan);
  const shown = merchants.slice(0, shownMerchants).map((one) => plain(one));
  return details([
    `## ${headingOf(backfill)}: backfill of ${count(backfill.total)} items`,
    `**Next:** ${nextStep(backfill)}`,
    '',
    ...commandLines(backfill, plan.identity.workflowId),
    `- **delivered:** ${count(delivered)} (${count(alreadyOpen)} open before)`,
    `- **left:** ${count(left)}`,
    `- **failed:** ${count(failed)}`,
    `- **given twice:** ${count(duplicates)}`,
    `- **rate:** ${plan.policy.ratePerSecond} a second`,
    ...(seconds === undefined ? [] : [`- **time left:** about ${duration(seconds)}`]),
    `- **merchants:** ${shown.join(', ')}${merchants.length > shown.length ? ', …' : ''}`,
    `- **started:** ${readableTime(backfill.startedAt)}`,
    '',
    sumSentence(sumOf(backfill)),
    '',
    ...recordLines(
      backfill,
      backfill.failures.map(({ itemId: id, reason }) => ({ id, reason })),
    ),
  ]);
}

/** The same for programs. */
export function backfillStatus(backfill: Backfill, plan: BackfillPlan): BackfillStatus {
  return {
    ...reportOf(backfill, nextStep(backfill)),
    ...numbersOf(backfill),
    ratePerSecond: plan.policy.ratePerSecond,
    ...defined({ secondsLeft: secondsLeft(backfill, plan) }),
  };
}
