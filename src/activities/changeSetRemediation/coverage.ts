import type { CatalogChange } from '../../vendors/marketplaceCatalog/port.ts';
import { knowledgeOf } from '../../workflows/changeSetRemediation/changeTypes.ts';
import type { ContentsRule, EntryKey } from '../../workflows/changeSetRemediation/changeTypes/contents.ts';
import type { Coverage, NewerChangeSet } from '../../workflows/changeSetRemediation/contract.ts';
import { comparable } from '../../changeDetails/contents.ts';
import { knownEntity } from './successors.ts';

/** What a comparison found, and where: a path of field names, never a value. */
interface Found {
  readonly coverage: Coverage;
  readonly at?: string;
}

type FieldsRule = Extract<ContentsRule, { form: 'fields' }>;

/** One place of two documents, compared. */
interface Place {
  readonly rule: FieldsRule;
  /** Names of fields from the top, without the indexes of lists. */
  readonly path: readonly string[];
}

const longestEvidence = 200;

const same: Found = { coverage: 'same' };
const replaced: Found = { coverage: 'replaced' };

function leaves(at: string): Found {
  return { coverage: 'leaves', at };
}

function unknown(at: string): Found {
  return { coverage: 'unknown', at };
}

const unreadable = unknown('contents that cannot be read');

/** What weighs more decides: what stays undone, then what is not known. */
const weights: Readonly<Record<Coverage, number>> = { same: 0, replaced: 1, unknown: 2, leaves: 3 };

function weightiest(found: readonly Found[]): Found {
  return found.reduce((most, one) => (weights[one.coverage] > weights[most.coverage] ? one : most), same);
}

type JsonRecord = Readonly<Record<string, unknown>>;

function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function member(value: unknown, name: string): unknown {
  return isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/** One text for one value, whatever the order of its keys. */
function canonical(value: unknown): string {
  const ordered = (_key: string, one: unknown): unknown =>
    isRecord(one) ? Object.fromEntries(Object.entries(one).toSorted(([a], [b]) => (a < b ? -1 : 1))) : one;
  return JSON.stringify(value, ordered) ?? 'undefined';
}

const shown = (path: readonly string[]): string => (path.length === 0 ? 'its entries' : path.join('.'));

function valueFound(older: unknown, newer: unknown, { rule, path }: Place): Found {
  if (canonical(older) === canonical(newer)) return same;
  // Nobody documents whether null takes a value away or leaves it alone.
  if (newer === null) return leaves(shown(path));
  switch (rule.values) {
    case 'replaced':
      return replaced;
    case 'set':
    case 'added':
      return leaves(shown(path));
    case 'made':
      return unknown(`another ${shown(path)}`);
  }
}

/** A list without names: one value, or entries that must all be there. */
function listFound(older: readonly unknown[], newer: readonly unknown[], place: Place): Found {
  if (place.rule.values === 'replaced') return valueFound(older, newer, place);
  const has = new Set(newer.map(canonical));
  const needs = new Set(older.map(canonical));
  if ([...needs].some((one) => !has.has(one))) return leaves(shown(place.path));
  return place.rule.values !== 'set' || needs.size === has.size ? same : replaced;
}

/** Null names nothing, and neither does an empty text. */
const isName = (value: unknown): boolean => value !== undefined && value !== null && value !== '';

/** What names an entry of a list of parts; undefined where nothing does, or where one of several fields that do is missing. */
function nameOf(entry: unknown, { fields, kindIn = [], mayLack }: EntryKey): string | undefined {
  const given = fields.map((name) => member(entry, name)).map((one) => (isName(one) ? one : null));
  const kinds = kindIn
    .map((name) => member(entry, name))
    .map((one) => (isRecord(one) ? Object.keys(one).toSorted() : null));
  const lacking = [...given, ...kinds].filter((one) => one === null).length;
  const isNamed = kindIn.length === 0 ? lacking === 0 : lacking < given.length + kinds.length;
  return isNamed || mayLack !== undefined ? canonical([...given, ...kinds]) : undefined;
}

/** The entries of a list by their names; undefined where two have one name, or one has none. */
function byName(list: readonly unknown[], key: EntryKey): ReadonlyMap<string, unknown> | undefined {
  const found = new Map<string, unknown>();
  for (const entry of list) {
    const name = nameOf(entry, key);
    if (name === undefined || found.has(name)) return undefined;
    found.set(name, entry);
  }
  return found;
}

/** The key of the list at a path, which is the vendor's: no name that every object has may be taken for one. */
function keyOf({ parts = {} }: FieldsRule, path: string): EntryKey | undefined {
  return Object.hasOwn(parts, path) ? parts[path] : undefined;
}

function partsFound(older: readonly unknown[], newer: readonly unknown[], key: EntryKey, place: Place): Found {
  const needs = byName(older, key);
  const has = byName(newer, key);
  if (needs === undefined || has === undefined) return unknown(shown(place.path));
  const found = [...needs].map(([name, entry]) =>
    has.has(name) ? documentFound(entry, has.get(name), place) : leaves(`an entry of ${shown(place.path)}`),
  );
  return weightiest(found);
}

function documentFound(older: unknown, newer: unknown, place: Place): Found {
  const { rule, path } = place;
  // One form in place of another: what the older one has inside is not there, or what it lacks stays as it was.
  if (Array.isArray(older) !== Array.isArray(newer) || isRecord(older) !== isRecord(newer)) return leaves(shown(path));
  if (Array.isArray(older) && Array.isArray(newer)) {
    const key = keyOf(rule, path.join('.'));
    return key === undefined ? listFound(older, newer, place) : partsFound(older, newer, key, place);
  }
  if (isRecord(older) && isRecord(newer)) {
    const found = Object.entries(older).map(([name, value]) => {
      const inside = [...path, name];
      return Object.hasOwn(newer, name)
        ? documentFound(value, newer[name], { rule, path: inside })
        : leaves(shown(inside));
    });
    // What is set as a whole is another whole with one field more.
    const isLonger = rule.values === 'set' && Object.keys(newer).some((name) => !Object.hasOwn(older, name));
    return weightiest(isLonger ? [...found, replaced] : found);
  }
  return valueFound(older, newer, place);
}

function at(document: unknown, path: string): unknown {
  return path === '' ? document : path.split('.').reduce(member, document);
}

/** Every name that a rule knows, in lower case, as it is written. */
function namesIn({ named = [], parts = {} }: FieldsRule): ReadonlyMap<string, string> {
  const keys = Object.values(parts).flatMap(({ fields, kindIn = [] }) => [...fields, ...kindIn]);
  const names = [...named, ...Object.keys(parts)].flatMap((path) => path.split('.'));
  return new Map([...names, ...keys].map((name) => [name.toLowerCase(), name]));
}

/** Whether a document is an object, or a list where the rule knows what becomes of its entries. */
function isDocument(value: unknown, rule: FieldsRule): boolean {
  if (!Array.isArray(value)) return isRecord(value);
  return rule.values === 'set' || rule.values === 'added' || keyOf(rule, '') !== undefined;
}

/** Whether a field has a name of the rule in another letter case: then nobody knows what AWS makes of it. */
function isMisspelt(value: unknown, names: ReadonlyMap<string, string>): boolean {
  if (Array.isArray(value)) return value.some((one) => isMisspelt(one, names));
  if (!isRecord(value)) return false;
  return Object.entries(value).some(
    ([name, one]) => (names.get(name.toLowerCase()) ?? name) !== name || isMisspelt(one, names),
  );
}

/** Whether anything in a document has a value; an empty list is one only where it replaces another. */
function givesSomething(value: unknown, rule: FieldsRule): boolean {
  if (Array.isArray(value)) return rule.values === 'replaced' && rule.parts === undefined ? true : value.length > 0;
  if (isRecord(value)) return Object.values(value).some((one) => givesSomething(one, rule));
  return value !== null;
}

/** Whether both documents can be read by the rule, and are about the same thing. */
function subjectFound(older: unknown, newer: unknown, rule: FieldsRule): Found {
  if (!isDocument(older, rule) || !isDocument(newer, rule)) return unreadable;
  if (!givesSomething(older, rule)) return unknown('it gives nothing');
  const names = namesIn(rule);
  if (isMisspelt(older, names) || isMisspelt(newer, names)) return unknown('a field in another letter case');
  const lists = Object.keys(rule.parts ?? {}).filter((path) => !path.includes('.'));
  const missing = lists.find((path) => !Array.isArray(at(older, path)));
  if (missing !== undefined) return unknown(missing === '' ? 'its entries' : missing);
  const subjects = (rule.named ?? []).map((path) => {
    const [one, other] = [at(older, path), at(newer, path)];
    if (!isName(one) || !isName(other)) return unknown(path);
    return canonical(one) === canonical(other) ? same : leaves(`another ${path}`);
  });
  return weightiest(subjects);
}

/** One value in a field: a newer one takes its place where it is there, under its own name. */
function wholeFound(older: JsonRecord, newer: JsonRecord, given: string): Found {
  const names = new Map([[given.toLowerCase(), given]]);
  if (isMisspelt(older, names) || isMisspelt(newer, names)) return unknown('a field in another letter case');
  if (!isName(member(older, given))) return unknown('it gives nothing');
  if (!isName(member(newer, given))) return leaves(given);
  return canonical(older) === canonical(newer) ? same : replaced;
}

/** What one newer change means for an older one of the same type on the same entity. */
function changeFound(older: CatalogChange, newer: CatalogChange): Found {
  const rule = knowledgeOf(older.entityType, older.changeType)?.contents;
  if (rule === undefined) return unknown('contents that are not documented');
  if (rule.form === 'creates') return leaves('what it creates');
  const [one, other] = [comparable(older), comparable(newer)];
  if (one === undefined || other === undefined) return unreadable;
  const isSame = canonical(one.value) === canonical(other.value);
  if (rule.form === 'fields') {
    const subject = subjectFound(one.value, other.value, rule);
    if (subject.coverage !== 'same') return subject;
    return isSame ? same : documentFound(one.value, other.value, { rule, path: [] });
  }
  if (!isRecord(one.value) || !isRecord(other.value)) return unreadable;
  if (rule.form === 'whole') return wholeFound(one.value, other.value, rule.given);
  return isSame ? same : unknown('other contents');
}

function withEvidence({ changeType }: CatalogChange, { coverage, at: place }: Found): Found {
  return place === undefined ? { coverage } : { coverage, at: `${changeType}: ${place}` };
}

/**
 * What a newer change set means for the contents of an older one, by the rules beside the change types: applied alone, it
 * leaves the entities as the older one and then the newer one would, or it does not, or that is not known. What an older
 * change creates, or names by another change of its set, is its own: nothing else covers it.
 * @returns the coverage, and for one that does not cover the change type and the path at fault, without contents: the
 * answer enters the history.
 */
export function coverageOf(
  older: readonly CatalogChange[],
  newer: readonly CatalogChange[],
): Pick<NewerChangeSet, 'coverage' | 'evidence'> {
  if (older.length === 0) return { coverage: 'unknown', evidence: 'AWS shows no changes to compare' };
  const found = older.map((change): Found => {
    const entity = knownEntity(change.entityId);
    if (entity === undefined) return withEvidence(change, leaves('what it creates'));
    const candidates = newer
      .filter(({ changeType, entityId }) => changeType === change.changeType && knownEntity(entityId) === entity)
      .map((one) => changeFound(change, one))
      .toSorted((one, other) => weights[one.coverage] - weights[other.coverage]);
    return withEvidence(change, candidates[0] ?? leaves('not in it'));
  });
  const { coverage, at: evidence } = weightiest(found);
  return coverage === 'same' || coverage === 'replaced' || evidence === undefined
    ? { coverage }
    : { coverage, evidence: evidence.slice(0, longestEvidence) };
}
