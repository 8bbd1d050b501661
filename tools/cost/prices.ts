/** What a month costs. The prices stand in the vendors' documents; docs/cost.md names them with the day of reading. */
import { stories, storyActions, totalOf, type StoryName } from './stories.ts';

const storyNames = Object.keys(stories) as StoryName[];
/** Rounds of the reconciliation in a month of 30.4 days: one each quarter of an hour. */
const roundsPerMonth = 96 * 30.4;
/** How many accounts one activity of a round checks. */
const accountsPerBatch = 50;
const million = 1_000_000;
/** What fairness adds to each action in an hour in which the namespace has it. */
const fairnessFactor = 1.1;

/** All actions of a story, those of other workflows for it included. */
export const actionsOfStory = (name: StoryName): number => totalOf(storyActions[name]) + stories[name].beside;

/** The actions of a round of the reconciliation: the schedule's start counts three, and each batch is one activity. */
export const actionsOfRound = (accounts: number): number => 3 + Math.ceil(accounts / accountsPerBatch);

const sumOfStories = (of: (name: StoryName) => number): number =>
  storyNames.reduce((sum, name) => sum + stories[name].perMonth * of(name), 0);

/** The actions of a month, without fairness. */
export const actionsPerMonth = (accounts: number): number =>
  accounts * sumOfStories(actionsOfStory) + roundsPerMonth * actionsOfRound(accounts);

/** The state transitions of the same month, where a schedule starts a state machine that maps over the accounts. */
export const transitionsPerMonth = (accounts: number): number =>
  accounts * sumOfStories((name) => stories[name].transitions) + roundsPerMonth * (1 + accounts);

/** Temporal Cloud's price tiers of its Business plan, in dollars a million actions. */
const tiers = [
  { upTo: 5, price: 50 },
  { upTo: 10, price: 45 },
  { upTo: 20, price: 40 },
  { upTo: 50, price: 35 },
  { upTo: 100, price: 30 },
  { upTo: 200, price: 25 },
] as const;

/** What so many million actions cost beyond those that the Business plan includes, in dollars. */
export function tieredDollars(millions: number): number {
  let [left, from, dollars] = [millions, 0, 0];
  for (const { upTo, price } of tiers) {
    const part = Math.min(left, upTo - from);
    dollars += part * price;
    left -= part;
    from = upTo;
  }
  return dollars;
}

/** Dollars a month on Temporal Cloud, fairness and the plan included, storage left out. */
export function temporalDollars(accounts: number, plan: 'Developer' | 'Business'): number {
  const millions = (actionsPerMonth(accounts) * fairnessFactor) / million;
  if (plan === 'Developer') return millions * 50 * 1.1;
  const included = 2.5;
  const usage = tieredDollars(Math.max(0, millions - included));
  return usage + Math.max(500, usage * 0.1);
}

/** Dollars a month on Step Functions, Standard workflows, us-east-1: $25 a million transitions, 4,000 of them free. */
export const stepFunctionsDollars = (accounts: number): number =>
  (Math.max(0, transitionsPerMonth(accounts) - 4_000) * 25) / million;

/** The same where a Lambda function, without a state machine, checks the accounts. */
export const withoutMachineDollars = (accounts: number): number =>
  (Math.max(0, accounts * sumOfStories((name) => stories[name].transitions) - 4_000) * 25) / million;
