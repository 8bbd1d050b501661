/** A product as Buy with Prime's product query gives it; texts are the vendor's own. */
export interface QueriedProduct {
  readonly id: string | undefined;
  readonly externalId: string | undefined;
  readonly sku: string | undefined;
  readonly amazonSku: string | undefined;
  readonly offerPrime: boolean | undefined;
  readonly buyabilityStatus: string | undefined;
}

/** Which product, and by which version of the API. */
export interface ProductQuery {
  readonly businessProductId: string;
  readonly itemId: string;
  /** As the event names it; the adapter has a pinned default. */
  readonly apiVersion?: string;
}

/**
 * Buy with Prime's product query. Gives `undefined` where the service knows no such product, by
 * ResourceNotFoundException or by `product: null` (both mean "not yet" for a while, seed document, Troubleshoot
 * errors); throws a failure of the vocabulary (`failures.ts`) for everything else.
 */
export interface ProductCatalog {
  queryProduct(query: ProductQuery): Promise<QueriedProduct | undefined>;
}
