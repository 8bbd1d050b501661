import type { CommandInput } from '../../shared/operatorCommands.ts';
import { isObject } from '../../shared/input.ts';
import { clearSecrets } from './clear.ts';

/** Paths that a refusal names. */
const shownPaths = 3;

/** What is wrong with a field of new details that holds a secret: it stands behind the field's path. */
export const holdsSecretText =
  'holds a secret, or reads like one, and the history would keep it. Let the text that stands for a secret stay, write it in other words, or submit a change set yourself and resolve this one with its id';

/** How many names of fields stand in a JSON text: parsing keeps one of those that an object repeats. */
function writtenNames(text: string): number {
  return [...text.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?/g)].filter(([, colon]) => colon !== undefined).length;
}

function namesIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const own = Array.isArray(value) ? 0 : Object.keys(value).length;
  return Object.values(value).reduce<number>((sum, one) => sum + namesIn(one), own);
}

function problemOf(details: unknown): string | undefined {
  let value = details;
  if (typeof details === 'string') {
    try {
      value = JSON.parse(details);
    } catch {
      // Another check says so.
      return undefined;
    }
    // Of a field that stands twice, parsing leaves only one to check.
    if (writtenNames(details) !== namesIn(value)) return 'has a field twice';
  }
  const paths = clearSecrets(value);
  if (paths.length === 0) return undefined;
  const more = paths.length > shownPaths ? [`${paths.length - shownPaths} more`] : [];
  return `${[...paths.slice(0, shownPaths), ...more].join(', ')} ${holdsSecretText}`;
}

/** Why the changes of an `amend` may not enter the history; undefined where they may, or are none. */
export function secretProblem(command: CommandInput & { readonly changes?: unknown }): string | undefined {
  const { changes } = command;
  if (!Array.isArray(changes)) return undefined;
  return changes
    .map((change: unknown, position) => {
      const problem = isObject(change) ? problemOf(change['details']) : undefined;
      return problem === undefined ? undefined : `changes[${position}].details: ${problem}.`;
    })
    .find((sentence) => sentence !== undefined);
}
