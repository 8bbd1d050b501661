import { buildSchema, graphql, GraphQLError } from 'graphql';
import type { ItemAnswer } from './plans.ts';
import { defined } from '../defined.ts';

const schema = buildSchema(`
  type Query { product(identifier: ProductIdentifierInput): Product }
  input ProductIdentifierInput { productId: String }
  type Value { value: String }
  type Buyability { status: String }
  type Product {
    id: ID
    externalId: Value
    sku: Value
    amazonSku: Value
    offerPrime: Boolean
    buyability: Buyability
  }
`);

/** What an item answers within GraphQL; `denied` where the caller may not act for the merchant. */
export type GraphqlAnswer = Exclude<ItemAnswer, { http: unknown } | { endsToken: true }> | { readonly denied: true };

/** A body that is no GraphQL request; the service says so by status 400. */
export class NotGraphql extends Error {
  override readonly name = 'NotGraphql';
}

interface ErrorForm {
  readonly type: string;
  readonly errorType: string;
  readonly errorCode: number;
}

const errorForms = {
  ResourceNotFoundException: { type: 'ResourceNotFoundError', errorType: 'ResourceNotFoundException', errorCode: 404 },
  AccessDeniedException: { type: 'AccessDeniedError', errorType: 'AccessDeniedException', errorCode: 403 },
  ThrottlingException: { type: 'ThrottlingError', errorType: 'ThrottlingException', errorCode: 429 },
  InternalServerError: { type: 'InternalServerError', errorType: 'InternalServerError', errorCode: 500 },
  ValidationException: { type: 'ValidationError', errorType: 'ValidationException', errorCode: 400 },
} as const satisfies Record<string, ErrorForm>;

/**
 * Runs a GraphQL request body against the product schema.
 * @param answerTo gives the answer of an item; called once for each product that the request asks for.
 * @returns the response object: `errors` in the vendor's form, without `locations`; `data` with the fields asked for.
 * @throws NotGraphql where the body is no object with a `query` text.
 */
export async function runProductQuery(
  body: unknown,
  answerTo: (itemId: string) => GraphqlAnswer,
): Promise<Record<string, unknown>> {
  const { source, variableValues } = requestIn(body);
  const extraErrors: GraphQLError[] = [];
  const rootValue = {
    product: ({ identifier }: { identifier?: { productId?: string | null } | null }) => {
      const itemId = identifier?.productId;
      if (!itemId) throw vendorError('ValidationException', 'identifier: productId is required');
      return resolve(answerTo(itemId), extraErrors);
    },
  };
  const result = await graphql({ schema, source, rootValue, variableValues });
  const errors = [...(result.errors ?? []), ...extraErrors].map(inVendorForm);
  return { ...(errors.length === 0 ? {} : { errors }), ...defined({ data: result.data }) };
}

function resolve(answer: GraphqlAnswer, extraErrors: GraphQLError[]): unknown {
  if ('denied' in answer) throw vendorError('AccessDeniedException', 'Not authorized for this business product');
  if ('null' in answer) return null;
  if ('notFound' in answer) throw notFound(answer.notFound);
  if ('error' in answer) throw vendorError(answer.error, `${answer.error} by plan`);
  if ('partial' in answer) {
    extraErrors.push(vendorError('InternalServerError', 'A field could not be read', ['product', answer.partial]));
    return { ...answer.product, [answer.partial]: null };
  }
  return answer.product;
}

function vendorError(name: keyof typeof errorForms, message: string, path?: readonly string[]): GraphQLError {
  const extensions = { classification: errorForms[name] };
  return new GraphQLError(message, { extensions, ...defined({ path }) });
}

/** The ways in which clients have to recognise the same error: the documented one, and each of its members alone. */
function notFound(variant: Extract<ItemAnswer, { notFound: unknown }>['notFound']): GraphQLError {
  const { type, errorType, errorCode } = errorForms.ResourceNotFoundException;
  const extensions = {
    classification: { classification: { type, errorType, errorCode } },
    type: { classification: { type } },
    errorType: { classification: { errorType } },
    errorCode: { classification: { errorCode } },
    code: { code: errorType },
  }[variant];
  return new GraphQLError('Product not found', { extensions });
}

/** A text that does not parse or names unknown fields gets the vendor's ValidationException. */
function inVendorForm(error: GraphQLError): Record<string, unknown> {
  const known = Object.keys(error.extensions).length > 0;
  return {
    message: error.message,
    ...defined({ path: error.path }),
    extensions: known ? error.extensions : { classification: errorForms.ValidationException },
  };
}

function requestIn(body: unknown): { source: string; variableValues: Record<string, unknown> } {
  const source = memberOf(body, 'query');
  const variables = memberOf(body, 'variables') ?? {};
  if (typeof source !== 'string') throw new NotGraphql('query: expected a text');
  if (typeof variables !== 'object' || Array.isArray(variables)) throw new NotGraphql('variables: expected an object');
  return { source, variableValues: { ...variables } };
}

function memberOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}
