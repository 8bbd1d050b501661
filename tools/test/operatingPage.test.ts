import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { operatingPage } from '../pages/operatingPage.ts';

const page = readFileSync(fileURLToPath(new URL('../../docs/operating.md', import.meta.url)), 'utf8');

test('docs/operating.md has every question of a shift, and links those whose query has no date', () => {
  expect(operatingPage(page) === page ? 'up to date' : 'run `npm run pages`').toBe('up to date');
  expect(page.match(/^\| \d+ \| /gm)).toHaveLength(10);
  expect(page.match(/^\| \d+ \| \[/gm)).toHaveLength(8);
});
