/** What each story costs: Temporal's actions, which tests hold exact, and the state transitions of Step Functions. */
import type { Actions } from '@marketplace-steward/testing/actions';

const none: Actions = { starts: 0, signals: 0, activities: 0, timers: 0, upserts: 0, updates: 0 };

/**
 * The actions of each story with the default policies, and one notice channel that takes what the story reports.
 * test/timeSkipping/{storyActions,changeSetCosts}.test.ts hold them exact.
 */
export const storyActions = {
  changeSetSucceeded: { ...none, starts: 1 },
  retriedInTenMinutes: { ...none, starts: 1, signals: 1, activities: 3, timers: 1, upserts: 2 },
  questionOf60Days: { ...none, starts: 1, activities: 24, timers: 11, upserts: 2 },
  itemNeverFound: { ...none, starts: 1, activities: 87, timers: 8, upserts: 1 },
  securityCaseOf45Days: { ...none, starts: 1, activities: 56, timers: 8 },
  offerOfAYear: { ...none, starts: 1, activities: 58, timers: 54, upserts: 1 },
  unreadableEvent: { ...none, starts: 1, activities: 1, timers: 1 },
} as const satisfies Readonly<Record<string, Actions>>;

/** All of them, as one number. */
export function totalOf({ starts, signals, activities, timers, upserts, updates }: Actions): number {
  return starts + signals + activities + timers + upserts + updates;
}

/** A story by its name. */
export type StoryName = keyof typeof storyActions;

interface Story {
  readonly title: string;
  /** Actions of other workflows for it: the permit of a submit is an update of the account's permits. */
  readonly beside: number;
  /** How often an account has it in a month: assumed. */
  readonly perMonth: number;
  /** The state transitions of a state machine that does the same, and which these are. */
  readonly transitions: number;
  readonly states: string;
}

export const stories: Readonly<Record<StoryName, Story>> = {
  changeSetSucceeded: {
    title: 'a change set that succeeded',
    beside: 0,
    perMonth: 60,
    transitions: 1,
    states: 'one that records it',
  },
  retriedInTenMinutes: {
    title: 'a failure that is submitted again, whose successor takes ten minutes',
    beside: 1,
    perMonth: 4,
    transitions: 8,
    states: 'inspect, choice, wait, permit, submit, choice, callback, end',
  },
  questionOf60Days: {
    title: 'a question that nobody answers in 60 days',
    beside: 0,
    perMonth: 2,
    transitions: 49,
    states: 'inspect, choice, notice; ten reminders and the end of callback, check, choice, notice; two at the end',
  },
  itemNeverFound: {
    title: 'an item without data that is never found: 72 hours of queries, a week of daily checks',
    beside: 0,
    perMonth: 20,
    transitions: 102,
    states: '78 queries as retries of one task; last query, choice, notice; seven times wait, query, choice',
  },
  securityCaseOf45Days: {
    title: 'a security report whose issues stay open for 45 days',
    beside: 0,
    perMonth: 0.25,
    transitions: 75,
    states:
      'plan, check, notice and two of a parallel state; 45 checks as retries; eight times wait, notice, choice, and one',
  },
  offerOfAYear: {
    title: 'an offer of a year',
    beside: 0,
    perMonth: 5,
    transitions: 166,
    states: 'notice; 54 times wait, check, choice; three reminders',
  },
  unreadableEvent: {
    title: 'an event that cannot be read',
    beside: 0,
    perMonth: 0,
    transitions: 3,
    states: 'notice, callback, end',
  },
};
