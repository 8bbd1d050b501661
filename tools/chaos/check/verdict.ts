import type { ChaosCounts } from '../records.ts';

/** What the check counts; what secrets a run shows is counted elsewhere, over its files. */
export type Counts = Omit<ChaosCounts, 'secretsFound'>;

/** A promise that did not hold, once. */
export interface Breach {
  /** In one sentence. */
  readonly what: string;
  readonly workflowId?: string;
  /** The lines of the records that show it, the first of them. */
  readonly lines: readonly unknown[];
}

/** All counts, and of each that is not 0 what shows it. */
export interface Verdict {
  readonly counts: Counts;
  readonly evidence: Readonly<Partial<Record<keyof Counts, readonly Breach[]>>>;
}

const mostBreaches = 20;
const mostLines = 6;
const longestText = 600;

function shortened(line: unknown): unknown {
  const text = JSON.stringify(line) ?? '';
  return text.length <= longestText ? line : `${text.slice(0, longestText)}…`;
}

/** The verdict over what was found of each count; evidence is bounded, counts are not. */
export function verdictOf(found: Readonly<Record<keyof Counts, readonly Breach[]>>): Verdict {
  const names = Object.keys(found) as Array<keyof Counts>;
  const bounded = (breach: Breach): Breach => ({ ...breach, lines: breach.lines.slice(0, mostLines).map(shortened) });
  const shown = names
    .filter((name) => found[name].length > 0)
    .map((name) => [name, found[name].slice(0, mostBreaches).map(bounded)]);
  const counts = Object.fromEntries(names.map((name) => [name, found[name].length])) as Record<keyof Counts, number>;
  return { counts, evidence: Object.fromEntries(shown) as Verdict['evidence'] };
}
