import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { temporalCloudPage } from '../pages/temporalCloudPage.ts';

const page = readFileSync(fileURLToPath(new URL('../../docs/temporal-cloud.md', import.meta.url)), 'utf8');

test('docs/temporal-cloud.md has the commands of every search attribute', () => {
  expect(temporalCloudPage(page) === page ? 'up to date' : 'run `npm run pages`').toBe('up to date');
  expect(page).toContain('--name StewardDueAt --type Datetime');
  expect(temporalCloudPage(page.replace('StewardDueAt', 'StewardDue'))).toBe(page);
});
