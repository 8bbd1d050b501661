/** A product as Buy with Prime's product query gives it; texts are the vendor's own. */
export interface QueriedProduct {
  readonly id?: string;
  readonly externalId?: string;
  readonly sku?: string;
  readonly amazonSku?: string;
  readonly offerPrime?: boolean;
  readonly buyabilityStatus?: string;
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

/** What fits into a header by `isHeaderValue`, in words. */
export const expectedHeaderValue = '1 to 200 visible ASCII characters without spaces';

/** Whether a text may stand in a header alone: nothing in it ends or parts the header. */
export function isHeaderValue(text: string): boolean {
  return /^[!-~]{1,200}$/.test(text);
}

/** What names the merchant by `isTargetHeader`, in words. */
export const expectedTargetHeader =
  'the name of a header (letters, digits and hyphens) that has no other meaning in the request';

// Those of the request itself, and those that HTTP/1.1 keeps for the connection (RFC 9110, sections 6 to 10).
const otherHeaders = new Set([
  'accept',
  'authorization',
  'connection',
  'content-length',
  'content-type',
  'expect',
  'host',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
  'x-api-version',
]);

/** Whether a header of this name can name the merchant to the service. */
export function isTargetHeader(name: string): boolean {
  return /^[A-Za-z0-9-]{1,100}$/.test(name) && !otherHeaders.has(name.toLowerCase());
}
