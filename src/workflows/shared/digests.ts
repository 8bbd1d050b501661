import { defined } from '../../defined.ts';
import type { Notice } from './notices.ts';

/** So many decisions one digest names at the most: where more wait, it goes out before the others. */
export const mostDecisions = 1_000;
/**
 * So many characters their identities have together at the most, so that a digest that no channel takes fits into what is
 * carried to the next run (`unsent.ts`).
 */
export const mostIdentityCharacters = 120_000;

/** Decisions that a digest shows with their titles. */
export const shownTitles = 5;
/** Channels that operators read show 20 lines of 500 characters; identities fill no more than these. */
const shownText = { lines: 20, identityLines: 14, lineCharacters: 480 };

/** A decision in whose place, or among others for which, a digest is. */
interface Digested {
  /** Its identity: of the notice that the digest replaces, or of the workflow that decides. */
  readonly id: string;
  readonly title?: string;
}

/** So many of a sort, in words that follow the number: `12 known already`. */
interface Part {
  readonly count: number;
  readonly what: string;
}

/** What there is in all, in words that follow the number, and what it is the sum of. */
export interface Sum {
  readonly what: string;
  readonly parts: readonly Part[];
}

/** What makes a digest: one notice in place of many. */
export interface Digest extends Pick<
  Notice,
  'id' | 'kind' | 'severity' | 'account' | 'workflowId' | 'through' | 'title' | 'nextStep'
> {
  readonly sum: Sum;
  /** What else it says, after the sum. */
  readonly lines?: readonly string[];
  /** Each of them, at most {@link mostDecisions}. */
  readonly decisions: readonly Digested[];
}

/** A number with thousands apart. */
export function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** The numbers as a sum that a reader can check; the first is made of the others, so it is always right. */
export function sumSentence({ what, parts }: Sum): string {
  const total = parts.reduce((sum, part) => sum + part.count, 0);
  return `${count(total)} ${what} = ${parts.map((part) => `${count(part.count)} ${part.what}`).join(' + ')}.`;
}

/** Identities, many to a line, in at most so many lines, of which the last says how many are left. */
function identityLines(ids: readonly string[], most: number, workflowId: string): readonly string[] {
  const lines: string[] = [];
  let shown = 0;
  for (const id of ids) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + id.length + 2 <= shownText.lineCharacters) {
      lines[lines.length - 1] = `${last}, ${id}`;
    } else if (lines.length < most - 1) lines.push(id);
    else break;
    shown += 1;
  }
  const left = ids.length - shown;
  return left === 0 ? lines : [...lines, `… and ${count(left)} more, which the status of ${workflowId} names.`];
}

/**
 * The one form of every digest: a sum, what else is to say, and the identity of each decision, in `decisions` all of them,
 * in the text as many as a channel that operators read shows.
 */
export function digestNotice({ sum, lines = [], decisions, through, ...about }: Digest): Notice {
  const named = decisions.slice(0, shownTitles).filter(({ title = '' }) => title !== '');
  const said = [sumSentence(sum), ...lines, ...named.map(({ id, title = '' }) => `${title} (${id})`)];
  const others = decisions.filter((decision) => !named.includes(decision)).map(({ id }) => id);
  const free = Math.min(shownText.identityLines, shownText.lines - said.length);
  return {
    ...about,
    ...defined({ through }),
    lines: [...said, ...identityLines(others, free, about.workflowId)],
    decisions: decisions.map(({ id }) => id),
  };
}
