import { withoutAddresses } from '../shared/markdown.ts';
import type { Notice } from '../shared/notices.ts';
import { lookFor } from './looks.ts';
import { accountHealthWorkflowId } from './messages.ts';
import type { AccountHealth, Refusal } from './state.ts';

const longestMessage = 300;

/** What somebody has to do, in the words of whoever can do it. */
export function missingAction(account: string, { failureType, operation }: Refusal): string {
  switch (failureType) {
    case 'AccessDenied':
      return `Grant aws-marketplace:${operation} to the role that is used for account ${account}`;
    case 'CredentialsRejected':
      return `Renew the credentials of account ${account}`;
    case 'NotConfigured':
      return `Give account ${account} credentials in the configuration`;
  }
}

/** What the vendor or the configuration said, short and without addresses. */
export function shownMessage({ message }: Refusal): string {
  return withoutAddresses(message).slice(0, longestMessage);
}

/** How it will be known that the action was taken. */
export function proofSentence(refusals: readonly Refusal[]): string {
  const untried = refusals.filter((refusal) => lookFor(refusal) === undefined).map(({ operation }) => operation);
  if (untried.length === 0) return 'It is looked at again by itself, at most every 15 minutes with the usual values.';
  return (
    `${untried.join(', ')} cannot be tried without changing something: it counts as allowed once no call was refused ` +
    'for half an hour with the usual values, and the account can be reached.'
  );
}

/** The notice that an action is missing; one for each action and incident, however many calls are refused. */
export function openingNotice(health: AccountHealth, refusal: Refusal): Notice {
  const { account, since } = health;
  const workflowId = accountHealthWorkflowId(account);
  const action = missingAction(account, refusal);
  return {
    id: `${workflowId}:${since}:${refusal.key}`,
    kind: 'opening',
    severity: 'critical',
    account,
    workflowId,
    title: `AWS Marketplace refuses account ${account}: ${refusal.operation}`,
    lines: [
      shownMessage(refusal),
      'What concerns this account is not given up: its calls are repeated, at most every 15 minutes.',
      proofSentence([refusal]),
    ],
    nextStep: `${action}. Nothing has to be restarted.`,
  };
}

/** The notice that nothing is refused any more. */
export function resolutionNotice(health: AccountHealth): Notice {
  const { account, since, refusals } = health;
  const workflowId = accountHealthWorkflowId(account);
  const untried = refusals.some((refusal) => lookFor(refusal) === undefined);
  return {
    id: `${workflowId}:${since}:end`,
    kind: 'resolution',
    severity: 'information',
    account,
    workflowId,
    title: `Account ${account} is no longer refused`,
    lines: [
      untried
        ? 'The account can be reached, and no call was refused for a while; what cannot be tried was not proven.'
        : 'A look at what was refused has passed.',
      ...refusals.map((refusal) => `Was missing: ${missingAction(account, refusal)}.`),
    ],
    nextStep: 'Nothing is to be done: what waited goes on by itself.',
  };
}
