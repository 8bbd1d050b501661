import { entityFamily, knowledgeOf } from '../workflows/changeSetRemediation/changeTypes.ts';
import type { ContentsRule, EntryKey } from '../workflows/changeSetRemediation/changeTypes/contents.ts';
import type { ChangeKind } from './shownFields.ts';
import { numberText } from './writing.ts';

/** What new contents of a change look like, by what is known of its change type. */
export interface Judgement {
  /** What AWS cannot take, or what would be another change: the contents are not proposed. */
  readonly problems: readonly string[];
  /** What an operator has to see. */
  readonly warnings: readonly string[];
}

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function memberAt(value: unknown, name: string): unknown {
  return isFields(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function valueAt(value: unknown, path: string): unknown {
  return path.split('.').reduce(memberAt, value);
}

const hasValue = (value: unknown): boolean => value !== undefined && value !== null && value !== '';

/** The lists that a path names, through the lists on its way; an empty path is a document that is a list. */
function listsAt(
  value: unknown,
  steps: readonly string[],
  place = '',
): ReadonlyArray<{ place: string; list: unknown }> {
  if (Array.isArray(value) && steps.length > 0) {
    return value.flatMap((one, index) => listsAt(one, steps, `${place}.${index}`));
  }
  const [step, ...rest] = steps;
  if (step === undefined)
    return value === undefined ? [] : [{ place: place.replace(/^\./, '') || '(whole)', list: value }];
  return listsAt(memberAt(value, step), rest, `${place}.${step}`);
}

/** What is wrong with the entries of one list: they go without a name, or two have the same. */
function entryProblems(
  { place, list }: { place: string; list: unknown },
  { fields, mayLack }: EntryKey,
): readonly string[] {
  if (!Array.isArray(list)) return [`${place} must be a list`];
  const names = list.map((entry) => fields.map((field) => memberAt(entry, field)));
  const which = fields.join(' and ');
  const unnamed = names.flatMap((name, index) => (name.every(hasValue) ? [] : [index]));
  const lacking =
    unnamed.length <= (mayLack === true ? 1 : 0) ? [] : unnamed.map((index) => `${place}.${index} has no ${which}`);
  const seen = names.map((name) => JSON.stringify(name));
  const twice = seen.flatMap((name, index) =>
    !unnamed.includes(index) && seen.indexOf(name) < index
      ? [`${place}.${index} has the same ${which} as another entry`]
      : [],
  );
  return [...lacking, ...twice];
}

function ruleProblems(rule: ContentsRule, before: unknown, after: unknown): readonly string[] {
  switch (rule.form) {
    case 'creates':
    case 'done':
      return [];
    case 'whole':
      return hasValue(valueAt(after, rule.given))
        ? []
        : [`${rule.given} has to have a value: it is all that this change gives`];
    case 'fields': {
      const { named = [], parts = {} } = rule;
      const lost = named.filter((path) => hasValue(valueAt(before, path)) && !hasValue(valueAt(after, path)));
      const lists = Object.entries(parts).flatMap(([path, key]) => {
        if (path === '' && !Array.isArray(after)) return [];
        return listsAt(after, path === '' ? [] : path.split('.')).flatMap((list) => entryProblems(list, key));
      });
      return [...lost.map((path) => `${path} has to have a value: it names what is changed`), ...lists];
    }
  }
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (value === null) return 'null';
  if (numberText(value) !== undefined) return 'a number';
  if (typeof value === 'object') return 'an object';
  return typeof value === 'string' ? 'a text' : `a ${typeof value}`;
}

/** Fields that were of one kind and are of another: `"3"` that became 3. */
function kindChanges(before: unknown, after: unknown, path = ''): readonly string[] {
  const [old, fresh] = [kindOf(before), kindOf(after)];
  if (old !== fresh) return [`${path || '(whole)'} was ${old} and is ${fresh}`];
  if (!isFields(before) || !isFields(after)) return [];
  return Object.keys(before).flatMap((name) =>
    Object.hasOwn(after, name) ? kindChanges(before[name], after[name], path === '' ? name : `${path}.${name}`) : [],
  );
}

/**
 * Judges new contents of a change by what is known of its change type: the tables of `docs/change-types.md`.
 * @param before and `after` as `readContents` reads them.
 * @param dropped paths that the new contents do not have any more.
 */
export function judgeContents(
  change: ChangeKind,
  before: unknown,
  after: unknown,
  dropped: readonly string[],
): Judgement {
  const knowledge = knowledgeOf(change.entityType, change.changeType);
  const unknown =
    knowledge === undefined
      ? [`${change.changeType} of ${entityFamily(change.entityType)} is not known here: nobody has checked its fields`]
      : [];
  return {
    problems: [
      ...(Array.isArray(before) === Array.isArray(after)
        ? []
        : [`(whole) was ${kindOf(before)} and has to stay one, but is ${kindOf(after)}`]),
      ...(knowledge?.contents === undefined ? [] : ruleProblems(knowledge.contents, before, after)),
    ],
    warnings: [
      ...unknown,
      ...dropped.map((path) => `${path} is not in the new details any more`),
      ...kindChanges(before, after),
    ],
  };
}
