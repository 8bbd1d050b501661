import { configurationJsonSchema, type JsonSchema } from './jsonSchema.ts';

/** The schemas right below a place: by its name, or those of whatever key or place in a list it is. */
function below(schema: JsonSchema, name: string): readonly JsonSchema[] {
  const { properties = {}, additionalProperties, items, oneOf = [], anyOf = [] } = schema;
  const own = Object.hasOwn(properties, name) ? properties[name] : undefined;
  if (own !== undefined) return [own];
  const entry = typeof additionalProperties === 'object' ? [additionalProperties] : [];
  return [
    ...entry,
    ...(items === undefined ? [] : [items]),
    ...[...oneOf, ...anyOf].flatMap((one) => below(one, name)),
  ];
}

/** The settings that a schema takes by name. */
function namesOf({ properties = {}, oneOf = [], anyOf = [] }: JsonSchema): readonly string[] {
  return [...Object.keys(properties), ...[...oneOf, ...anyOf].flatMap(namesOf)];
}

/**
 * The settings that there are at the place of one that there is not.
 * @param path of the latter, as errors name it; keys with a dot of their own are not followed.
 */
export function settingsAt(path: string): readonly string[] {
  const steps = path
    .replaceAll(/\[(\d+)\]/g, '.$1')
    .split('.')
    .slice(0, -1);
  const places = steps.reduce<readonly JsonSchema[]>(
    (schemas, step) => schemas.flatMap((schema) => below(schema, step)),
    [configurationJsonSchema()],
  );
  return [...new Set(places.flatMap(namesOf))];
}
