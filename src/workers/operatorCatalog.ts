import type { Configuration } from '../config/load.ts';
import { defined } from '../defined.ts';
import { failureTypeOf } from '../failures.ts';
import { createMarketplaceCatalog } from '../vendors/marketplaceCatalog/index.ts';
import type { CatalogChangeSet } from '../vendors/marketplaceCatalog/port.ts';
import { credentialsOf } from './credentials.ts';

/** In milliseconds: an operator waits for it. */
const callMs = 20_000;

/** One change as AWS shows it. */
export type ShownChange = CatalogChangeSet['changes'][number];

/** What AWS shows of a change set, or why it is not shown: `type` is one of the vocabulary of failures. */
export type ShownChangeSet =
  { readonly changeSet: CatalogChangeSet } | { readonly type: string; readonly message: string };

/**
 * What AWS shows of a change set, read with an operator's own credentials and not by a workflow: no history has it.
 * @param configuration has the account's role, key and catalogs, and the endpoints; without it the SDK's own chain signs.
 */
export async function describeForOperator(
  configuration: Configuration | undefined,
  { account, changeSetId }: { readonly account: string; readonly changeSetId: string },
): Promise<ShownChangeSet> {
  const { marketplaceCatalog: endpoint, securityTokenService: tokenServiceEndpoint } = configuration?.endpoints ?? {};
  const catalog = createMarketplaceCatalog({
    ...defined({ endpoint, tokenServiceEndpoint }),
    credentialsFor: (id) => (configuration && credentialsOf(id, configuration)) ?? 'sdkChain',
    timeouts: { callMs },
  });
  let last: ShownChangeSet = { type: 'NotFound', message: 'no catalog of the account has it' };
  for (const name of configuration?.accounts[account]?.catalogs ?? ['AWSMarketplace']) {
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
