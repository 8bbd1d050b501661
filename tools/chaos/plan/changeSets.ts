import { eventOf, failed, failureStory, outcome, put, successors, workflowOf } from './changeSetParts.ts';
import { dailyCap } from './cast.ts';
import type { Outcome } from './changeSetParts.ts';
import type { Story, StoryContext } from './story.ts';

/** How often a failed change set is submitted again; a plan's policies hold it. */
export const backOffsMs = [1_000, 2_000, 4_000];

/** So many more than the cap that a cap that is passed shows. */
const beyondCap = dailyCap + 3;

/** An account in mode auto. */
export function autoAccount({ draws, cast }: StoryContext): string {
  return draws.one(cast.auto);
}

/** Change sets that nobody has to do anything about. */
export function settled(context: StoryContext): Story {
  const { draws } = context;
  const status = draws.one(['SUCCEEDED', 'SUCCEEDED', 'CANCELLED']);
  const set = failed(draws, autoAccount(context), { status });
  return {
    events: [eventOf(draws, set)],
    ends: { [workflowOf(set)]: { states: [status.toLowerCase()], submits: 0 } },
  };
}

function remediatedAfter(context: StoryContext, fails: number, lost?: true): Story {
  const { draws } = context;
  const outcomes: Outcome[] = Array.from({ length: fails }, () => outcome(draws, 'FAILED'));
  const set = failed(draws, autoAccount(context));
  return failureStory(context, set, {
    outcomes: [...outcomes, outcome(draws, 'SUCCEEDED')],
    end: { states: ['remediated'], submits: fails + 1 },
    ...(lost === undefined ? {} : { lost }),
  });
}

/** AWS fails once; the first successor succeeds. */
export function failedOnce(context: StoryContext): Story {
  return remediatedAfter(context, 0);
}

/** AWS fails at the first successor, too, or at the first two. */
export function failedAgain(context: StoryContext): Story {
  return remediatedAfter(context, 1 + context.draws.below(backOffsMs.length - 1));
}

/** Its event never comes: the vendor's listing alone shows it. */
export function lostFailure(context: StoryContext): Story {
  return remediatedAfter(context, context.draws.below(2), true);
}

/** In mode observe nothing goes out. */
export function observed(context: StoryContext): Story {
  const set = failed(context.draws, context.cast.observe);
  return failureStory(context, set, { end: { states: ['observed'], submits: 0 } });
}

/** A validation is reported; nothing would be submitted. */
export function validation(context: StoryContext): Story {
  const set = failed(context.draws, autoAccount(context), { failureCode: 'CLIENT_ERROR', intent: 'VALIDATE' });
  return failureStory(context, set, { end: { states: ['reported'], submits: 0 } });
}

/**
 * Two edits of one product fail with the same contents. Of the older one the order decides: where the newer one's successor
 * has succeeded before the older one is checked, an operator is asked about it.
 */
export function superseded(context: StoryContext): Story {
  const { draws } = context;
  const account = autoAccount(context);
  const older = failed(draws, account, { startsAt: -1_200 });
  const newer = failed(draws, account, { entityId: older.entityId, change: older.change, startsAt: -600 });
  const [first, second] = draws.shuffle([eventOf(draws, older), eventOf(draws, newer)]);
  const puts = [put(older), put(newer), successors(newer, [outcome(draws, 'SUCCEEDED')])];
  return {
    events: [...(first ? [{ ...first, puts }] : []), ...(second ? [{ ...second, after: 0.001 }] : [])],
    ends: {
      [workflowOf(older)]: { states: ['superseded', 'awaitingDecision'], submits: 0 },
      [workflowOf(newer)]: { states: ['remediated'], submits: 1 },
    },
  };
}

/** A newer change set on the product has succeeded: an operator is asked. */
export function covered(context: StoryContext): Story {
  const { draws } = context;
  const set = failed(draws, autoAccount(context), { startsAt: -1_200 });
  const newer = failed(draws, set.account, {
    entityId: set.entityId,
    status: 'SUCCEEDED',
    startsAt: -900,
    endsAt: -600,
  });
  return {
    events: [{ ...eventOf(draws, set), puts: [put(newer), put(set)] }],
    ends: { [workflowOf(set)]: { states: ['awaitingDecision'], submits: 0 } },
  };
}

/** Another change set holds the product for some seconds, and is cancelled then. */
export function blocked(context: StoryContext): Story {
  const { draws } = context;
  const set = failed(draws, autoAccount(context), { startsAt: -1_200 });
  const blocker = failed(draws, set.account, { entityId: set.entityId, status: 'APPLYING', startsAt: -300 });
  const ends = { match: { changeSetId: blocker.id }, outcomes: [{ status: 'CANCELLED', durationMs: 4_000 }] };
  const puts = [
    put(set),
    put(blocker),
    { vendor: 'aws', name: 'plan', body: ends } as const,
    successors(set, [outcome(draws, 'SUCCEEDED')]),
  ];
  return {
    events: [{ ...eventOf(draws, set), puts }],
    ends: {
      [workflowOf(set)]: { states: ['remediated'], submits: 1 },
    },
  };
}

/** More change sets than the account's daily cap lets out: which of them go out, the order decides. */
export function capped(context: StoryContext): Story {
  const { draws, cast } = context;
  const stories = Array.from({ length: beyondCap }, (_, index) => {
    const story = failureStory(context, failed(draws, cast.capped), {
      outcomes: [outcome(draws, 'SUCCEEDED')],
      end: { states: ['remediated', 'awaitingDecision'] },
    });
    return { ...story, events: story.events.map((event) => ({ ...event, after: 0.01 * index })) };
  });
  return {
    events: stories.flatMap(({ events }) => events),
    ends: Object.assign({}, ...stories.map(({ ends }) => ends)) as Story['ends'],
  };
}
