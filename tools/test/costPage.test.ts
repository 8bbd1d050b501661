import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { actionsOfStory, temporalDollars, tieredDollars } from '../cost/prices.ts';
import { costPage } from '../pages/costPage.ts';

const page = readFileSync(fileURLToPath(new URL('../../docs/cost.md', import.meta.url)), 'utf8');

test('docs/cost.md has the tables of the counts', () => {
  expect(costPage(page) === page ? 'up to date' : 'run `npm run pages`').toBe('up to date');
  expect(costPage(page.replace('a question that nobody answers', 'a question'))).toBe(page);
});

test('the tiers give what the vendor’s example gives: 11.25 million actions beyond the plan cost $525', () => {
  expect(tieredDollars(11.25)).toBe(525);
});

test('the Business plan costs $500 where all actions are included in it', () => {
  expect(temporalDollars(1, 'Business')).toBe(500);
});

test('a retry costs nine actions, with its permit', () => {
  expect(actionsOfStory('retriedInTenMinutes')).toBe(9);
});
