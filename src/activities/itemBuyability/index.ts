import { defined } from '../../defined.ts';
import { failure } from '../../failures.ts';
import type { ProductCatalog } from '../../vendors/buyWithPrime/port.ts';
import type { ItemActivities } from '../../workflows/itemBuyability/contract.ts';

const longestStatus = 80;

/** Makes the activities from the product query. */
export function createItemActivities({ products }: { products: ProductCatalog }): ItemActivities {
  const queryProduct: ItemActivities['queryProduct'] = async (query) => {
    const askedAt = new Date().toISOString();
    return { askedAt, ...defined({ product: await products.queryProduct(query) }) };
  };
  return {
    queryProduct,
    async awaitProduct(query) {
      const { askedAt, product } = await queryProduct(query);
      if (product === undefined) throw failure('NotYet', 'The product is not found yet');
      const status = product.buyabilityStatus;
      if (status === 'BUYABLE' || status === 'NOT_BUYABLE') return { askedAt, product };
      const seen =
        status === undefined ? 'has no status' : `has the status ${JSON.stringify(status.slice(0, longestStatus))}`;
      throw failure('NotYet', `The product ${seen} as yet`);
    },
  };
}
