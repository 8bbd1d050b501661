import { failure } from '../../failures.ts';
import {
  expectedHeaderValue,
  expectedTargetHeader,
  isHeaderValue,
  isTargetHeader,
  type ProductCatalog,
  type ProductQuery,
  type QueriedProduct,
} from './port.ts';
import { post } from '../../http.ts';
import { productQueryBody, readProductAnswer } from './productQuery.ts';
import { withToken, type MerchantCredentials } from './tokens.ts';

interface ProductCatalogOptions {
  /** Address without a path; the vendor's when it is left out. */
  readonly endpoint?: string;
  /** The API credentials of a merchant; undefined where there are none. Asked at every query. */
  readonly merchants: (businessProductId: string) => MerchantCredentials | undefined;
  /** For queries that name no version; 2024-11-01 when it is left out. */
  readonly defaultApiVersion?: string;
  /** The header that names the merchant; the documented `x-api-target-id` when it is left out. */
  readonly targetHeader?: string;
  /** For one HTTP exchange, in milliseconds; a query takes four at most (token, query, and once again each). */
  readonly requestTimeoutMs?: number;
}

/** Where Buy with Prime’s API answers. */
export const VENDOR_ENDPOINT = 'https://api.buywithprime.amazon.com';
const PINNED_API_VERSION = '2024-11-01';
const TARGET_HEADER = 'x-api-target-id';
// Four of them stay under a minute, the longest that one attempt of an activity should take.
const REQUEST_TIMEOUT_MS = 10_000;

/**
 * Buy with Prime's product query over HTTPS. Tokens are kept in the process (`withToken`); a refused one is renewed once
 * within a query. RangeError where an option is not an address, a header name or a version.
 */
export function createProductCatalog(options: ProductCatalogOptions): ProductCatalog {
  const endpoint = checkedEndpoint(options.endpoint ?? VENDOR_ENDPOINT);
  const targetHeader = options.targetHeader ?? TARGET_HEADER;
  if (!isTargetHeader(targetHeader)) throw new RangeError(`targetHeader: expected ${expectedTargetHeader}`);
  const timeoutMs = options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS;
  const defaultApiVersion = options.defaultApiVersion ?? PINNED_API_VERSION;
  if (!isHeaderValue(defaultApiVersion)) throw new RangeError(`defaultApiVersion: expected ${expectedHeaderValue}`);
  const source = { url: `${endpoint}/token`, timeoutMs };

  const ask = async (query: ProductQuery, accessToken: string): Promise<QueriedProduct | undefined> => {
    const answer = await post({
      url: `${endpoint}/graphql`,
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        authorization: `Bearer ${accessToken}`,
        [targetHeader]: query.businessProductId,
        'x-api-version': query.apiVersion ?? defaultApiVersion,
      },
      body: productQueryBody(query.itemId),
      timeoutMs,
      operation: 'product query',
    });
    return readProductAnswer(answer, accessToken);
  };

  return {
    queryProduct: async (query) => {
      const { businessProductId, apiVersion } = query;
      checkHeaderValue('businessProductId', businessProductId);
      if (apiVersion !== undefined) checkHeaderValue('apiVersion', apiVersion);
      const credentials = options.merchants(businessProductId);
      if (credentials === undefined) throw notConfigured(businessProductId);
      return withToken({ source, credentials, businessProductId }, (accessToken) => ask(query, accessToken));
    },
  };
}

function notConfigured(businessProductId: string): Error {
  const message =
    `Merchant ${businessProductId} has no Buy with Prime credentials: add merchants.${businessProductId} ` +
    'with clientId and clientSecretVariable to the configuration file';
  return failure('NotConfigured', message, { context: { operation: 'product query' } });
}

/** What an operator typed in must not break out of a header. */
function checkHeaderValue(field: string, value: string): void {
  if (isHeaderValue(value)) return;
  throw failure('RequestRejected', `${field}: expected ${expectedHeaderValue}`, {
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
