/** `npm run pages`: brings the generated parts of the documents up to date. */
import { readFileSync, writeFileSync } from 'node:fs';
import { accountsPage } from './pages/accountsPage.ts';
import { architecturePage } from './pages/architecturePage.ts';
import { changeSetsPages } from './pages/changeSetsPage.ts';
import { costPage } from './pages/costPage.ts';
import { ingressPage } from './pages/ingressPage.ts';
import { jsonPage } from './pages/jsonPage.ts';
import { observabilityPage } from './pages/observabilityPage.ts';
import { operatingPage } from './pages/operatingPage.ts';
import { temporalCloudPage } from './pages/temporalCloudPage.ts';

const pages = {
  ...changeSetsPages,
  'accounts.md': accountsPage,
  'architecture.md': architecturePage,
  'cost.md': costPage,
  'ingress.md': ingressPage,
  'json.md': jsonPage,
  'observability.md': observabilityPage,
  'operating.md': operatingPage,
  'temporal-cloud.md': temporalCloudPage,
};
for (const [name, generate] of Object.entries(pages)) {
  const page = new URL(`../docs/${name}`, import.meta.url);
  writeFileSync(page, generate(readFileSync(page, 'utf8')));
}
