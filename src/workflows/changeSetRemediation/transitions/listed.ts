import { stay } from '../../shared/transition.ts';
import type { ChangeSetCase, Transition, TransitionContext } from '../state.ts';
import { onUnblocked } from './submitting.ts';

/** Identities that wait for a comparison; without one that is left out, the next reminder's check finds the work. */
const keptHeard = 100;
/** Identities that one signal may have, and the characters of each: anybody may send one. */
const longest = { work: 100, identity: 600 };

/** What a round has reported and nobody has compared yet. */
export function uncompared({ heard = [], known }: Pick<ChangeSetCase, 'heard' | 'known'>): readonly string[] {
  return heard.filter((one) => !known.includes(one));
}

/** After a check of the entities: what was reported before it began has been compared. */
export function withCompared(lineage: ChangeSetCase, compared: readonly string[] = []): ChangeSetCase {
  const { heard = [], ...rest } = lineage;
  const left = heard.filter((one) => !compared.includes(one));
  return left.length === 0 ? rest : { ...rest, heard: left };
}

/**
 * The account's listing shows work on the entities. A blocker that has ended ends the wait for it; while an operator is
 * asked, a comparison follows; what is decided, or about to be submitted, checks the entities itself. The same work that is
 * reported again changes nothing.
 */
export function onListed(before: ChangeSetCase, work: readonly string[], context: TransitionContext): Transition {
  const { phase, known, heard = [], members } = before;
  if (phase.name === 'ended') return stay(before);
  if (phase.name === 'awaitingBlocker' && phase.blocker !== undefined && work.includes(phase.blocker.changeSetId)) {
    return onUnblocked(before, context);
  }
  const isOwn = (one: string): boolean => members.some(({ changeSetId }) => changeSetId === one);
  const news = [...new Set(work)].filter((one) => !known.includes(one) && !heard.includes(one) && !isOwn(one));
  return news.length === 0 ? stay(before) : stay({ ...before, heard: [...heard, ...news].slice(-keptHeard) });
}

/**
 * Reads what a signal reports, as anybody may have typed it.
 * @returns a sentence that says what would be right where it is nothing of the kind.
 */
export function listedWork(value: unknown): { readonly type: 'listed'; readonly work: readonly string[] } | string {
  const work: unknown = typeof value === 'object' && value !== null && 'work' in value ? value.work : undefined;
  const texts = Array.isArray(work) ? work.filter((one): one is string => typeof one === 'string') : [];
  const isRight = (one: string): boolean => one !== '' && one.length <= longest.identity;
  if (!Array.isArray(work) || texts.length !== work.length || texts.length > longest.work || !texts.every(isRight)) {
    return `Ignored a report of the account's listing: work must be a list of at most ${longest.work} ids.`;
  }
  return { type: 'listed', work: texts };
}
