import { isMap, isScalar, isSeq, Document, type Node } from 'yaml';
import { withoutAddresses } from '../addresses.ts';
import { stateOf, type VariableState } from './check.ts';
import type { FileConfiguration } from './schema.ts';
import { ownLineOf } from './places.ts';
import type { Environment } from './temporal.ts';
import type { YamlText } from './yaml.ts';

/** Settings with defaults filled in, without what is secret, and where each value comes from. */
export interface ShownConfiguration {
  readonly settings: unknown;
  /** By the path of the setting: `line 7`, `default`; of a variable's name also whether it has a value. */
  readonly sources: Readonly<Record<string, string>>;
}

const mask = '…';
/** Nobody else's business, or often pasted with a password in it. */
const masked = /\.(externalId|username)$/;
/** What such an address has beside its host is often a secret. */
const masksPath = /^notices\.channels\./;

/** An address without what can be secret in it: user, query and fragment always, the path of a channel's too. */
function shownAddress(path: string, text: string): string {
  const { origin, pathname } = new URL(text);
  if (masksPath.test(path)) return pathname === '/' ? origin : `${origin}/${mask}`;
  return pathname === '/' && !text.endsWith('/') ? origin : `${origin}${pathname}`;
}

function shownText(path: string, text: string): string {
  if (masked.test(path)) return mask;
  if (/^https?:\/\//i.test(text)) return URL.canParse(text) ? shownAddress(path, text) : mask;
  return text.includes('://') ? withoutAddresses(text) : text;
}

function shownValue(path: string, value: unknown): unknown {
  if (typeof value === 'string') return shownText(path, value);
  if (Array.isArray(value)) return value.map((item, place) => shownValue(`${path}[${place}]`, item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, shownValue(path === '' ? key : `${path}.${key}`, member)]),
  );
}

const stateTexts: Readonly<Record<VariableState, string>> = {
  set: 'set',
  inFile: 'from a file',
  unset: 'NOT SET',
};

/** Whether a short form stands in the file in the place of what the path is a part of: `channels: [log]`. */
function lineAround(text: YamlText, path: string): number | undefined {
  const [, short] = /^(notices\.channels)\./.exec(path) ?? [];
  return short === undefined ? undefined : ownLineOf(text, short);
}

function sourceOf(path: string, value: unknown, text: YamlText, environment: Environment): string {
  const line = ownLineOf(text, path) ?? lineAround(text, path);
  const source = line === undefined ? 'default' : `line ${line}`;
  const names = /Variables?(\[\d+\])?$/.test(path) ? [value].flat().filter((one) => typeof one === 'string') : [];
  const states = names.map((name) => stateTexts[stateOf(name, environment)]);
  return [source, ...states].join(', ');
}

const isPlain = (value: unknown): boolean => typeof value !== 'object' || value === null;
const isLeaf = (value: unknown): boolean => isPlain(value) || (Array.isArray(value) && value.every(isPlain));

function* leavesOf(value: unknown, path: string): Generator<readonly [path: string, value: unknown]> {
  if (path !== '' && isLeaf(value)) {
    yield [path, value];
  } else if (Array.isArray(value)) {
    for (const [place, item] of value.entries()) yield* leavesOf(item, `${path}[${place}]`);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, member] of Object.entries(value)) yield* leavesOf(member, path === '' ? key : `${path}.${key}`);
  }
}

/**
 * The configuration that holds, as far as it may be shown.
 * @param policies those that hold, with their defaults.
 * @param text the file's.
 */
export function shownConfiguration(
  file: FileConfiguration,
  policies: unknown,
  text: YamlText,
  environment: Environment,
): ShownConfiguration {
  const effective = { ...file, policies };
  const sources = [...leavesOf(effective, '')].map(
    ([path, value]) => [path, sourceOf(path, value, text, environment)] as const,
  );
  return { settings: shownValue('', effective), sources: Object.fromEntries(sources) };
}

function annotate(node: unknown, path: string, sources: ShownConfiguration['sources']): void {
  if (isMap(node)) {
    for (const { key, value } of node.items) {
      if (isScalar(key)) annotate(value, path === '' ? String(key.value) : `${path}.${String(key.value)}`, sources);
    }
    return;
  }
  const source = sources[path];
  const isList = isSeq(node);
  if (source !== undefined) {
    if (isList) node.flow = true;
    (node as Node).comment = ` ${source}`;
  } else if (isList) {
    for (const [place, item] of node.items.entries()) annotate(item, `${path}[${place}]`, sources);
  }
}

/** The same as YAML: what was masked apart, it is a configuration file; each value has its source in a comment. */
export function shownYaml({ settings, sources }: ShownConfiguration): string {
  const document = new Document(settings);
  annotate(document.contents, '', sources);
  return document.toString({ lineWidth: 0, flowCollectionPadding: false }).trimEnd();
}
