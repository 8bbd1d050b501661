import { z } from 'zod';
import { describedPolicies } from './described/policies.ts';
import { describedSettings, type Described } from './described/settings.ts';
import { fileSchema } from './schema.ts';

/** A schema in JSON Schema 2020-12, as far as it is worked on here. */
export interface JsonSchema {
  [keyword: string]: unknown;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
  additionalProperties?: JsonSchema | boolean;
  oneOf?: JsonSchema[];
  anyOf?: JsonSchema[];
}

const described: Readonly<Record<string, Described>> = { ...describedSettings, ...describedPolicies };

/** The description of a setting: of the longest end of its path that has one. */
export function descriptionOf(path: readonly string[]): Described | undefined {
  const ends = path.map((_, index) => path.slice(index).join('.'));
  const end = ends.find((one) => Object.hasOwn(described, one));
  return end === undefined ? undefined : described[end];
}

/** The schemas right below one that are about the same setting, or about its entries. */
function partsOf({ items, additionalProperties, oneOf = [], anyOf = [] }: JsonSchema): readonly JsonSchema[] {
  const entries = typeof additionalProperties === 'object' ? [additionalProperties] : [];
  return [...(items === undefined ? [] : [items]), ...entries, ...oneOf, ...anyOf];
}

/**
 * Goes through every setting that a schema names; keys of maps and places in lists are no part of a path.
 * @param visit gets the setting's own schema, which it may change.
 */
export function eachSetting(
  schema: JsonSchema,
  visit: (path: readonly string[], setting: JsonSchema) => void,
  path: readonly string[] = [],
): void {
  for (const [name, setting] of Object.entries(schema.properties ?? {})) {
    visit([...path, name], setting);
    eachSetting(setting, visit, [...path, name]);
  }
  for (const part of partsOf(schema)) eachSetting(part, visit, path);
}

/** What the file may leave out or write shorter, which the schema's own steps before its checks take (`z.preprocess`). */
function allowShortForms(path: readonly string[], setting: JsonSchema): void {
  const place = path.join('.');
  if (place === 'notices.channels') {
    const { default: preset, ...byName } = setting;
    for (const keyword of Object.keys(setting)) delete setting[keyword];
    Object.assign(setting, {
      ...(preset === undefined ? {} : { default: preset }),
      anyOf: [{ type: 'array', items: { const: 'log' }, minItems: 1 }, byName],
    });
  }
  if (/credentials(\.eventbridge|\.webhook)?$/.test(place)) {
    for (const one of setting.items?.oneOf ?? []) {
      if (one.properties?.['kind']?.['const'] === 'header') {
        one.required = (one.required ?? []).filter((name) => name !== 'kind');
      }
    }
  }
}

/** The configuration file as JSON Schema 2020-12, for editors: every setting with a description, most with examples. */
export function configurationJsonSchema(): JsonSchema {
  const schema = z.toJSONSchema(fileSchema, {
    target: 'draft-2020-12',
    io: 'input',
    unrepresentable: 'any',
  }) as JsonSchema;
  eachSetting(schema, (path, setting) => {
    allowShortForms(path, setting);
    const [description, ...examples] = descriptionOf(path) ?? [];
    if (description === undefined) return;
    Object.assign(setting, { description, ...(examples.length === 0 ? {} : { examples }) });
  });
  return {
    ...schema,
    title: 'marketplace-steward',
    description: 'The configuration file of worker and ingress. It names variables that hold secrets, and holds none.',
  };
}
