import type { Policies } from '../config/policySchema.ts';
import type { ChangeSetPolicy } from '../workflows/changeSetRemediation/policyValues.ts';
import type { PoliciesByType, PolicyOwner } from '../workflows/shared/policies.ts';
import {
  accountHealthDefaults,
  backfillChangeSetsDefaults,
  backfillItemsDefaults,
  changeSetDefaults,
  failingTasksDefaults,
  heldEventsDefaults,
  itemBuyabilityDefaults,
  offerDefaults,
  quarantineDefaults,
  reconcileDefaults,
  securityDefaults,
  submitPermitsDefaults,
} from './defaults.ts';

/** What policies are resolved from; it may change, so it is read at each use. */
export interface PolicyContext {
  readonly policies: Policies;
  readonly accounts?: Readonly<Record<string, { readonly protectedClasses?: readonly string[] | undefined }>>;
}

const keepingOf = ({ quarantine: { keepMs } = {} }: Policies): { keepMs?: number } =>
  keepMs === undefined ? {} : { keepMs };

/** An account's own protected classes take the place of everybody's. */
function changeSetPolicy({ policies, accounts = {} }: PolicyContext, account: string | undefined): ChangeSetPolicy {
  const own = account !== undefined && Object.hasOwn(accounts, account) ? accounts[account] : undefined;
  const protectedClasses = own?.protectedClasses;
  return { ...changeSetDefaults, ...policies.changeSet, ...(protectedClasses !== undefined && { protectedClasses }) };
}

type Resolve<Owner extends PolicyOwner> = (
  policies: Policies,
  context: PolicyContext,
  account: string | undefined,
) => PoliciesByType[Owner];

const resolve: { readonly [Owner in PolicyOwner]: Resolve<Owner> } = {
  accountHealth: ({ accountHealth }) => ({ ...accountHealthDefaults, ...accountHealth }),
  // The configuration has no word on either: their starter says what differs.
  backfillChangeSets: () => backfillChangeSetsDefaults,
  backfillItems: () => backfillItemsDefaults,
  changeSetRemediation: (_, context, account) => changeSetPolicy(context, account),
  failingTasks: ({ failingTasks }) => ({ ...failingTasksDefaults, ...failingTasks }),
  heldEvents: (policies) => ({ ...heldEventsDefaults, ...keepingOf(policies) }),
  itemBuyability: ({ itemBuyability }) => ({ ...itemBuyabilityDefaults, ...itemBuyability }),
  offerWatch: ({ offerWatch }) => ({ ...offerDefaults, ...offerWatch }),
  quarantinedEvent: (policies) => ({ ...quarantineDefaults, ...keepingOf(policies) }),
  reconcileChangeSets: ({ reconcile }) => ({ ...reconcileDefaults, ...reconcile }),
  securityCase: ({ securityCase }) => ({ ...securityDefaults, ...securityCase }),
  submitPermits: () => submitPermitsDefaults,
};

/** The whole policy of a type of workflow: what the configuration names, and the default for all else. */
export function configuredPolicy<Owner extends PolicyOwner>(
  owner: Owner,
  context: PolicyContext,
  account?: string,
): PoliciesByType[Owner] {
  return resolve[owner](context.policies, context, account);
}
