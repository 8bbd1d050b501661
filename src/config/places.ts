import { isMap, isPair, isScalar, isSeq } from 'yaml';
import type { YamlText } from './yaml.ts';

interface Found {
  /** Where the deepest part of the path stands. */
  readonly offset: number | undefined;
  readonly isWhole: boolean;
}

const offsetOf = (node: unknown): number | undefined =>
  typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)
    ? Number(node.range[0])
    : undefined;

/** What follows the first name of a path; undefined where another name is first. A name may have dots of its own. */
function restAfter(name: string, path: string): string | undefined {
  if (!path.startsWith(name)) return undefined;
  const rest = path.slice(name.length);
  if (rest === '' || rest.startsWith('[')) return rest;
  return rest.startsWith('.') ? rest.slice(1) : undefined;
}

function find(node: unknown, path: string, offset: number | undefined): Found {
  if (path === '') return { offset, isWhole: true };
  if (isMap(node)) {
    for (const pair of node.items) {
      if (!isPair(pair) || !isScalar(pair.key)) continue;
      const rest = restAfter(String(pair.key.value), path);
      if (rest !== undefined) return find(pair.value, rest, offsetOf(pair.key));
    }
  }
  const [whole = '', place] = /^\[(\d{1,6})\]\.?/.exec(path) ?? [];
  if (isSeq(node) && place !== undefined) {
    const item: unknown = node.items[Number(place)];
    if (item !== undefined) return find(item, path.slice(whole.length), offsetOf(item));
  }
  return { offset, isWhole: false };
}

/**
 * The line of a setting, counted from 1.
 * @param path as errors name it: `accounts.111122223333.mode`, `notices.routes[0].channels`.
 * @returns the line of the nearest setting around it where it is not there itself; undefined where there is none.
 */
export function lineOf({ document, lines }: YamlText, path: string): number | undefined {
  const [fault] = document.errors;
  if (path === '(file)' && fault !== undefined) return lines.linePos(fault.pos[0]).line;
  const { offset } = find(document.contents, path, undefined);
  return offset === undefined ? undefined : lines.linePos(offset).line;
}

/** The line of a setting that the text has itself; undefined where its value comes from elsewhere. */
export function ownLineOf({ document, lines }: YamlText, path: string): number | undefined {
  const { offset, isWhole } = find(document.contents, path, undefined);
  return isWhole && offset !== undefined ? lines.linePos(offset).line : undefined;
}

/** A variable that the file names, and the settings that name it. */
export interface NamedVariable {
  readonly name: string;
  readonly fields: readonly string[];
}

const isName = (value: unknown): value is string => typeof value === 'string' && /^[A-Z_][A-Z0-9_]{0,199}$/.test(value);

function* namesIn(value: unknown, path: string): Generator<readonly [name: string, field: string]> {
  if (Array.isArray(value)) {
    for (const [place, item] of value.entries()) yield* namesIn(item, `${path}[${place}]`);
    return;
  }
  if (isName(value) && /Variables?(\[\d+\])?$/.test(path)) yield [value, path];
  if (typeof value !== 'object' || value === null) return;
  for (const [key, member] of Object.entries(value)) yield* namesIn(member, path === '' ? key : `${path}.${key}`);
}

/** The variables that a file names for its secrets, in its order, whatever else is wrong with it. */
export function namedVariables(root: unknown): readonly NamedVariable[] {
  const fields = new Map<string, string[]>();
  for (const [name, field] of namesIn(root, '')) fields.set(name, [...(fields.get(name) ?? []), field]);
  return [...fields].map(([name, named]) => ({ name, fields: named }));
}
