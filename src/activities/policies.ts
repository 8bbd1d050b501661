import { configuredPolicy, type PolicyContext } from '../policies/configured.ts';
import type { PolicyActivities, PolicyOwner, UnknownOwner } from '../workflows/shared/policies.ts';

/** What starts by hand may name. */
interface KnownOwners {
  readonly knowsAccount: (account: string) => boolean;
  readonly knowsMerchant: (businessProductId: string) => boolean;
}

/**
 * The workflows that call AWS for an account. Others may be about one that the configuration does not have: held events wait
 * for it, and an alarm may outlive it.
 */
const callsForAccount: ReadonlySet<PolicyOwner> = new Set(['changeSetRemediation', 'offerWatch', 'securityCase']);
const shownMerchants = 5;
const longestShown = 100;

/** Quoted, so that a blank or a line break in it shows, and cut. */
const shown = (id: string): string => JSON.stringify(id.slice(0, longestShown));

function unknownMerchants(merchants: readonly string[], { knowsMerchant }: KnownOwners): UnknownOwner | undefined {
  const unknown = merchants.filter((merchant) => !knowsMerchant(merchant));
  const [first] = unknown;
  if (first === undefined) return undefined;
  const more = unknown.length > shownMerchants ? `, and ${unknown.length - shownMerchants} more` : '';
  const names = unknown.slice(0, shownMerchants).map(shown).join(', ');
  return {
    refused: `"businessProductId" must be a merchant of the configuration, but ${names}${more} ${unknown.length === 1 ? 'is' : 'are'} not there. Check the spelling, or add merchants.${first.slice(0, longestShown)} to the configuration file`,
  };
}

/**
 * Makes the activity that resolves policies, from the configuration as it is at each call.
 * @param known refuses a start by hand whose account or merchant is not configured: it would wait for what never comes.
 */
export function createPolicyActivities(context: PolicyContext, known: KnownOwners): PolicyActivities {
  return {
    async configuredPolicy({ owner, account, merchants = [] }) {
      if (account !== undefined && callsForAccount.has(owner) && !known.knowsAccount(account)) {
        return {
          refused: `"account" must be one of the configuration, but ${shown(account)} is not there. Check the digits, or add accounts.${account.slice(0, longestShown)} to the configuration file`,
        };
      }
      return unknownMerchants(merchants, known) ?? configuredPolicy(owner, context, account);
    },
  };
}
