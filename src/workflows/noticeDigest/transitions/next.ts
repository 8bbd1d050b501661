import { defined } from '../../../defined.ts';
import { digestOf } from '../../shared/digest.ts';
import { mostDecisions, mostIdentityCharacters } from '../../shared/digests.ts';
import { recorded } from '../../shared/operatorCommands.ts';
import { noted, stay, type Transition, type TransitionContext } from '../../shared/transition.ts';
import type { DigestCommand, GivenDigestCommand, GroupedNotice, NoticeToGroup } from '../contract.ts';
import { digestOfWaiting, titlesShown } from '../notices.ts';
import type { DigestCase, DigestMessage } from '../state.ts';

type Context = TransitionContext<{ readonly runId: string }>;

/**
 * How many notices are known again. One whose attempt died with its worker is grouped again a minute later, when a flood has
 * brought thousands of others.
 */
const remembered = 5_000;

function isFull(waiting: readonly GroupedNotice[]): boolean {
  const characters = waiting.reduce((sum, { id }) => sum + id.length, 0);
  return waiting.length >= mostDecisions || characters >= mostIdentityCharacters;
}

/** The digest of what waits, and the next period. */
function flush(before: DigestCase, { policy, nowMs }: Context): Transition<DigestCase> {
  const { waiting, reported, digests, everyMs } = before;
  return {
    state: {
      ...before,
      phase: { name: 'gathering', untilMs: nowMs + everyMs },
      waiting: [],
      reported: reported + waiting.length,
      digests: digests + 1,
      lastDecisions: waiting.map(({ id }) => id),
    },
    notices: [digestOfWaiting(before, policy.runId)],
  };
}

function onGrouped(given: DigestCase, { everyMs, ...notice }: NoticeToGroup, context: Context): Transition<DigestCase> {
  const key = digestOf(notice.id);
  if (given.seen.includes(key)) return stay(given);
  const before: DigestCase = { ...given, ...defined({ everyMs }) };
  const seen = [...before.seen, key].slice(-remembered);
  // No more titles than a digest shows: the state is carried.
  const isShown = before.waiting.length < titlesShown(before);
  const waiting = [...before.waiting, isShown ? notice : { ...notice, title: '' }];
  const isOver = before.phase.name === 'ended';
  const state: DigestCase = {
    ...before,
    seen,
    waiting,
    // A notice that comes in the moment of closing is gathered, as it would be a moment later in a new run.
    ...(isOver ? { phase: { name: 'gathering', untilMs: context.nowMs + before.everyMs } as const } : {}),
  };
  return isFull(waiting) ? flush(state, context) : stay(state);
}

/** Why a command makes no sense now, in a sentence; undefined where it does. */
export function refusal(
  { type }: Pick<GivenDigestCommand, 'type'>,
  { phase, waiting }: DigestCase,
): string | undefined {
  if (phase.name === 'ended') return `It has ended: there is nothing left to ${type}.`;
  return waiting.length === 0 ? 'Nothing waits: there is no digest to send.' : undefined;
}

/** The commands that are taken now. */
export function takenCommands(digest: DigestCase): readonly DigestCommand[] {
  return refusal({ type: 'send' }, digest) === undefined ? ['send'] : [];
}

/** Takes an operator's command; one that makes no sense now changes nothing: its validator has refused it before. */
function onCommand(digest: DigestCase, given: GivenDigestCommand, context: Context): Transition<DigestCase> {
  if (refusal(given, digest) !== undefined) return stay(digest);
  return flush(recorded({ ...digest, audit: digest.audit ?? [] }, given.type, given.command, context.nowMs), context);
}

/**
 * The state machine of a digest: pure and total. What waits is always reported: at the end of each period, when too much waits,
 * when an operator asks for it, and when the workflow is cancelled.
 */
export function next(digest: DigestCase, message: DigestMessage, context: Context): Transition<DigestCase> {
  switch (message.type) {
    case 'grouped':
      return onGrouped(digest, message.notice, context);
    case 'elapsed':
      if (digest.phase.name === 'ended' || context.nowMs < digest.phase.untilMs) return stay(digest);
      return digest.waiting.length > 0
        ? flush(digest, context)
        : stay({ ...digest, phase: { name: 'ended', end: 'quiet' } });
    case 'command':
      return onCommand(digest, message.given, context);
    case 'cancelled': {
      if (digest.phase.name === 'ended') return stay(digest);
      const { state, notices } = digest.waiting.length > 0 ? flush(digest, context) : stay(digest);
      return { state: { ...noted(state, 'Cancelled.'), phase: { name: 'ended', end: 'abandoned' } }, notices };
    }
  }
}
