import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { openApiDocument } from '../../src/ingress/openApi.ts';

/** What the description of the ingress says of one status. */
interface DescribedAnswer {
  readonly description: string;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly content: Readonly<Record<string, { readonly schema: object }>>;
}

/** An operation of the description, as far as tests read it. */
interface DescribedOperation {
  readonly operationId: string;
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: object }>> };
  readonly responses: Readonly<Record<string, DescribedAnswer>>;
}

/** The description as the ingress serves it. */
export interface Described {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, DescribedOperation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

export const description = JSON.parse(JSON.stringify(openApiDocument())) as Described;

const ajv = new Ajv2020({ strict: false, allErrors: true });
ajv.addSchema({ $id: 'description', components: description.components });
const validators = new Map<object, ValidateFunction>();

/** The validator of a schema of the description. */
export function validatorOf(schema: object): ValidateFunction {
  // References are to the document, and this one is compiled apart from it.
  const text = JSON.stringify(schema).replaceAll('"#/components', '"description#/components');
  const known = validators.get(schema) ?? ajv.compile(JSON.parse(text) as object);
  validators.set(schema, known);
  return known;
}

const operations = Object.values(description.paths).flatMap((methods) => Object.values(methods));

/** Whether some operation of the description has this answer. */
export function isDescribed(status: number, body: unknown): boolean {
  const answers = operations.flatMap(({ responses }) => responses[status] ?? []);
  return answers.some(({ content }) => validatorOf(content['application/json']?.schema ?? {})(body));
}
