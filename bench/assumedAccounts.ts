import { randomInt } from 'node:crypto';
import { startCatalogSimulator } from '@marketplace-steward/simulators/marketplaceCatalog';
import type { CatalogSimulator } from '@marketplace-steward/simulators/marketplaceCatalog';
import { startTokenServiceSimulator } from '@marketplace-steward/simulators/securityTokenService';
import { defined } from '../src/defined.ts';
import type { Policies } from '../src/config/policySchema.ts';
import { openTenancy } from './stage.ts';
import type { Stage, Tenancy } from './stage.ts';

/** Several accounts at the simulated vendor, each by a role of its own, and what processes need to work for them. */
export interface AssumedAccounts {
  readonly accounts: readonly string[];
  readonly catalog: CatalogSimulator;
  readonly tenancy: Tenancy;
  readonly close: () => Promise<void>;
}

const firstAccount = 700_000_000_000;
const externalId = 'bench';

/**
 * Makes so many accounts, in mode `auto`, with the vendor's own quotas: their roles are assumed at a simulated AWS
 * Security Token Service.
 */
export async function assumedAccounts(
  stage: Stage,
  name: string,
  { count, policies }: { readonly count: number; readonly policies?: Policies },
): Promise<AssumedAccounts> {
  const accounts = Array.from({ length: count }, (_, index) => String(firstAccount + index));
  const roleOf = (account: string): string => `arn:aws:iam::${account}:role/steward`;
  const seed = randomInt(2 ** 31);
  const tokens = await startTokenServiceSimulator({ seed });
  stage.stops.add(() => tokens.close());
  for (const account of accounts) tokens.control.putRole({ arn: roleOf(account), externalId });
  const catalog = await startCatalogSimulator({ seed, sessions: tokens.sessions });
  stage.stops.add(() => catalog.close());
  const entries = accounts.map((account) => {
    const role = { arn: roleOf(account), externalId };
    return [account, { mode: 'auto' as const, dailyCap: 10_000, role }] as const;
  });
  const tenancy = await openTenancy(stage, name, {
    accounts: Object.fromEntries(entries),
    marketplaceCatalog: catalog.url,
    securityTokenService: tokens.url,
    ...defined({ policies }),
  });
  const { url, credential } = tenancy.ingress;
  catalog.control.setEvents({ target: { url, headers: { [credential.header]: credential.value } } });
  const close = async (): Promise<void> => {
    await catalog.close();
    await tokens.close();
  };
  return { accounts, catalog, tenancy, close };
}
