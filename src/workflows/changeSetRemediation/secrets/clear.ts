import { holdsSecret, isSecretName } from '../../shared/secrets/forms.ts';

/** Where a value stands: names of fields and, from 0, places in lists. */
export type Path = ReadonlyArray<string | number>;

const opening = '<<kept by steward: ';
const closing = '>>';
const whole = /<<kept by steward: [^<>"]*>>/g;
const longestStep = 80;

/** A path as operators read it: `DeliveryOptions.0.LogoUrl`. */
export function pathText(path: Path): string {
  return path.length === 0 ? '(whole)' : path.join('.');
}

/** The same for a text that anybody wrote: a name may be long, or a secret itself. */
function shortPath(path: Path): string {
  const steps = path.map((step) => {
    if (typeof step === 'number') return step;
    return isSecretName(step) ? '(a secret)' : step.slice(0, longestStep);
  });
  return pathText(steps);
}

/**
 * What stands in place of a secret: where it is, and nothing of it. The same secret in the same place always has the same
 * one, so that an editor, the history and the submission mean the same.
 */
export function placeholderOf(path: Path): string {
  return `${opening}${pathText(path)}${closing}`;
}

/** Whether a text is, or holds, what stands for a secret, were it edited. */
export function isPlaceholder(text: string): boolean {
  return /<<\s*kept\s+by\s+steward/i.test(text);
}

/** A text without what stands in it for secrets. */
export function withoutPlaceholders(text: string): string {
  return text.replace(whole, '');
}

/** Whether a text, with what leads to it, is or holds a secret. */
export function isSecretAt(text: string, path: Path): boolean {
  return holdsSecret(
    path.filter((step) => typeof step === 'string'),
    text,
  );
}

function isClear(text: string, path: Path): boolean {
  const rest = withoutPlaceholders(text);
  return rest.trim() !== '' && isSecretAt(rest, path);
}

/**
 * The paths, in words, of secrets that stand in contents in the clear, as values or as names of fields.
 * @param value as JSON gives it, or with numbers as `readContents` marks them.
 */
export function clearSecrets(value: unknown, path: Path = []): readonly string[] {
  if (typeof value === 'string' || typeof value === 'number') {
    return isClear(String(value), path) ? [shortPath(path)] : [];
  }
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((one: unknown, index) => clearSecrets(one, [...path, index]));
  return Object.entries(value).flatMap(([name, one]) => [
    ...(isSecretName(name) ? [`${shortPath(path)}.(a secret)`] : []),
    ...clearSecrets(one, [...path, name]),
  ]);
}
