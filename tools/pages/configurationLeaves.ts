import type { z } from 'zod';

/** A text of the configuration file: where it stands, and what is taken there. */
export interface TextSetting {
  /** `*` stands for a name that is free, `[]` for a place in a list. */
  readonly path: string;
  readonly schema: z.core.$ZodType;
}

/** Every text that a schema takes, wherever it stands; one of several kinds gives those of each. */
export function textSettings(root: z.core.$ZodType): readonly TextSetting[] {
  const found = new Map<string, TextSetting>();
  const visit = (schema: z.core.$ZodType, path: string): void => {
    const { def } = (schema as z.core.$ZodTypes)._zod;
    const below = (name: string): string => (path === '' ? name : `${path}.${name}`);
    switch (def.type) {
      case 'object':
        return Object.entries(def.shape).forEach(([name, one]) => visit(one, below(name)));
      case 'record':
        return visit(def.valueType, below('*'));
      case 'array':
        return visit(def.element, `${path}[]`);
      case 'union':
        return def.options.forEach((one) => visit(one, path));
      case 'pipe':
        return [def.in, def.out].forEach((one) => visit(one, path));
      case 'optional':
      case 'default':
      case 'prefault':
        return visit(def.innerType, path);
      case 'string':
        found.set(`${path} ${found.size}`, { path, schema });
        return;
      case 'transform':
      case 'enum':
      case 'literal':
      case 'number':
      case 'boolean':
        return;
      default:
        throw new Error(`${path}: nobody says yet what a schema of type ${def.type} holds`);
    }
  };
  visit(root, '');
  return [...found.values()];
}
