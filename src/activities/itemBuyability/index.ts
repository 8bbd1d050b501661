import { defined } from '../../defined.ts';
import { failure } from '../../failures.ts';
import type { ProductCatalog } from '../../vendors/buyWithPrime/port.ts';
import type { PolicyContext } from '../../policies/configured.ts';
import type { ItemActivities } from '../../workflows/itemBuyability/contract.ts';
import { followed } from '../followedPolicy.ts';

const longestStatus = 80;

/** Makes the activities from the product query. @param context read at each call, so that an item follows the configuration. */
export function createItemActivities({
  products,
  context,
}: {
  products: ProductCatalog;
  context: PolicyContext;
}): ItemActivities {
  const queryProduct: ItemActivities['queryProduct'] = async ({ following, ...query }) => {
    const askedAt = new Date().toISOString();
    const answer = { askedAt, ...defined({ product: await products.queryProduct(query) }) };
    return { ...answer, ...followed('itemBuyability', context, defined({ following })) };
  };
  return {
    queryProduct,
    async awaitProduct(query) {
      const { product, ...answer } = await queryProduct(query);
      if (product === undefined) throw failure('NotYet', 'The product is not found yet');
      const status = product.buyabilityStatus;
      if (status === 'BUYABLE' || status === 'NOT_BUYABLE') return { ...answer, product };
      const seen =
        status === undefined ? 'has no status' : `has the status ${JSON.stringify(status.slice(0, longestStatus))}`;
      throw failure('NotYet', `The product ${seen} as yet`);
    },
  };
}
