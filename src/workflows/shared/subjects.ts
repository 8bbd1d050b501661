import { vendorText } from './markdown.ts';

/** In characters, both together within what a subject may have. */
const longest = { about: 70, matter: 48 };

/**
 * The subject of a workflow: what it is about, and what the matter is. Both are cut, so that neither pushes the other out.
 * @param about what names it, the best first: one that shows nothing counts as missing.
 * @param matter a code, a state or a date; without one the subject ends before it.
 */
export function subjectOf(about: ReadonlyArray<string | undefined>, matter: string | undefined): string {
  const name = about.map((text) => (text === undefined ? '' : vendorText(text, longest.about))).find(Boolean) ?? '';
  const shown = matter === undefined ? '' : vendorText(matter, longest.matter);
  return [name, shown].filter(Boolean).join(': ');
}

/** The first codes of a list, and how many more there are. */
export function codesText(codes: readonly string[]): string | undefined {
  const [first, ...others] = codes;
  if (first === undefined) return undefined;
  return others.length === 0 ? first : `${first} and ${others.length} more`;
}

/** `1 event`, `3 events` */
export function countText(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? '' : 's'}`;
}

/** The day of a date as a column shows it, in UTC; undefined where it is no date. */
export function dayText(iso: string | undefined): string | undefined {
  const ms = Date.parse(iso ?? '');
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString().slice(0, 10);
}

/** Whether the subject of a run may have names of sellers and vendors. */
export interface NamesInSubject {
  /**
   * Given where what Temporal stores is not encrypted: search attributes never are. A run without it, as one from before there
   * were subjects, shows ids and codes.
   */
  readonly namesInSubject?: true;
}

/** Anybody may have typed the input. */
export function namesShow({ namesInSubject }: NamesInSubject): boolean {
  return namesInSubject === true;
}
