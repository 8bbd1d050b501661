import { details, plain, readableTime } from '../shared/markdown.ts';
import type { AccountHealthStateName, AccountHealthStatus } from './contract.ts';
import { missingAction, nameOf, proofSentence, shownMessage } from './notices.ts';
import { stateName, type AccountHealth } from './state.ts';

function nextStep(health: AccountHealth): string {
  const { phase, refusals, failing } = health;
  if (phase.name === 'refused') {
    const actions = refusals.map((refusal) => missingAction(health, refusal));
    return actions.length === 0
      ? `The steward checks whether ${nameOf(health)} is ${failing === undefined ? 'refused' : 'answered'}.`
      : `You: ${actions.join('; ')}. ${proofSentence(health, refusals)}`;
  }
  switch (phase.end) {
    case 'recovered':
      return 'You need to do nothing: what waited goes on automatically. A later failure starts this workflow again.';
    case 'abandoned':
      return 'The run was cancelled: nothing checks the calls. A later failure starts it again, with a notice.';
  }
}

const headings: Record<AccountHealthStateName, (name: string, failing: boolean) => string> = {
  refused: (name) => `Needs you: ${name} is refused`,
  failing: (name) => `Calls have failed for long: ${name}`,
  recovered: (name, failing) => `${failing ? 'Calls succeed again' : 'No longer refused'}: ${name}`,
  abandoned: (name) => `Cancelled: ${name}`,
};

const checkNames = { awsMarketplace: 'checkAccess', buyWithPrime: 'checkMerchant' } as const;

/** The workflow's details in markdown. */
export function accountHealthDetails(health: AccountHealth): string {
  const { vendor, account, since, refusals, notes, failing } = health;
  return details([
    `## ${plain(headings[stateName(health)](nameOf(health), failing !== undefined))}`,
    `**Next:** ${plain(nextStep(health), 1_500)}`,
    '',
    `- **${vendor === 'awsMarketplace' ? 'account' : 'merchant'}:** ${plain(account)}`,
    `- **since:** ${readableTime(since)}`,
    ...refusals.map(
      (refusal) =>
        `- **${plain(refusal.key)}**, reported ${refusal.count === 1 ? 'once' : `${refusal.count} times`}: ${plain(shownMessage(refusal), 150)}`,
    ),
    '',
    `To check at once after you fixed the cause: \`temporal activity reset\` for the activity ${checkNames[vendor]}.`,
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
