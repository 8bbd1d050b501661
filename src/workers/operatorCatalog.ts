import type { Configuration } from '../config/load.ts';
import { defined } from '../defined.ts';
import { failureTypeOf } from '../failures.ts';
import { createMarketplaceCatalog } from '../vendors/marketplaceCatalog/index.ts';
import type { CatalogChangeSet, MarketplaceCatalog } from '../vendors/marketplaceCatalog/port.ts';
import { credentialsOf } from './credentials.ts';

/** In milliseconds: an operator waits for it. */
const callMs = 20_000;

/** One change as AWS shows it. */
export type ShownChange = CatalogChangeSet['changes'][number];

/** What AWS shows of a change set, or why it is not shown: `type` is one of the vocabulary of failures. */
export type ShownChangeSet =
  { readonly changeSet: CatalogChangeSet } | { readonly type: string; readonly message: string };

/** Where and how an operator reads. */
interface OperatorAccess {
  /** Has the account's role, key and catalogs, and the endpoints; without it the SDK's own chain signs. */
  readonly configuration?: Configuration;
  /** The address of a simulated AWS Marketplace, where no configuration is given. */
  readonly simulator?: string;
}

function catalogOf({ configuration, simulator }: OperatorAccess): MarketplaceCatalog {
  if (configuration === undefined && simulator !== undefined) {
    return createMarketplaceCatalog({
      endpoint: simulator,
      credentialsFor: (account) => ({ accessKeyId: `SIM${account}`, secretAccessKey: 'simulated' }),
      timeouts: { callMs },
    });
  }
  const { marketplaceCatalog: endpoint, securityTokenService: tokenServiceEndpoint } = configuration?.endpoints ?? {};
  return createMarketplaceCatalog({
    ...defined({ endpoint, tokenServiceEndpoint }),
    credentialsFor: (account) => (configuration && credentialsOf(account, configuration)) ?? 'sdkChain',
    timeouts: { callMs },
  });
}

/** What AWS shows of a change set, read with an operator's own credentials and not by a workflow: no history has it. */
export async function describeForOperator(
  { account, changeSetId }: { readonly account: string; readonly changeSetId: string },
  access: OperatorAccess,
): Promise<ShownChangeSet> {
  const catalog = catalogOf(access);
  let last: ShownChangeSet = { type: 'NotFound', message: 'no catalog of the account has it' };
  for (const name of access.configuration?.accounts[account]?.catalogs ?? ['AWSMarketplace']) {
    try {
      return { changeSet: await catalog.describeChangeSet({ account, catalog: name }, changeSetId) };
    } catch (error) {
      const type = failureTypeOf(error);
      if (type === undefined || !(error instanceof Error)) throw error;
      last = { type, message: error.message };
      if (type !== 'NotFound') return last;
    }
  }
  return last;
}
