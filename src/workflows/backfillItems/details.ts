import { defined } from '../../defined.ts';
import { commandLines, commandsFor, duration, recordLines } from '../shared/backfills.ts';
import { details, plain, readableTime } from '../shared/markdown.ts';
import type { BackfillItemsPolicy } from './defaults.ts';
import type { BackfillStatus } from './contract.ts';
import { count, sumSentence } from './notices.ts';
import { numbersOf, stateName, type Backfill } from './state.ts';

const headings = {
  delivering: 'Handing over',
  paused: 'Paused',
  stopping: 'Stopping',
  completed: 'Completed',
  stopped: 'Stopped',
} as const;

function secondsLeft(backfill: Backfill, { ratePerSecond }: BackfillItemsPolicy): number | undefined {
  if (backfill.phase.name !== 'delivering') return undefined;
  return Math.ceil(numbersOf(backfill).left / ratePerSecond);
}

function nextStep(backfill: Backfill): string {
  const { phase, pass, again, failed } = backfill;
  switch (phase.name) {
    case 'delivering': {
      if (pass > 0) return `What was not taken is tried again; it counts as failed after the last try.`;
      const waiting =
        again.length === 0 ? '' : ` ${count(again.length)} were not taken and are tried again at the end.`;
      return `Items are handed to their own workflows, which ask Buy with Prime.${waiting}`;
    }
    case 'paused':
      return 'You: resume or stop. Nothing is handed over meanwhile.';
    case 'stopping':
      return 'The answer to what is under way is awaited; then this ends.';
    case 'ended':
      return failed > 0
        ? 'Start a backfill of the items that failed, once what the reasons name is put right.'
        : 'Nothing is to be done here: what is found, the workflow of each item tells.';
  }
}

/** The workflow's details in markdown. */
export function backfillDetails(backfill: Backfill, policy: BackfillItemsPolicy, merchants: readonly string[]): string {
  const { delivered, alreadyOpen, failed, duplicates, left } = numbersOf(backfill);
  const state = stateName(backfill);
  const seconds = secondsLeft(backfill, policy);
  return details([
    `## ${headings[state]}: backfill of ${count(backfill.total)} items`,
    `**Next:** ${nextStep(backfill)}`,
    '',
    ...commandLines(backfill),
    `- **handed over:** ${count(delivered)} (${count(alreadyOpen)} open before)`,
    `- **left:** ${count(left)}`,
    `- **failed:** ${count(failed)}`,
    `- **given twice:** ${count(duplicates)}`,
    `- **rate:** ${policy.ratePerSecond} a second`,
    ...(seconds === undefined ? [] : [`- **time left:** about ${duration(seconds)}`]),
    `- **merchants:** ${merchants
      .slice(0, 5)
      .map((one) => plain(one))
      .join(', ')}${merchants.length > 5 ? ', …' : ''}`,
    `- **started:** ${readableTime(backfill.startedAt)}`,
    '',
    sumSentence(numbersOf(backfill), state),
    '',
    ...recordLines(
      backfill,
      backfill.failures.map(({ itemId: id, reason }) => ({ id, reason })),
    ),
  ]);
}

/** The same for programs. */
export function backfillStatus(backfill: Backfill, policy: BackfillItemsPolicy): BackfillStatus {
  const { startedAt, failures, notes, audit } = backfill;
  const seconds = secondsLeft(backfill, policy);
  return {
    state: stateName(backfill),
    ...numbersOf(backfill),
    ratePerSecond: policy.ratePerSecond,
    ...defined({ secondsLeft: seconds }),
    startedAt,
    failures,
    commands: commandsFor(backfill),
    nextStep: nextStep(backfill),
    notes,
    audit,
  };
}
