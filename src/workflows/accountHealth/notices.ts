import { withoutAddresses } from '../../addresses.ts';
import { readableTime } from '../shared/markdown.ts';
import { identityOf, type Notice } from '../shared/notices.ts';
import { assumeRole, canBeChecked, isRefusalType } from './checks.ts';
import { accountHealthWorkflowId, merchantHealthWorkflowId, type FailingType, type RefusalType } from './contract.ts';
import type { AccountHealth, Refusal } from './state.ts';

const longestMessage = 300;

/** Whose calls are refused, and by which vendor. */
type Whose = Pick<AccountHealth, 'vendor' | 'account' | 'failing'>;

/** Whose calls are refused, as a noun within a sentence. */
export function nameOf({ vendor, account }: Whose): string {
  return `${vendor === 'awsMarketplace' ? 'account' : 'merchant'} ${account}`;
}

const vendorNames = { awsMarketplace: 'AWS Marketplace', buyWithPrime: 'Buy with Prime' } as const;

/** What somebody can do about calls that fail for long. */
function failingAction(whose: Whose, failing: FailingType): string {
  const vendor = vendorNames[whose.vendor];
  switch (failing) {
    case 'Throttled':
      return `Check what else uses the call rates of ${nameOf(whose)} at ${vendor}, and ask for higher ones where they are too low`;
    case 'QuotaExceeded':
      return `Check which quota of ${nameOf(whose)} is used up, and raise it or end what uses it`;
    case 'ServiceFault':
      return `Check the health page of ${vendor}; where it shows nothing, ask its support`;
    case 'Unreachable':
    case 'OutcomeUnknown':
      return `Check the network from the worker to ${vendor}: name resolution, proxy, certificates`;
    case 'MalformedAnswer':
      return `Check for a proxy between the worker and ${vendor}; without one, report it with the worker's log`;
  }
}

function sellersAction(account: string, { operation, resource }: Refusal, failureType: RefusalType): string {
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
function merchantsAction(businessProductId: string, failureType: RefusalType): string {
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
export function missingAction(whose: Whose, refusal: Refusal): string {
  const { vendor, account } = whose;
  const { failureType } = refusal;
  if (!isRefusalType(failureType)) return failingAction(whose, failureType);
  return vendor === 'awsMarketplace'
    ? sellersAction(account, refusal, failureType)
    : merchantsAction(account, failureType);
}

/** What the vendor or the configuration said, short and without addresses. */
export function shownMessage({ message }: Refusal): string {
  return withoutAddresses(message).slice(0, longestMessage);
}

/** How the steward finds out that somebody took the action. */
export function proofSentence(
  { vendor, failing }: Pick<AccountHealth, 'vendor' | 'failing'>,
  refusals: readonly Refusal[],
): string {
  if (failing !== undefined) {
    return 'This ends automatically once the calls succeed again, after a time without a failure (75 minutes by default).';
  }
  const unchecked = refusals.filter((refusal) => !canBeChecked(vendor, refusal)).map(({ operation }) => operation);
  if (unchecked.length === 0) return 'The steward checks again automatically, every 15 minutes or sooner by default.';
  return (
    `The steward cannot check ${unchecked.join(', ')} without changing something. It counts as allowed once the account ` +
    'can be reached and no call was refused for a while (30 minutes by default).'
  );
}

/** An id, and what every notice of the incident has in common. */
function incident(health: AccountHealth, part: string): Pick<Notice, 'id' | 'account' | 'workflowId'> {
  const { vendor, account, since, failing } = health;
  const workflowId =
    vendor === 'awsMarketplace'
      ? accountHealthWorkflowId(account, failing)
      : merchantHealthWorkflowId(account, failing);
  return identityOf(workflowId, account, `${since}:${part}`);
}

/** The notice that calls fail for long; one for each incident, however many calls and workflows are concerned. */
function failingNotice(health: AccountHealth, failing: FailingType, refusal: Refusal): Notice {
  const { failingSince } = refusal;
  const since = failingSince === undefined ? '' : ` since ${readableTime(failingSince)}`;
  return {
    ...incident(health, refusal.key),
    kind: 'opening',
    severity: 'warning',
    title: `Calls of ${nameOf(health)} to ${vendorNames[health.vendor]} have failed for long: ${failing}`,
    lines: [
      `${refusal.operation} has failed${since}.`,
      shownMessage(refusal),
      'What waits for such calls is not lost: the steward repeats them, every 15 minutes or sooner.',
      proofSentence(health, [refusal]),
    ],
    nextStep: `${failingAction(health, failing)}.`,
  };
}

/** The notice that an action is missing; one for each action and incident, however many calls are refused. */
export function openingNotice(health: AccountHealth, refusal: Refusal): Notice {
  const { vendor, failing } = health;
  if (failing !== undefined) return failingNotice(health, failing, refusal);
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
      proofSentence(health, [refusal]),
    ],
    // Where a merchant's action asks for a restart, none is to be denied.
    nextStep: seller || refusal.failureType === 'AccessDenied' ? `${action}. No restart is needed.` : `${action}.`,
  };
}

/** The notice that the vendor refuses nothing any more. */
export function resolutionNotice(health: AccountHealth): Notice {
  const { refusals, vendor, failing } = health;
  if (failing !== undefined) {
    return {
      ...incident(health, 'end'),
      kind: 'resolution',
      severity: 'information',
      title: `Calls of ${nameOf(health)} to ${vendorNames[vendor]} succeed again`,
      lines: [`No call has failed by ${failing} for a while, and a check has passed.`],
      nextStep: 'You need to do nothing: what waited goes on automatically.',
    };
  }
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
