import { holdsSecret, isSecretName, mayHoldSecret } from './secrets.ts';
import { numberText } from './writing.ts';

/** Where a value stands: names of fields and, from 0, places in lists. */
type Path = ReadonlyArray<string | number>;

const opening = '<<kept by steward: ';
const closing = '>>';

/** A path as operators read it: `DeliveryOptions.0.LogoUrl`. */
function pathText(path: Path): string {
  return path.length === 0 ? '(whole)' : path.join('.');
}

/**
 * What stands in place of a secret: where it is, and nothing of it. The same secret in the same place always has the same
 * one, so that an editor, the history and the submission mean the same.
 */
function placeholderOf(path: Path): string {
  return `${opening}${pathText(path)}${closing}`;
}

/** Whether a text is, or holds, what stands for a secret, were it edited. */
function isPlaceholder(text: string): boolean {
  return /<<\s*kept\s+by\s+steward/i.test(text);
}

const namesOf = (path: Path): readonly string[] => path.filter((step) => typeof step === 'string');

/** Gives every text and number of contents to a function, with its path, and puts in its place what that gives. */
function mapped(value: unknown, change: (text: string, path: Path) => string, path: Path = []): unknown {
  if (typeof value === 'string') return change(value, path);
  if (Array.isArray(value)) return value.map((one, index) => mapped(one, change, [...path, index]));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, mapped(one, change, [...path, key])]));
}

function isSecretAt(text: string, path: Path): boolean {
  return holdsSecret(namesOf(path), numberText(text) ?? text);
}

/** Contents that an operator may see, and where something stands for a secret. */
export interface Masked {
  readonly value: unknown;
  /** Paths of what is masked, in words. */
  readonly paths: readonly string[];
}

/**
 * Contents without their secrets.
 * @param value as `readContents` reads it.
 */
export function masked(value: unknown): Masked {
  const paths: string[] = [];
  const shown = mapped(value, (text, path) => {
    if (!isSecretAt(text, path)) return text;
    paths.push(pathText(path));
    return placeholderOf(path);
  });
  return { value: shown, paths };
}

/** Whether a name of a field in contents is a secret: such contents are not shown at all. */
export function hasSecretNames(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const names = Array.isArray(value) ? [] : Object.keys(value);
  return names.some(isSecretName) || Object.values(value).some(hasSecretNames);
}

function textAt(value: unknown, path: Path): string | undefined {
  let found = value;
  for (const step of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, step)) return undefined;
    found = Object.getOwnPropertyDescriptor(found, step)?.value;
  }
  return typeof found === 'string' ? found : undefined;
}

/** Contents with their secrets again; or the paths, in words, at which what stands for one was edited or moved. */
export type Restored = { readonly value: unknown; readonly secrets: number } | { readonly wrong: readonly string[] };

/**
 * Puts the secrets of the source back in place of what stands for them. Each belongs in its own place: what was edited, or
 * moved to another field or another place in a list, stands for nothing.
 * @param value and `source` as `readContents` reads them.
 */
export function restored(value: unknown, source: unknown): Restored {
  const wrong: string[] = [];
  let secrets = 0;
  const whole = mapped(value, (text, path) => {
    if (!isPlaceholder(text)) return text;
    const own = textAt(source, path);
    if (own !== undefined && text === placeholderOf(path) && isSecretAt(own, path)) {
      secrets += 1;
      return own;
    }
    // A text of the vendor's own may read like one.
    if (own === text) return text;
    wrong.push(pathText(path));
    return text;
  });
  return wrong.length > 0 ? { wrong } : { value: whole, secrets };
}

/** The paths, in words, of secrets that stand in contents in the clear. */
export function clearSecrets(value: unknown): readonly string[] {
  const paths: string[] = [];
  mapped(value, (text, path) => {
    if (!isPlaceholder(text) && isSecretAt(text, path)) paths.push(pathText(path));
    return text;
  });
  return paths;
}

/** Whether a text, which may be no JSON, may hold a secret in the clear. */
export function mayHoldClearSecret(text: string): boolean {
  // What stands for a secret unedited is no value of a name before it.
  return mayHoldSecret(text.replace(/<<kept by steward: [^<>"]*>>/g, ''), isPlaceholder);
}
