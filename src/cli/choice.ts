import { InvalidArgumentError } from 'commander';

/** How many letters have to be put in, taken out or replaced to make one word the other. */
function editDistance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (const [line, letter] of Array.from(one).entries()) {
    const next = [line + 1];
    for (const [column, wanted] of Array.from(other).entries()) {
      const replaced = (row[column] ?? 0) + (letter === wanted ? 0 : 1);
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

/** Longer words are compared by their beginnings: a value from outside has no bound. */
const longestCompared = 64;

/** The name that was meant most likely: one that begins so, or one of which no more than a third of the letters is wrong. */
export function nearest(word: string, names: readonly string[]): string | undefined {
  const typed = word.slice(0, longestCompared).toLowerCase();
  const begun = names.find((name) => typed !== '' && name.toLowerCase().startsWith(typed));
  if (begun !== undefined) return begun;
  const [best] = names
    .map((name) => ({ name, distance: editDistance(typed, name.toLowerCase()) }))
    .toSorted((a, b) => a.distance - b.distance);
  return best !== undefined && best.distance <= Math.ceil(best.name.length / 3) ? best.name : undefined;
}

/**
 * One of some names, for commander: what is none of them is an error and never an empty answer.
 * @param what in the plural, for instance `states`.
 */
export function choiceOf(what: string, names: readonly string[]): (word: string) => string {
  function chosen(word: string): string {
    if (names.includes(word)) return word;
    const meant = nearest(word, names);
    const question = meant === undefined ? '' : `Did you mean ${meant}? `;
    throw new InvalidArgumentError(`${question}All ${what}: ${names.join(', ')}.`);
  }
  return Object.assign(chosen, { choices: names });
}

/** The names among which a parser of {@link choiceOf} chooses; undefined for any other. */
export function choicesOf(parser: unknown): readonly string[] | undefined {
  if (typeof parser !== 'function' || !('choices' in parser) || !Array.isArray(parser.choices)) return undefined;
  return parser.choices.filter((name) => typeof name === 'string');
}
