import { withoutAddresses } from '../shared/markdown.ts';
import { identityOf, type Notice } from '../shared/notices.ts';
import { assumeRole, canBeChecked, type Vendor } from './checks.ts';
import { accountHealthWorkflowId, merchantHealthWorkflowId } from './contract.ts';
import type { AccountHealth, Refusal } from './state.ts';

const longestMessage = 300;

/** Whose calls are refused, and by which vendor. */
type Whose = Pick<AccountHealth, 'vendor' | 'account'>;

/** Whose calls are refused, as a noun within a sentence. */
export function nameOf({ vendor, account }: Whose): string {
  return `${vendor === 'awsMarketplace' ? 'account' : 'merchant'} ${account}`;
}

function sellersAction(account: string, { failureType, operation, resource }: Refusal): string {
  if (operation === assumeRole) {
    // Without a role in the refusal it is the caller that AWS does not accept.
    return resource === undefined
      ? `Renew the credentials that assume the role of account ${account}`
      : `Allow sts:AssumeRole on ${resource}, in the worker’s permissions and in the role’s trust policy with its external id`;
  }
  switch (failureType) {
    case 'AccessDenied':
      return `Grant aws-marketplace:${operation} to the role that is used for account ${account}`;
    case 'CredentialsRejected':
      return `Renew the credentials of account ${account}`;
    case 'NotConfigured':
      return `Add account ${account} to the configuration`;
  }
}

/** The permission is the one that the product query needs (Buy with Prime documentation, API credentials). */
function merchantsAction(businessProductId: string, { failureType }: Refusal): string {
  switch (failureType) {
    case 'AccessDenied':
      return `Give the API client of merchant ${businessProductId} the permission “View & Edit Catalog Data” in Buy with Prime`;
    case 'CredentialsRejected':
      return `Renew the client id and secret of merchant ${businessProductId}, and restart the worker where they are new`;
    case 'NotConfigured':
      return `Add merchant ${businessProductId} with its client id and secret to the configuration, and restart the worker`;
  }
}

/** What somebody has to do. */
export function missingAction({ vendor, account }: Whose, refusal: Refusal): string {
  return vendor === 'awsMarketplace' ? sellersAction(account, refusal) : merchantsAction(account, refusal);
}

/** What the vendor or the configuration said, short and without addresses. */
export function shownMessage({ message }: Refusal): string {
  return withoutAddresses(message).slice(0, longestMessage);
}

/** How the steward finds out that somebody took the action. */
export function proofSentence(vendor: Vendor, refusals: readonly Refusal[]): string {
  const unchecked = refusals.filter((refusal) => !canBeChecked(vendor, refusal)).map(({ operation }) => operation);
  if (unchecked.length === 0) return 'The steward checks again automatically, every 15 minutes or sooner by default.';
  return (
    `The steward cannot check ${unchecked.join(', ')} without changing something. It counts as allowed once the account ` +
    'can be reached and no call was refused for a while (30 minutes by default).'
  );
}

/** An id, and what every notice of the incident has in common. */
function incident(health: AccountHealth, part: string): Pick<Notice, 'id' | 'account' | 'workflowId'> {
  const { vendor, account, since } = health;
  const workflowId = vendor === 'awsMarketplace' ? accountHealthWorkflowId(account) : merchantHealthWorkflowId(account);
  return identityOf(workflowId, account, `${since}:${part}`);
}

/** The notice that an action is missing; one for each action and incident, however many calls are refused. */
export function openingNotice(health: AccountHealth, refusal: Refusal): Notice {
  const { vendor } = health;
  const action = missingAction(health, refusal);
  const seller = vendor === 'awsMarketplace';
  return {
    ...incident(health, refusal.key),
    kind: 'opening',
    severity: 'critical',
    title: seller
      ? `AWS Marketplace refuses ${nameOf(health)}: ${refusal.operation}`
      : `Buy with Prime refuses the product query of ${nameOf(health)}`,
    lines: [
      shownMessage(refusal),
      seller
        ? 'Nothing of this account is lost: the steward repeats its calls, every 15 minutes or sooner.'
        : 'No item is lost: each asks again, every 15 minutes or sooner, and goes on automatically.',
      proofSentence(vendor, [refusal]),
    ],
    // Where a merchant's action asks for a restart, none is to be denied.
    nextStep: seller || refusal.failureType === 'AccessDenied' ? `${action}. No restart is needed.` : `${action}.`,
  };
}

/** The notice that the vendor refuses nothing any more. */
export function resolutionNotice(health: AccountHealth): Notice {
  const { refusals, vendor } = health;
  const name = nameOf(health);
  const unchecked = refusals.some((refusal) => !canBeChecked(vendor, refusal));
  return {
    ...incident(health, 'end'),
    kind: 'resolution',
    severity: 'information',
    title: `${name.charAt(0).toUpperCase()}${name.slice(1)} is no longer refused`,
    lines: [
      unchecked
        ? 'The account can be reached, and no call was refused for a while. What cannot be checked is not proven.'
        : 'Every check of what was refused has passed.',
      ...refusals.map((refusal) => `Was missing: ${missingAction(health, refusal)}.`),
    ],
    nextStep: 'You need to do nothing: what waited goes on automatically.',
  };
}
