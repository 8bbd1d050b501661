import { details, plain, readableTime } from '../shared/markdown.ts';
import type { AccountHealthStatus } from './messages.ts';
import { missingAction, proofSentence, shownMessage } from './notices.ts';
import { stateName, type AccountHealth } from './state.ts';

/** What happens next, by itself or by somebody, in a sentence. */
function nextStep({ account, phase, refusals }: AccountHealth): string {
  if (phase.name === 'refused') {
    const actions = refusals.map((refusal) => missingAction(account, refusal));
    return actions.length === 0
      ? 'The account is looked at.'
      : `You: ${actions.join('; ')}. ${proofSentence(refusals)}`;
  }
  switch (phase.end) {
    case 'recovered':
      return 'Nothing is to be done: what waited goes on by itself. A later refusal starts this again.';
    case 'abandoned':
      return 'The run was cancelled: nobody looks. A later refusal starts it again, with a notice.';
  }
}

const headings = {
  refused: 'Needs you: the account is refused',
  recovered: 'The account is no longer refused',
  abandoned: 'Cancelled',
} as const;

/** The workflow's details in markdown. */
export function accountHealthDetails(health: AccountHealth): string {
  const { account, since, refusals, notes } = health;
  return details([
    `## ${headings[stateName(health)]}`,
    `**Next:** ${plain(nextStep(health), 1_500)}`,
    '',
    `- **account:** ${plain(account)}`,
    `- **since:** ${readableTime(since)}`,
    ...refusals.map(
      (refusal) => `- **${plain(refusal.key)}**, told ${refusal.count} times: ${plain(shownMessage(refusal), 150)}`,
    ),
    '',
    'To look at once after the cause is mended: `temporal activity reset` for the activity checkAccess.',
    '',
    ...notes.slice(-5).map((note) => `- note: ${plain(note, 300)}`),
  ]);
}

/** The same for programs. */
export function accountHealthStatus(health: AccountHealth): AccountHealthStatus {
  const { account, since, refusals, notes } = health;
  return {
    state: stateName(health),
    account,
    since,
    missing: refusals.map((refusal) => ({
      action: missingAction(account, refusal),
      refusals: refusal.count,
      message: shownMessage(refusal),
    })),
    notes,
    nextStep: nextStep(health),
  };
}
