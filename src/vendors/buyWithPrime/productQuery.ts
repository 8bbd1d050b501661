import { withoutAddresses } from '../../addresses.ts';
import { z } from 'zod';
import { defined } from '../../defined.ts';
import { failure } from '../../failures.ts';
import type { QueriedProduct } from './port.ts';
import { accessDenied, jsonOf, statusFailure } from './answers.ts';
import type { HttpAnswer } from '../../http.ts';

const OPERATION = 'product query';
const MESSAGE_LIMIT = 200;
/** Longer texts would only fill histories. */
const TEXT_LIMIT = 1_000;

/** The request body that asks for one product. */
export function productQueryBody(itemId: string): string {
  return JSON.stringify({
    query:
      'query Product($identifier: ProductIdentifierInput) { product(identifier: $identifier) { ' +
      'id externalId { value } sku { value } amazonSku { value } offerPrime buyability { status } } }',
    variables: { identifier: { productId: itemId } },
  });
}

const text = z
  .string()
  .transform((whole) => whole.slice(0, TEXT_LIMIT))
  .nullish();
const valued = z.looseObject({ value: text }).nullish();
const product = z.looseObject({
  id: text,
  externalId: valued,
  sku: valued,
  amazonSku: valued,
  offerPrime: z.boolean().nullish(),
  buyability: z.looseObject({ status: text }).nullish(),
});
const classification = z.looseObject({
  type: z.string().optional().catch(undefined),
  errorType: z.string().optional().catch(undefined),
  errorCode: z.union([z.number(), z.string()]).optional().catch(undefined),
});
const graphqlError = z.looseObject({
  message: z.string().catch(''),
  path: z.array(z.union([z.string(), z.number()])).nullish(),
  extensions: z
    .looseObject({
      classification: z
        .union([classification, z.string().transform((type) => ({ type }))])
        .optional()
        .catch(undefined),
      code: z.union([z.number(), z.string()]).optional().catch(undefined),
    })
    .nullish(),
});
const answerBody = z.looseObject({
  errors: z.array(graphqlError).nullish(),
  data: z.looseObject({ product: product.nullish() }).nullish(),
});
type GraphqlError = z.infer<typeof graphqlError>;

/**
 * Reads the answer to the product query. GraphQL errors arrive under status 200, and may stand beside partial data:
 * it counts where the status is there and every error is about another field.
 * @param accessToken taken out of every text that goes into a failure.
 * @returns the product, or undefined where the service knows none.
 * @throws a failure of the vocabulary; CredentialsRejected where the token was refused.
 */
export function readProductAnswer(answer: HttpAnswer, accessToken: string): QueriedProduct | undefined {
  if (answer.status !== 200) throw statusFailure(answer, OPERATION);
  const parsed = answerBody.safeParse(jsonOf(answer));
  if (!parsed.success) throw malformed('the answer is no GraphQL answer');
  const { data, errors } = parsed.data;
  if (errors && errors.length > 0) {
    if (data?.product && leaveStatus(errors, data.product)) return queriedProduct(data.product);
    return readErrors(errors, Boolean(data?.product), defined({ accessToken, retryAfterMs: answer.retryAfterMs }));
  }
  if (data?.product === undefined) throw malformed('the answer has neither a product nor an error');
  return data.product === null ? undefined : queriedProduct(data.product);
}

/** GraphQL answers each field separately: an error at another path takes nothing from the status. */
function leaveStatus(errors: readonly GraphqlError[], { buyability }: z.infer<typeof product>): boolean {
  const areAside = errors.every(
    ({ path }) => path?.[0] === 'product' && path[1] !== undefined && path[1] !== 'buyability',
  );
  return areAside && typeof buyability?.status === 'string';
}

type ErrorMeaning = 'notFound' | 'denied' | 'throttled' | 'unauthorized' | 'invalid' | 'fault';

/**
 * Denied and throttled are reported as such even beside partial data, since somebody can act on them. A product that is
 * there without a status to go by is neither taken nor called missing.
 */
function readErrors(
  errors: readonly GraphqlError[],
  partial: boolean,
  { accessToken, retryAfterMs }: { readonly accessToken: string; readonly retryAfterMs?: number },
): undefined {
  const meanings = errors.map((error) => ({ error, meaning: meaningOf(error) }));
  const find = (wanted: ErrorMeaning) => meanings.find(({ meaning }) => meaning === wanted)?.error;
  const denied = find('denied');
  if (denied !== undefined) throw accessDenied(OPERATION, nameOf(denied));
  const throttled = find('throttled');
  if (throttled !== undefined) {
    throw failure('Throttled', `${OPERATION}: too many requests`, {
      ...contextOf(throttled),
      ...defined({ retryAfterMs }),
    });
  }
  const unauthorized = find('unauthorized');
  if (unauthorized !== undefined) {
    throw failure('CredentialsRejected', `${OPERATION}: the token was refused`, contextOf(unauthorized));
  }
  const aboutWhole = errors.every(({ path }) => (path ?? []).length <= 1);
  if (!partial && aboutWhole && meanings.every(({ meaning }) => meaning === 'notFound')) return undefined;
  if (partial) throw malformed('the answer holds a part of the product beside an error');
  const invalid = find('invalid');
  if (invalid !== undefined) {
    const message = withoutAddresses(invalid.message.replaceAll(accessToken, '[token]')).slice(0, MESSAGE_LIMIT);
    throw failure('RequestRejected', `${OPERATION}: ${message}`, contextOf(invalid));
  }
  const [first] = errors;
  const name = first === undefined ? 'no name' : nameOf(first);
  throw failure('ServiceFault', `${OPERATION}: the service answered an error (${name})`, {
    context: { operation: OPERATION, vendorType: name },
  });
}

/**
 * Several members may name the error, and any may be missing: the first that is known counts. Not found is the resource
 * only: what else a service does not find (an operation, a stored query) says nothing of the product.
 */
function meaningOf(error: GraphqlError): ErrorMeaning {
  for (const text of namesOf(error)) {
    if (/^((resource|product)_?)?not_?found(error|exception)?$/i.test(text) || text === '404') return 'notFound';
    if (/access_?denied|forbidden/i.test(text) || text === '403') return 'denied';
    if (/throttl|too_?many_?requests/i.test(text) || text === '429') return 'throttled';
    if (/unauthorized|unauthenticated/i.test(text) || text === '401') return 'unauthorized';
    if (/validation|bad_?request/i.test(text) || text === '400') return 'invalid';
    if (/internal|service_?unavailable/i.test(text) || /^5\d\d$/.test(text)) return 'fault';
  }
  return 'fault';
}

function namesOf({ extensions }: GraphqlError): string[] {
  const named: Partial<z.infer<typeof classification>> = extensions?.classification ?? {};
  return [named.errorType, named.type, named.errorCode, extensions?.code].flatMap((name) =>
    name === undefined ? [] : [String(name)],
  );
}

/** The vendor's name of an error, where it is like one. */
function nameOf(error: GraphqlError): string {
  return namesOf(error).find((name) => /^[\w.]{1,80}$/.test(name)) ?? 'no name';
}

function contextOf(error: GraphqlError): { context: { operation: string; vendorType: string } } {
  return { context: { operation: OPERATION, vendorType: nameOf(error) } };
}

function malformed(what: string): Error {
  return failure('MalformedAnswer', `${OPERATION}: ${what}`, { context: { operation: OPERATION } });
}

function queriedProduct(found: z.infer<typeof product>): QueriedProduct {
  return defined({
    id: found.id ?? undefined,
    externalId: found.externalId?.value ?? undefined,
    sku: found.sku?.value ?? undefined,
    amazonSku: found.amazonSku?.value ?? undefined,
    offerPrime: found.offerPrime ?? undefined,
    buyabilityStatus: found.buyability?.status ?? undefined,
  });
}
