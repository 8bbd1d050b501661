import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defaultRow, withGeneratedBlocks } from '../pages/changeSetsPage.ts';
import { knownChangeTypes } from '../../src/workflows/changeSetRemediation/changeTypes.ts';
import { changeSetDefaults } from '../../src/workflows/changeSetRemediation/defaults.ts';
import { decide } from '../../src/workflows/changeSetRemediation/policy.ts';
import { diagnosis, nowMs, originId, setChange } from '@marketplace-steward/testing/changeSets';

const page = readFileSync(fileURLToPath(new URL('../../docs/change-sets.md', import.meta.url)), 'utf8');
const everyKnown = Object.entries(knownChangeTypes).flatMap(([entityType, types]) =>
  Object.entries(types).map(([changeType, known]) => ({ entityType, changeType, known })),
);

describe('docs/change-sets.md', () => {
  test('agrees with the data', () => {
    const differs = withGeneratedBlocks(page) !== page;
    const toBeDone = differs ? 'run `npm run pages` and check what changed in docs/change-sets.md' : 'nothing';
    expect(toBeDone).toBe('nothing');
  });

  test('a change by hand in a table, or of the data, is noticed', () => {
    expect(withGeneratedBlocks(page.replace('| `CreateOffer` |', '| `CreateOfer` |'))).toBe(page);
    expect(page).toContain('| `CreateOffer` |');
    expect(page).toContain('| `INVALID_HELM_*` |');
  });

  test('what is written by hand stays', () => {
    expect(withGeneratedBlocks(page.replace('# Failed change sets', '# Another title'))).toMatch(/^# Another title\n/);
  });

  test.each(['<!-- generated: change types -->', '<!-- end of generated: error codes -->'])(
    'without its marker “%s” it is refused',
    (marker) => {
      expect(() => withGeneratedBlocks(page.replace(marker, ''))).toThrow(/the page has no “<!-- generated: /);
    },
  );

  test('names the row that the decision table really takes, for every change type', () => {
    for (const { entityType, changeType, known } of everyKnown) {
      const { row } = decide({
        diagnosis: diagnosis({ changes: [{ ...setChange, entityType: `${entityType}@1.0`, changeType }] }),
        foreignMarker: false,
        originId,
        automaticSubmits: 0,
        spreadingRepeated: false,
        policy: changeSetDefaults,
        nowMs,
      });
      expect([entityType, changeType, defaultRow(entityType, known)]).toEqual([entityType, changeType, row]);
    }
  });

  test('holds every row of the decision table', () => {
    const rows = [...page.matchAll(/^\| *(\d+) +\| /gm)].map(([, number]) => Number(number));
    expect([...new Set(rows)]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });
});
