/** The generated tables of docs/cost.md. */
import {
  actionsOfRound,
  actionsOfStory,
  actionsPerMonth,
  stepFunctionsDollars,
  temporalDollars,
  transitionsPerMonth,
  withoutMachineDollars,
} from '../cost/prices.ts';
import { stories, storyActions, type StoryName } from '../cost/stories.ts';
import { table, withBlocks } from './generatedBlocks.ts';

const storyNames = Object.keys(stories) as StoryName[];
const counts = [1, 50, 1_000] as const;
const whole = (value: number): string => Math.round(value).toLocaleString('en-US');
const dollars = (value: number): string => `$${value < 100 ? value.toFixed(2) : whole(value)}`;

function storyTable(): string {
  const heads = ['story', 'starts', 'signals', 'activities', 'timers', 'upserts', 'updates', 'together', 'cost'];
  return table(
    heads,
    storyNames.map((name) => {
      const { starts, signals, activities, timers, upserts, updates } = storyActions[name];
      const kinds = [starts, signals, activities, timers, upserts, updates + stories[name].beside].map(whole);
      const together = actionsOfStory(name);
      return [stories[name].title, ...kinds, whole(together), `$${((together * 50) / 1e6).toFixed(5)}`];
    }),
  );
}

function monthTable(): string {
  return table(
    ['accounts', 'a round', 'an idle account and day', 'actions a month', 'Developer', 'Business'],
    counts.map((accounts) => [
      whole(accounts),
      whole(actionsOfRound(accounts)),
      ((actionsOfRound(accounts) * 96) / accounts).toFixed(1),
      whole(actionsPerMonth(accounts)),
      dollars(temporalDollars(accounts, 'Developer')),
      dollars(temporalDollars(accounts, 'Business')),
    ]),
  );
}

const assumptions = (): string =>
  table(
    ['story', 'a month and account'],
    storyNames.map((name) => [stories[name].title, String(stories[name].perMonth)]),
  );

function transitionTable(): string {
  return table(
    ['story', 'transitions', 'of', 'cost', 'Temporal'],
    storyNames.map((name) => [
      stories[name].title,
      whole(stories[name].transitions),
      stories[name].states,
      `$${((stories[name].transitions * 25) / 1e6).toFixed(5)}`,
      `$${((actionsOfStory(name) * 50) / 1e6).toFixed(5)}`,
    ]),
  );
}

function stepFunctionsTable(): string {
  return table(
    ['accounts', 'transitions a month', 'Step Functions', 'rounds by a function alone', 'Temporal, Developer'],
    counts.map((accounts) => [
      whole(accounts),
      whole(transitionsPerMonth(accounts)),
      dollars(stepFunctionsDollars(accounts)),
      dollars(withoutMachineDollars(accounts)),
      dollars(temporalDollars(accounts, 'Developer')),
    ]),
  );
}

/** The page with its tables brought up to date. @throws Error where it lacks a table's markers */
export function costPage(page: string): string {
  return withBlocks(page, {
    stories: storyTable,
    assumptions,
    months: monthTable,
    'state transitions': transitionTable,
    'step functions': stepFunctionsTable,
  });
}
