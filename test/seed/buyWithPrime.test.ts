import { readFileSync } from 'node:fs';

/** A test: its file below test/, and its title as it stands there. */
type Shown = readonly [file: string, title: string];

interface Sentence {
  readonly says: string;
  readonly shownBy: readonly [Shown, ...Shown[]];
}

const data = 'workflows/itemBuyability/data.test.ts';
const state = 'workflows/itemBuyability/state.test.ts';
const inTime = 'timeSkipping/itemBuyability.test.ts';
const activities = 'activities/itemBuyability/index.test.ts';
const vendor = 'vendors/buyWithPrime/index.test.ts';

/** What the vendor's page on BUYABILITY_CHANGED says under “Handling the event” and “Troubleshoot errors”, whole. */
const sentences: readonly Sentence[] = [
  {
    says: 'When you receive this event, parse the included product information in the data object to find the buyability of the item.',
    shownBy: [
      [data, 'that is present is recorded with every field of the schema, and nothing is asked'],
      ['events/buyWithPrimeDocument.test.ts', 'data holds the product of the item, every field of it'],
      [inTime, 'with data it is recorded, and closes a day later: two actions and eleven events'],
    ],
  },
  {
    says: 'If you require information not found in the data object, query the product using the item ID found in the resources array.',
    shownBy: [
      [activities, 'the product is asked for by the item id and the merchant of the event’s resources'],
      [data, 'that is %s leads to the product query, and to no word on buyability'],
      [state, 'as the first known state is a change; the notice waits for one query and holds what it adds'],
      [inTime, 'NOT_BUYABLE is reported once, with what one query adds, and resolved by BUYABLE'],
    ],
  },
  {
    says: 'In some cases, you might receive a BUYABILITY_CHANGED event with an empty data object.',
    shownBy: [
      [data, 'that is %s leads to the product query, and to no word on buyability'],
      [data, 'an event of the deprecated generation, which has no data at all, leads to the product query'],
    ],
  },
  {
    says: 'A missing data object occurs when the item’s productId is missing or not valid.',
    shownBy: [
      [state, 'NOT_BUYABLE is never made of no data'],
      [state, 'not found is INVALID_PRODUCT with one notice, checked again, and lifted by a later event'],
    ],
  },
  {
    says: 'If you use the product query and the queried item’s productId is missing or not valid, you receive a ResourceNotFoundException error.',
    shownBy: [
      [vendor, '%j is a product that does not exist'],
      [activities, '%j is an answer without a product'],
    ],
  },
  {
    says: 'After receiving an event with empty data or an error response to a product query, allow time for the system to update and then retry the query to verify that the productId remains not valid.',
    shownBy: [
      [activities, '%j is not yet an answer to wait for'],
      [inTime, 'without data it is asked for until it is found; however many attempts, one activity in the history'],
      [inTime, 'never found it is INVALID_PRODUCT after 72 hours, checked daily for a week, and lifted by an event'],
      [inTime, '%s to the end it is UNVERIFIED'],
      [
        inTime,
        'throttled and not found in turns, the last check is repeated until its first real answer, which decides',
      ],
      [inTime, 'found again by a daily check it is settled'],
      [
        'timeSkipping/merchantHealth.test.ts',
        'a product that is not found once it may be asked for has its whole window',
      ],
    ],
  },
];

/** How often a test of this title is declared: as the first argument of a call, in one kind of quotes. */
function declarationsOf(source: string, title: string): number {
  return ["'", '"', '`'].reduce((count, quote) => {
    const parts = source.split(`${quote}${title}${quote},`);
    return count + parts.slice(0, -1).filter((before) => before.trimEnd().endsWith('(')).length;
  }, 0);
}

describe.each(sentences)('$says', ({ shownBy }) => {
  test.each(shownBy)('%s: %s', (file, title) => {
    const source = readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');
    expect(declarationsOf(source, title)).toBe(1);
    expect(source).not.toMatch(
      /\b(describe|test|it)(\.\w+)*\.(skip|todo|failing|only)\b|\b(xdescribe|xtest|xit|fdescribe|fit)\b/,
    );
  });
});

test('a title that no test has is told apart', () => {
  expect(declarationsOf("const name = 'a title', other;", 'a title')).toBe(0);
  expect(declarationsOf("test('a title', () => {})", 'another title')).toBe(0);
  expect(declarationsOf("test.each([1])('a title', () => {})", 'a title')).toBe(1);
});
