import { defined } from '../../defined.ts';
import { digestOf } from './digest.ts';
import type { Notice, NoticeSeverity, Unlisted } from './notices.ts';

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

/** How many decisions a digest stands for, and which histories name them; undefined for a notice that is no digest. */
export function unlistedOf({ decisions, unlisted }: Notice, runId: string): Unlisted | undefined {
  if (unlisted !== undefined || decisions === undefined) return unlisted;
  return { decisions: decisions.length, digests: 1, firstRunId: runId, lastRunId: runId };
}

/** Where an operator finds the decisions that a digest does not name. */
export function whereNamed({ decisions, firstRunId, lastRunId }: Unlisted, workflowId: string): string {
  const runs = firstRunId === lastRunId ? `run ${firstRunId}` : `the runs from ${firstRunId} to ${lastRunId}`;
  return `The history of ${runs} of ${workflowId} names each of the ${count(decisions)}, in its input and its signals.`;
}

/**
 * A digest with its number and its sum, and without the identities: the history of the run that has it now names them, for
 * they came to it by signals, or with its input.
 * @param notice any; what is no digest stays as it is.
 */
export function withoutDecisions(notice: Notice, runId: string): Notice {
  const { decisions, lines, ...about } = notice;
  const unlisted = unlistedOf(notice, runId);
  if (unlisted === undefined || decisions === undefined) return notice;
  return { ...about, unlisted, lines: [...lines.slice(0, 1), whereNamed(unlisted, notice.workflowId)] };
}

const severities: readonly NoticeSeverity[] = ['critical', 'warning', 'information'];
const kinds: ReadonlyArray<Notice['kind']> = ['opening', 'reminder', 'report'];

/** One digest in place of two of one workflow that name no decisions, the older first. */
export function joinedDigests(
  older: Notice & Required<Pick<Notice, 'unlisted'>>,
  newer: Notice & Required<Pick<Notice, 'unlisted'>>,
): Notice {
  const digests = older.unlisted.digests + newer.unlisted.digests;
  const decisions = older.unlisted.decisions + newer.unlisted.decisions;
  const { firstRunId } = older.unlisted;
  const unlisted: Unlisted = { decisions, digests, firstRunId, lastRunId: newer.unlisted.lastRunId };
  const both = [older, newer];
  return {
    ...newer,
    id: `${newer.workflowId}:joined:${digestOf(both.map(({ id }) => id).join('\n'))}`,
    kind: kinds.find((kind) => both.some((one) => one.kind === kind)) ?? 'report',
    severity: severities.find((severity) => both.some((one) => one.severity === severity)) ?? 'information',
    title: `${count(decisions)} more notices of account ${newer.account}, which waited for their channel`,
    lines: [`${count(decisions)} in all, in ${count(digests)} digests.`, whereNamed(unlisted, newer.workflowId)],
    unlisted,
  };
}
