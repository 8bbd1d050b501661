import type { CatalogOperation } from '../../../src/quotas/catalogQuotas.ts';
import { accounts, foundAccounts, newcomer, securityAccounts, stormAccount } from './scenarios/scenario.ts';

/**
 * Calls a second that differ from the vendor's quotas, the same at the simulated vendor and in the configuration: what
 * takes a seller weeks happens here within seconds.
 */
export const demoCallsPerSecond = {
  ListChangeSets: 40,
  DescribeChangeSet: 40,
} as const satisfies Partial<Record<CatalogOperation, number>>;

/** The role by which the manufacturer's key acts for the account whose event is lost. */
export const demoRole = {
  arn: `arn:aws:iam::${foundAccounts.unheard}:role/marketplace-steward`,
  externalId: 'demo-external-id',
};

interface DemoAccount {
  readonly mode: 'observe' | 'approve' | 'auto';
  readonly kind?: 'channelPartner';
  /** What its calls are signed with: the SDK's own chain, its own key, or a role that the chain's key assumes. */
  readonly by: 'chain' | 'ownKey' | 'role';
}

const demoAccounts: Readonly<Record<string, DemoAccount>> = {
  [accounts.manufacturer]: { mode: 'auto', by: 'chain' },
  [accounts.channelPartner]: { mode: 'approve', kind: 'channelPartner', by: 'ownKey' },
  [accounts.observer]: { mode: 'observe', by: 'ownKey' },
  [accounts.publisher]: { mode: 'auto', by: 'ownKey' },
  [foundAccounts.backfilled]: { mode: 'auto', by: 'ownKey' },
  [foundAccounts.unheard]: { mode: 'auto', by: 'role' },
  [stormAccount]: { mode: 'auto', by: 'ownKey' },
  ...Object.fromEntries(
    Object.values(securityAccounts).map((account): [string, DemoAccount] => [
      account,
      { mode: 'observe', by: 'ownKey' },
    ]),
  ),
};

/** The account that is configured while everything runs; its key is there from the start. */
const laterAccounts: Readonly<Record<string, DemoAccount>> = { [newcomer]: { mode: 'observe', by: 'ownKey' } };

/** The variables that hold the key of an account. */
function keyVariables(account: string): { readonly id: string; readonly key: string } {
  return { id: `STEWARD_KEY_ID_OF_${account}`, key: `STEWARD_KEY_OF_${account}` };
}

/** The section `accounts` of the file. */
export function accountSections(withNewcomer: boolean): object {
  const all = { ...demoAccounts, ...(withNewcomer ? laterAccounts : {}) };
  const sections = Object.entries(all).map(([account, { mode, kind = 'vendor', by }]) => {
    const { id, key } = keyVariables(account);
    const own = by === 'ownKey' ? { credentials: { accessKeyIdVariable: id, secretAccessKeyVariable: key } } : {};
    const signing = by === 'role' ? { role: demoRole } : own;
    return [account, { mode, kind, callsPerSecond: demoCallsPerSecond, ...signing }];
  });
  return Object.fromEntries(sections);
}

/** The variables that the section names, and those of the SDK's own chain. */
export function accountEnvironment(): NodeJS.ProcessEnv {
  const keys = Object.entries({ ...demoAccounts, ...laterAccounts }).flatMap(([account, { by }]) => {
    const { id, key } =
      by === 'chain' ? { id: 'AWS_ACCESS_KEY_ID', key: 'AWS_SECRET_ACCESS_KEY' } : keyVariables(account);
    // The catalog simulator takes the account from the access key's id, and verifies no signature.
    return by === 'role'
      ? []
      : [
          [id, `SIM${account}`],
          [key, 'simulated'],
        ];
  });
  return Object.fromEntries(keys);
}
