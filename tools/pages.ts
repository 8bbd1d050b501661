/** `npm run change-sets-page`: brings the generated tables of docs/change-sets.md up to date. */
import { readFileSync, writeFileSync } from 'node:fs';
import { withGeneratedBlocks } from './pages/changeSetsPage.ts';

const page = new URL('../docs/change-sets.md', import.meta.url);
writeFileSync(page, withGeneratedBlocks(readFileSync(page, 'utf8')));
