import { defined } from '../../defined.ts';
import { failure } from '../../failures.ts';
import type { ProductCatalog, ProductQuery, QueriedProduct } from '../../vendors/buyWithPrime/port.ts';
import type { ProductRecord } from '../../workflows/itemBuyability/contract.ts';

/** What a product query showed. */
export interface QueryAnswer {
  /** ISO 8601: when the query was sent, which is when the answer was true at the earliest. */
  readonly askedAt: string;
  /** Absent where the service knows no such product. */
  readonly product?: ProductRecord;
}

/** An answer with a product whose status says something. */
interface SettledAnswer extends QueryAnswer {
  readonly product: ProductRecord;
}

/** Activities that ask Buy with Prime. */
export interface ItemActivities {
  /** Asks once. Throws a failure of the vocabulary. */
  queryProduct(query: ProductQuery): Promise<QueryAnswer>;
  /**
   * Asks once per try, and throws NotYet while the product is not found or its status is neither BUYABLE nor
   * NOT_BUYABLE: "allow time for the system to update and then retry the query" (seed document, Troubleshoot errors).
   */
  awaitProduct(query: ProductQuery): Promise<SettledAnswer>;
}

const STATUS_LIMIT = 80;

/** Makes the activities over the product query. */
export function createItemActivities({ products }: { products: ProductCatalog }): ItemActivities {
  const queryProduct = async (query: ProductQuery): Promise<QueryAnswer> => {
    const askedAt = new Date().toISOString();
    const found = await products.queryProduct(query);
    return { askedAt, ...(found === undefined ? {} : { product: recordOf(found) }) };
  };
  const awaitProduct = async (query: ProductQuery): Promise<SettledAnswer> => {
    const { askedAt, product } = await queryProduct(query);
    if (product === undefined) throw failure('NotYet', 'The product is not found yet');
    const status = product.buyabilityStatus;
    if (status !== 'BUYABLE' && status !== 'NOT_BUYABLE') {
      const seen =
        status === undefined ? 'has no status' : `has the status ${JSON.stringify(status.slice(0, STATUS_LIMIT))}`;
      throw failure('NotYet', `The product ${seen} as yet`);
    }
    return { askedAt, product };
  };
  return { queryProduct, awaitProduct };
}

function recordOf(found: QueriedProduct): ProductRecord {
  const { id, externalId, sku, amazonSku, buyabilityStatus, offerPrime } = found;
  return {
    ...defined({ id, externalId, sku, amazonSku, buyabilityStatus, offerPrime }),
  };
}
