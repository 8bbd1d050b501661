import {
  isPlaceholder,
  isSecretAt,
  pathText,
  placeholderOf,
  withoutPlaceholders,
  type Path,
} from '../workflows/changeSetRemediation/secrets/clear.ts';
import { isSecretName, mayHoldSecret } from '../workflows/shared/secrets/forms.ts';
import { numberText } from './writing.ts';

/** Gives every text and number of contents to a function, with its path, and puts in its place what that gives. */
function mapped(value: unknown, change: (text: string, path: Path) => string, path: Path = []): unknown {
  if (typeof value === 'string') return change(value, path);
  if (Array.isArray(value)) return value.map((one, index) => mapped(one, change, [...path, index]));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, mapped(one, change, [...path, key])]));
}

function isMaskedAt(text: string, path: Path): boolean {
  return isSecretAt(numberText(text) ?? text, path);
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
    if (!isMaskedAt(text, path)) return text;
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
    if (own !== undefined && text === placeholderOf(path) && isMaskedAt(own, path)) {
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

/** Whether a text, which may be no JSON, may hold a secret in the clear. */
export function mayHoldClearSecret(text: string): boolean {
  // What stands for a secret unedited is no value of a name before it.
  return mayHoldSecret(withoutPlaceholders(text), isPlaceholder);
}
