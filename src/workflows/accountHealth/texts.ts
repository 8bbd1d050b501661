import { withoutAddresses } from '../shared/markdown.ts';
import { assumeRole, canBeChecked, type Vendor } from './checks.ts';
import { accountHealthWorkflowId, merchantHealthWorkflowId } from './contract.ts';
import type { AccountHealth, Refusal } from './state.ts';

const longestMessage = 300;

/** Whose calls are refused, and by whom. */
type Whose = Pick<AccountHealth, 'vendor' | 'account'>;

/** The id of the workflow that is the alarm. */
export function alarmId({ vendor, account }: Whose): string {
  return vendor === 'awsMarketplace' ? accountHealthWorkflowId(account) : merchantHealthWorkflowId(account);
}

/** Whose calls are refused, as a noun that stands within a sentence. */
export function nameOf({ vendor, account }: Whose): string {
  return vendor === 'awsMarketplace' ? `account ${account}` : `merchant ${account}`;
}

/** @param roleArn the role that may not be assumed; undefined where it is its caller that AWS does not take. */
function roleAction(account: string, roleArn: string | undefined): string {
  if (roleArn === undefined) return `Renew the credentials that assume the role of account ${account}`;
  return `Allow sts:AssumeRole on ${roleArn}, by the worker’s permissions and by the role’s trust policy with its external id`;
}

function sellersAction(account: string, { failureType, operation, resource }: Refusal): string {
  if (operation === assumeRole) return roleAction(account, resource);
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

/** What somebody has to do, in the words of whoever can do it. */
export function missingAction({ vendor, account }: Whose, refusal: Refusal): string {
  return vendor === 'awsMarketplace' ? sellersAction(account, refusal) : merchantsAction(account, refusal);
}

/** What the vendor or the configuration said, short and without addresses. */
export function shownMessage({ message }: Refusal): string {
  return withoutAddresses(message).slice(0, longestMessage);
}

/** How it will be known that the action was taken. */
export function proofSentence(vendor: Vendor, refusals: readonly Refusal[]): string {
  const untried = refusals.filter((refusal) => !canBeChecked(vendor, refusal)).map(({ operation }) => operation);
  if (untried.length === 0) return 'It is checked again by itself, at most every 15 minutes with the usual values.';
  return (
    `${untried.join(', ')} cannot be tried without changing something: it counts as allowed once no call was refused ` +
    'for half an hour with the usual values, and the account can be reached.'
  );
}
