import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { changeSetsPages, defaultRow } from '../pages/changeSetsPage.ts';
import { knownChangeTypes } from '../../src/workflows/changeSetRemediation/changeTypes.ts';
import { changeSetDefaults } from '../../src/policies/defaults.ts';
import { decide } from '../../src/workflows/changeSetRemediation/policy.ts';
import { diagnosis, nowMs, originId, setChange } from '@marketplace-steward/testing/changeSets';

const names = ['change-sets.md', 'change-types.md', 'error-codes.md'] as const;
const textOf = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../../docs/${name}`, import.meta.url)), 'utf8');
const everyKnown = Object.entries(knownChangeTypes).flatMap(([entityType, types]) =>
  Object.entries(types).map(([changeType, known]) => ({ entityType, changeType, known })),
);

describe('the pages on change sets', () => {
  test.each(names)('%s agrees with the data', (name) => {
    const differs = changeSetsPages[name](textOf(name)) !== textOf(name);
    const toBeDone = differs ? `run \`npm run pages\` and check what changed in docs/${name}` : 'nothing';
    expect(toBeDone).toBe('nothing');
  });

  test('a change by hand in a table, or of the data, is noticed', () => {
    const page = textOf('change-types.md');
    expect(changeSetsPages['change-types.md'](page.replace('| `CreateOffer` |', '| `CreateOfer` |'))).toBe(page);
    expect(page).toContain('| `CreateOffer` |');
    expect(textOf('error-codes.md')).toContain('| `INVALID_HELM_*` |');
  });

  test('what is written by hand stays', () => {
    const page = textOf('change-sets.md').replace('# Failed change sets', '# Another title');
    expect(changeSetsPages['change-sets.md'](page)).toMatch(/^# Another title\n/);
  });

  test.each([
    ['change-types.md', '<!-- generated: change types -->'],
    ['error-codes.md', '<!-- end of generated: error codes -->'],
  ] as const)('%s is refused without its marker “%s”', (name, marker) => {
    expect(() => changeSetsPages[name](textOf(name).replace(marker, ''))).toThrow(/the page has no “<!-- generated: /);
  });

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
    const rows = [...textOf('change-sets.md').matchAll(/^\| *(\d+) +\| /gm)].map(([, number]) => Number(number));
    expect([...new Set(rows)]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });
});
