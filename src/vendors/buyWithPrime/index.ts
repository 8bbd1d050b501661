import { failure, failureTypeOf } from '../../ports/failures.ts';
import type { ProductCatalog, ProductQuery, QueriedProduct } from '../../ports/productCatalog.ts';
import { post } from './http.ts';
import { productQueryBody, readProductAnswer } from './productQuery.ts';
import { type MerchantCredentials, TokenCache } from './tokens.ts';

interface ProductCatalogOptions {
  /** Address without a path; the vendor's when it is left out. */
  readonly endpoint?: string;
  /** The API credentials of a merchant; undefined where there are none. Asked at every query. */
  readonly merchants: (businessProductId: string) => MerchantCredentials | undefined;
  /** For queries that name no version. */
  readonly defaultApiVersion?: string;
  /** The header that names the merchant: the documentation and the vendor's sample code differ. */
  readonly targetHeader?: string;
  /** For one HTTP exchange, in milliseconds; a query takes four at most (token, query, and once anew each). */
  readonly requestTimeoutMs?: number;
}

const VENDOR_ENDPOINT = 'https://api.buywithprime.amazon.com';
const PINNED_API_VERSION = '2024-11-01';
const TARGET_HEADER = 'x-api-target-id';
// Four of them stay under a minute, the longest that one try of an activity should take.
const REQUEST_TIMEOUT_MS = 10_000;

/**
 * Buy with Prime's product query over HTTPS. Tokens are kept in the process; a refused one is renewed once within a
 * query. RangeError where an option is not an address or a header name.
 */
export function createProductCatalog(options: ProductCatalogOptions): ProductCatalog {
  const endpoint = checkedEndpoint(options.endpoint ?? VENDOR_ENDPOINT);
  const targetHeader = checkedHeader(options.targetHeader ?? TARGET_HEADER);
  const timeoutMs = options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS;
  const tokens = new TokenCache({ url: `${endpoint}/token`, timeoutMs });

  const ask = async (query: ProductQuery, accessToken: string): Promise<QueriedProduct | undefined> => {
    const answer = await post({
      url: `${endpoint}/graphql`,
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        authorization: `Bearer ${accessToken}`,
        [targetHeader]: query.businessProductId,
        'x-api-version': query.apiVersion ?? options.defaultApiVersion ?? PINNED_API_VERSION,
      },
      body: productQueryBody(query.itemId),
      timeoutMs,
      operation: 'product query',
    });
    return readProductAnswer(answer, accessToken);
  };

  return {
    queryProduct: async (query) => {
      checkHeaderValue('businessProductId', query.businessProductId);
      if (query.apiVersion !== undefined) checkHeaderValue('apiVersion', query.apiVersion);
      const credentials = options.merchants(query.businessProductId);
      if (credentials === undefined) throw notConfigured(query.businessProductId);
      const accessToken = await tokens.tokenFor(credentials);
      try {
        return await ask(query, accessToken);
      } catch (error) {
        if (failureTypeOf(error) !== 'CredentialsRejected') throw error;
      }
      await tokens.forget(credentials, accessToken);
      return ask(query, await tokens.tokenFor(credentials));
    },
  };
}

function notConfigured(businessProductId: string): Error {
  const message = `Merchant ${JSON.stringify(businessProductId.slice(0, 200))} has no Buy with Prime credentials in the configuration`;
  return failure('NotConfigured', message, { context: { operation: 'product query' } });
}

/** What a person typed in must not break out of a header. */
function checkHeaderValue(field: string, value: string): void {
  if (/^[!-~]{1,200}$/.test(value)) return;
  throw failure('RequestRejected', `${field}: expected 1 to 200 visible ASCII characters without spaces`, {
    context: { operation: 'product query', fields: [{ field, message: 'is no header value' }] },
  });
}

function checkedEndpoint(endpoint: string): string {
  const url = URL.parse(endpoint);
  const fits =
    url !== null && /^https?:$/.test(url.protocol) && url.search === '' && url.hash === '' && url.username === '';
  if (!fits) throw new RangeError('endpoint: expected an http or https address without query, fragment and user');
  return url.href.replace(/\/+$/, '');
}

function checkedHeader(name: string): string {
  if (!/^[A-Za-z0-9-]{1,100}$/.test(name)) throw new RangeError('targetHeader: expected letters, digits and hyphens');
  return name;
}
