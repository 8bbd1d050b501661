import { createHash } from 'node:crypto';
import { withoutAddresses } from '../addresses.ts';
import { holdsSecret, isSecretName } from '../workflows/shared/secrets/forms.ts';
import { readContents } from './contents.ts';
import { restored } from './masking.ts';
import { mayBeShown, type ChangeKind } from './shownFields.ts';
import { numberText } from './writing.ts';

/** The digest of a shorter text could be reversed by guessing: an account's id, a price, a date. */
const shortestDigested = 20;
/** Of a value that is shown, in characters: a line has two, and a history keeps all lines. */
const longestShown = 80;

/** A value at the end of a path, an empty list or object as it is. */
interface Leaf {
  /** The path, as no other place has it: a dot in a name parts nothing, and a list's 0 is no field "0". */
  readonly key: string;
  readonly path: string;
  /** The names of fields that lead to it. */
  readonly fields: readonly string[];
  readonly value: unknown;
}

const plainName = /^[\p{L}\p{N}_-]{1,80}$/u;

/** A step of a path in words: whatever is not a plain name is quoted and cut, and a secret is not shown. */
function stepText(step: string | number): string {
  if (typeof step === 'number' || (plainName.test(step) && !isSecretName(step))) return `${step}`;
  return isSecretName(step) ? '(a secret)' : valueText(step);
}

function leafAt(steps: ReadonlyArray<string | number>, value: unknown): Leaf {
  return {
    key: JSON.stringify(steps),
    path: steps.length === 0 ? '(whole)' : steps.map(stepText).join('.'),
    fields: steps.filter((step) => typeof step === 'string'),
    value,
  };
}

function leavesOf(value: unknown, steps: ReadonlyArray<string | number> = []): readonly Leaf[] {
  if (typeof value !== 'object' || value === null) return [leafAt(steps, value)];
  const entries = Array.isArray(value) ? value.map((one, index) => [index, one] as const) : Object.entries(value);
  if (entries.length === 0) return steps.length === 0 ? [] : [leafAt(steps, value)];
  return entries.flatMap(([step, one]) => leavesOf(one, [...steps, step]));
}

/** Whether two values are the same, empty lists and objects too. */
function isSame(one: unknown, other: unknown): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}

function textOf(value: unknown): string {
  return numberText(value) ?? (typeof value === 'string' ? value : JSON.stringify(value));
}

/**
 * A value's kind and length, and the digest of a long one, to compare two.
 * @param isSecret of a secret there is no digest: it would show whether a guess is right.
 */
export function kindText(value: unknown, isSecret = false): string {
  const text = textOf(value);
  const type = Array.isArray(value) ? 'list' : typeof value;
  const kind = `${numberText(value) === undefined ? type : 'number'} of ${text.length} characters`;
  if (isSecret) return `a secret, ${kind}`;
  if (text.length < shortestDigested) return kind;
  return `${kind} (${createHash('sha256').update(text).digest('hex').slice(0, 8)})`;
}

/** The value itself, quoted and cut, of addresses the host only. */
function valueText(value: unknown): string {
  if (typeof value !== 'string' || numberText(value) !== undefined) return textOf(value);
  const text = withoutAddresses(value).replace(/\s+/g, ' ').trim();
  if (text.length <= longestShown) return `“${text}”`;
  return `“${text.slice(0, longestShown - 1).replace(/[\uD800-\uDBFF]$/, '')}…” (${value.length} characters)`;
}

/** One value as the difference has it. */
function shown(change: ChangeKind, { fields, value }: Leaf): string {
  const isSecret = holdsSecret(fields, textOf(value));
  return !isSecret && mayBeShown(change, fields) ? valueText(value) : kindText(value, isSecret);
}

/** Two values of one field. Where they read the same and are not (a long text, an address), their kinds and digests differ. */
function changedText(change: ChangeKind, before: Leaf, after: Leaf): string {
  const [old, fresh] = [shown(change, before), shown(change, after)];
  if (old !== fresh) return `${old} becomes ${fresh}`;
  const isSecret = holdsSecret(after.fields, textOf(after.value)) || holdsSecret(before.fields, textOf(before.value));
  return `${kindText(before.value, isSecret)} becomes ${kindText(after.value, isSecret)}`;
}

/** What differs between the contents of a change and those that an operator proposes. */
export interface Difference {
  /** A line for each field, in the order of the new contents; those that are gone come last. */
  readonly lines: readonly string[];
  /** Paths of fields that the new contents do not have any more. */
  readonly dropped: readonly string[];
}

/**
 * Compares contents field by field: the values of those that may be shown (`shownFields`), of all else kind, length and
 * digest.
 * @param before and `after` as `readContents` reads them.
 */
export function differenceOf(change: ChangeKind, before: unknown, after: unknown): Difference {
  const old = new Map(leavesOf(before).map((leaf) => [leaf.key, leaf]));
  const fresh = new Map(leavesOf(after).map((leaf) => [leaf.key, leaf]));
  const changed = [...fresh.values()].flatMap((leaf) => {
    const earlier = old.get(leaf.key);
    if (earlier === undefined) return [`${leaf.path}: added, ${shown(change, leaf)}`];
    return isSame(earlier.value, leaf.value) ? [] : [`${leaf.path}: ${changedText(change, earlier, leaf)}`];
  });
  const gone = [...old.values()].filter(({ key }) => !fresh.has(key));
  return {
    lines: [...changed, ...gone.map((leaf) => `${leaf.path}: removed, was ${shown(change, leaf)}`)],
    dropped: gone.map(({ path }) => path),
  };
}

/** The problem of contents in which what stands for a secret is not where it was. */
function movedSecretText(paths: readonly string[]): string {
  return `${paths.join(', ')}: what stands for a secret was edited or moved; leave it as it was, or give another value`;
}

/**
 * The new details of a change as they are submitted: the text as it is, and where something in it stands for a secret of
 * the source, with that secret.
 * @param sourceText the details that the change has; undefined where AWS shows none.
 * @returns the text's contents, or what is wrong with it.
 */
export function submittedContents(
  text: string,
  sourceText: string | undefined,
): { readonly value: unknown; readonly isRestored: boolean } | { readonly problem: string } {
  const read = readContents(text);
  if (read === undefined) return { problem: 'nested too deep to be compared' };
  const found = restored(read.value, sourceText === undefined ? undefined : readContents(sourceText)?.value);
  if ('wrong' in found) return { problem: movedSecretText(found.wrong) };
  return { value: found.value, isRestored: found.secrets > 0 };
}
