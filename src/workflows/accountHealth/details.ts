import { details, plain, readableTime } from '../shared/markdown.ts';
import type { AccountHealthStatus } from './contract.ts';
import { stateName, type AccountHealth } from './state.ts';
import { missingAction, nameOf, proofSentence, shownMessage } from './texts.ts';

/** What happens next, by itself or by somebody, in a sentence. */
function nextStep(health: AccountHealth): string {
  const { vendor, phase, refusals } = health;
  if (phase.name === 'refused') {
    const actions = refusals.map((refusal) => missingAction(health, refusal));
    return actions.length === 0
      ? `Whether ${nameOf(health)} is refused is checked.`
      : `You: ${actions.join('; ')}. ${proofSentence(vendor, refusals)}`;
  }
  switch (phase.end) {
    case 'recovered':
      return 'Nothing is to be done: what waited goes on by itself. A later refusal starts this again.';
    case 'abandoned':
      return 'The run was cancelled: nobody checks. A later refusal starts it again, with a notice.';
  }
}

function heading(health: AccountHealth): string {
  switch (stateName(health)) {
    case 'refused':
      return `Needs you: ${nameOf(health)} is refused`;
    case 'recovered':
      return `No longer refused: ${nameOf(health)}`;
    case 'abandoned':
      return `Cancelled: ${nameOf(health)}`;
  }
}

const checkNames = { awsMarketplace: 'checkAccess', buyWithPrime: 'checkMerchant' } as const;

/** The workflow's details in markdown. */
export function accountHealthDetails(health: AccountHealth): string {
  const { vendor, account, since, refusals, notes } = health;
  return details([
    `## ${plain(heading(health))}`,
    `**Next:** ${plain(nextStep(health), 1_500)}`,
    '',
    `- **${vendor === 'awsMarketplace' ? 'account' : 'merchant'}:** ${plain(account)}`,
    `- **since:** ${readableTime(since)}`,
    ...refusals.map(
      (refusal) => `- **${plain(refusal.key)}**, told ${refusal.count} times: ${plain(shownMessage(refusal), 150)}`,
    ),
    '',
    'To check once after the cause is mended: `temporal activity reset` for the activity ' + `${checkNames[vendor]}.`,
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
      action: missingAction(health, refusal),
      refusals: refusal.count,
      message: shownMessage(refusal),
    })),
    notes,
    nextStep: nextStep(health),
  };
}
