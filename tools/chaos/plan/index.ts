import type { ExpectedEnd, Plan, PlannedCommand, PlannedEvent } from '../records.ts';
import { castOf, configuredCast } from './cast.ts';
import { backOffsMs, blocked, capped, covered, failedAgain, failedOnce, lostFailure, observed } from './changeSets.ts';
import { settled, superseded, validation } from './changeSets.ts';
import { clientError, failedAlways, held } from './decisions.ts';
import { drawsOf, type Draws } from './draws.ts';
import { itemRechecked, itemWithData, itemWithoutData, severalItems } from './items.ts';
import { offerAccepted, offerEnding, offerSet, offerWatched } from './offers.ts';
import { unconfigured, testEvent, unknownKind, unreadable } from './others.ts';
import { remindedBeforeMs, securityReports } from './security.ts';
import type { Story, StoryContext, StoryEvent } from './story.ts';
import { travelling } from './travel.ts';

type Put = Plan['puts'][number];

interface Kind {
  readonly story: (context: StoryContext) => Story;
  /** How many of a thousand stories. */
  readonly weight: number;
  /** No more than so many of a run. */
  readonly most?: number;
}

const kinds: readonly Kind[] = [
  { story: settled, weight: 200 },
  { story: failedOnce, weight: 90 },
  { story: failedAgain, weight: 50 },
  { story: failedAlways, weight: 20 },
  { story: lostFailure, weight: 40 },
  { story: clientError, weight: 70 },
  { story: held, weight: 20 },
  { story: observed, weight: 25 },
  { story: validation, weight: 15 },
  { story: superseded, weight: 15 },
  { story: covered, weight: 15 },
  { story: blocked, weight: 10 },
  { story: capped, weight: 5, most: 2 },
  { story: offerWatched, weight: 50 },
  { story: offerEnding, weight: 30 },
  { story: offerAccepted, weight: 25 },
  { story: offerSet, weight: 20 },
  { story: itemWithData, weight: 80 },
  { story: itemWithoutData, weight: 50 },
  { story: itemRechecked, weight: 25 },
  { story: severalItems, weight: 25 },
  { story: unreadable, weight: 40 },
  { story: unknownKind, weight: 15, most: 20 },
  { story: unconfigured, weight: 20, most: 40 },
  { story: testEvent, weight: 10, most: 6 },
];

/** What the stories' ends need of the policies; all waits are seconds. */
const policies: Required<Plan>['policies'] = {
  changeSet: { retryBackOffMs: backOffsMs },
  securityCase: { beforeDueMs: [remindedBeforeMs], overdueMs: [], lastCallMs: 0 },
  // An item that has closed forgets what it knew: then a late event counts for news.
  itemBuyability: { lingerMs: 86_400_000 },
  offerWatch: { beforeEndMs: [8_000, 4_000], lingerMs: 1_800_000 },
};

/** Stories until there are so many events: a story of every kind first, and every security case, then by weight. */
function storiesUntil(events: number, context: Omit<StoryContext, 'index'>): readonly Story[] {
  const { draws, cast } = context;
  const made = new Map<Kind, number>();
  const stories: Story[] = [];
  let left = events;
  const add = (kind: Kind): void => {
    const index = made.get(kind) ?? 0;
    const story = kind.story({ ...context, index });
    made.set(kind, index + 1);
    stories.push(story);
    left -= story.events.length;
  };
  const cases: Kind = { story: securityReports, weight: 0 };
  for (const _account of cast.secured) add(cases);
  for (const kind of kinds) add(kind);
  const all = kinds.reduce((sum, { weight }) => sum + weight, 0);
  while (left > 0) {
    let drawn = draws.below(all);
    const kind = kinds.find(({ weight }) => (drawn -= weight) < 0);
    if (kind !== undefined && (made.get(kind) ?? 0) < (kind.most ?? Number.POSITIVE_INFINITY)) add(kind);
  }
  return stories;
}

/** AWS shows a change set before anything is said of it, also where events of one story overtake each other. */
function inTime(put: Put, own: PlannedEvent, ofStory: readonly PlannedEvent[]): Put {
  const text = JSON.stringify(put.body);
  const first = (event: PlannedEvent): number => event.sentAt[0] ?? 0;
  const about = ofStory.filter(
    ({ workflowId }) => workflowId.startsWith('change-set:') && text.includes(workflowId.replace('change-set:', '')),
  );
  const at = Math.min(...about.map(first));
  return at < first(own) ? { ...put, at } : put;
}

const actor = 'chaos';

function commandsOf({ commands = [] }: Story, begin: number, nth: number): readonly PlannedCommand[] {
  return commands.map(({ words, after, ...rest }, index) => {
    const key = `command-${nth}-${index}`;
    const reason = `chaos ${key}`;
    return {
      ...rest,
      key,
      reason,
      at: Math.min(1, begin + after),
      words: [...words, '--actor', actor, '--reason', reason],
    };
  });
}

/**
 * The stream of a run, of all kinds of events: what is put at the vendors, what comes, by which way, how often and when, and
 * where each workflow has to end. Pure: the same seed and number, the same plan.
 * @param events how many there are at the least; copies of one are not counted. Below some 120 there are more: one of each kind.
 */
export function planChaos({ seed, events: wanted }: { readonly seed: number; readonly events: number }): Plan {
  const draws: Draws = drawsOf(seed);
  const cast = castOf(wanted);
  const stories = draws.shuffle(storiesUntil(wanted, { draws, cast }));
  const events: PlannedEvent[] = [];
  const commands: PlannedCommand[] = [];
  const puts: Put[] = [];
  const expected: Record<string, ExpectedEnd> = {};
  stories.forEach((story, nth) => {
    const begin = (0.75 * nth) / stories.length;
    const ofStory = story.events.map((event: StoryEvent, index) =>
      travelling(draws, event, `event-${nth}-${index}`, begin),
    );
    events.push(...ofStory);
    story.events.forEach(({ puts: putsOf = [] }, index) => {
      const own = ofStory[index];
      if (own !== undefined) puts.push(...putsOf.map((put) => inTime({ ...put, before: own.key }, own, ofStory)));
    });
    commands.push(...commandsOf(story, begin, nth));
    Object.assign(expected, story.ends);
  });
  const inOrder = events.toSorted((one, other) => (one.sentAt[0] ?? 1) - (other.sentAt[0] ?? 1));
  const commandsInOrder = commands.toSorted((one, other) => one.at - other.at);
  return { seed, ...configuredCast(cast), puts, events: inOrder, commands: commandsInOrder, policies, expected };
}
